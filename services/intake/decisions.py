"""POST /v1/cases/{case_id}/rating, /outcome, /enough, /suspension, /resumption: what a person decided, as it was given.

Codes, colours and clocks are checked against the profile, as a wrong one can never count. Whether the case's state and
the actor's role allow the decision is said by the service that acts on it (DecisionRefused), on the record.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from mashbus.bus.http.access import Caller
from mashbus.bus.http.problems import Fault, NotPossible
from mashbus.bus.http.reading import Form
from mashbus.contracts import hub
from mashbus.contracts.contents import content_hash
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from services.intake.fields import A_FEW, Narrative, ShortText


def _said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("string_too_short", "empty")
    return text.strip()


Rationale = Annotated[Narrative, AfterValidator(_said)]


class Recorded(BaseModel):
    """The decision is in the log. What became of it stands in the case's timeline."""

    event_id: str


class RatingForm(Form):
    rag: Rag
    pathways: tuple[ShortText, ...] = A_FEW
    rationale: Rationale


class OutcomeForm(Form):
    outcomes: tuple[ShortText, ...] = Field(min_length=1, max_length=20)
    rationale: Rationale
    tell_referrer: bool
    not_told_reason: Narrative | None = None
    """Required where the referrer is not told (H-10)."""


class EnoughForm(Form):
    rationale: Rationale


class SuspensionForm(Form):
    """Which deadline of the case should stand still."""

    clock: ShortText
    organisation: ShortText | None = None
    """Whose deadline, where each asked organisation owes its own; none for the hub's."""
    rationale: Rationale


class ResumptionForm(SuspensionForm):
    """Which deadline of the case should run again."""


Decision = RatingForm | OutcomeForm | EnoughForm | SuspensionForm | ResumptionForm


_RECORDED: Mapping[type[Form], type[Record]] = {
    RatingForm: hub.RatingGiven,
    OutcomeForm: hub.OutcomeGiven,
    EnoughForm: hub.EnoughGiven,
    SuspensionForm: hub.SuspensionGiven,
    ResumptionForm: hub.ResumptionGiven,
}


def decided(form: Decision, caller: Caller, meta: Meta) -> Record:
    """The record of a decision. Raises NotPossible with every fault at once."""
    match form:
        case RatingForm():
            _check(_rating_faults(form, caller.partnership))
            return hub.RatingGiven(meta=meta, actor=caller.actor, **vars(form))
        case OutcomeForm():
            _check(_outcome_faults(form, caller.partnership))
            return hub.OutcomeGiven(meta=meta, actor=caller.actor, **vars(form))
        case EnoughForm():
            return hub.EnoughGiven(meta=meta, actor=caller.actor, **vars(form))
        case ResumptionForm():
            _check(_clock_faults(form, caller.partnership))
            return hub.ResumptionGiven(meta=meta, actor=caller.actor, **vars(form))
        case SuspensionForm():
            _check(_clock_faults(form, caller.partnership))
            return hub.SuspensionGiven(meta=meta, actor=caller.actor, **vars(form))


def decision_id(form: Decision, case_id: UUID, key: str, caller: Caller) -> UUID:
    """One key names one decision of a kind on one case."""
    return ids.submitted(caller.key.client, f"{_RECORDED[type(form)].__name__}/{case_id}", key)


def hash_of(form: Decision) -> str:
    return content_hash(vars(form))


def _rating_faults(form: RatingForm, partnership: Partnership) -> Sequence[Fault]:
    return [
        *_strangers({"/rag": form.rag.value}, [one.value for one in partnership.ratings], "rating"),
        *_strangers(_places("/pathways", form.pathways), partnership.pathways, "pathway"),
    ]


def _outcome_faults(form: OutcomeForm, partnership: Partnership) -> Sequence[Fault]:
    faults = list(_strangers(_places("/outcomes", form.outcomes), partnership.outcomes, "outcome"))
    if not form.tell_referrer and not (form.not_told_reason or "").strip():
        problem = "the referrer is to be told, unless a reason why not is recorded (H-10)"
        faults.append(Fault("/not_told_reason", problem, "say why the referrer is not told, or tell him"))
    return faults


def _clock_faults(form: SuspensionForm, partnership: Partnership) -> Sequence[Fault]:
    clock = partnership.clocks.get(form.clock)
    if clock is None:
        return list(_strangers({"/clock": form.clock}, partnership.clocks, "clock"))
    if clock.runs_per_request:
        known = [one.id for one in partnership.organisations]
        return list(_strangers({"/organisation": form.organisation}, known, "organisation"))
    if form.organisation is None:
        return []
    return [Fault("/organisation", "this clock is not an organisation's", "leave it out")]


def _places(where: str, names: Sequence[str]) -> Mapping[str, str]:
    return {f"{where}/{index}": name for index, name in enumerate(names)}


def _strangers(places: Mapping[str, str | None], there: Collection[str], what: str) -> Iterable[Fault]:
    remedy = f"send one of {', '.join(sorted(there))}"
    return (
        Fault(where, f"the partnership has no such {what}", remedy)
        for where, name in places.items()
        if name not in there
    )


def _check(faults: Sequence[Fault]) -> None:
    if faults:
        raise NotPossible(faults)
