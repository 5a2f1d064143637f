"""What a manager decides of a case: a rating, an outcome, that enough is known."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from mashbus.bus.http.problems import Fault
from mashbus.bus.http.reading import Form
from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.enquiry import Withheld
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from services.intake.fields import A_FEW, Narrative, ShortText
from services.intake.profile_names import named, places, strangers
from services.intake.words import Word, Words


class RatingForm(Word):
    """Colour, level and pathways, as the partnership has them."""

    record: ClassVar[type[Record]] = hub.RatingGiven

    rag: Rag | None = None
    """Required where the partnership rates by colours, and left out where it doesn't (M-01)."""
    level: ShortText | None = None
    pathways: tuple[ShortText, ...] = A_FEW
    rationale: Words

    def said(self) -> Mapping[str, Any]:
        return {**vars(self), "rag": self.rag or Rag.NONE}

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:  # noqa: ARG002
        yield from self._colour_faults(partnership)
        yield from self._level_faults(partnership)
        yield from strangers(places("/pathways", self.pathways), partnership.pathways, "pathway")

    def _colour_faults(self, partnership: Partnership) -> Iterable[Fault]:
        there = [one.value for one in partnership.ratings]
        if self.rag is None and there:
            yield Fault("/rag", "is required: the partnership rates by colours", f"send one of {named(there)}")
        elif self.rag is not None and (there or self.rag is not Rag.NONE):
            yield from strangers({"/rag": self.rag.value}, there, "rating")

    def _level_faults(self, partnership: Partnership) -> Iterable[Fault]:
        if self.level is not None:
            yield from strangers({"/level": self.level}, partnership.levels, "level")
        elif partnership.levels and not partnership.ratings and not self.pathways:
            problem = "neither a level nor a pathway is named: nothing would be decided"
            yield Fault("/level", problem, f"send one of {named(partnership.levels)}, a pathway, or both")


class WithheldForm(Form):
    """A further referrer who is not told (H-10)."""

    referrer_id: UUID
    """The `event_id` that adding him was answered with."""
    reason: Words

    def value(self) -> Withheld:
        return Withheld(**vars(self))


class OutcomeForm(Word):
    """The decision, and who is told of it."""

    record: ClassVar[type[Record]] = hub.OutcomeGiven

    outcomes: tuple[ShortText, ...] = Field(min_length=1, max_length=20)
    rationale: Words
    tell_referrer: bool
    not_told_reason: Narrative | None = None
    """Required where the contact's own referrer is not told (H-10)."""
    withheld: tuple[WithheldForm, ...] = A_FEW
    """Further referrers who are not told; the others are."""

    def said(self) -> Mapping[str, Any]:
        return {**vars(self), "withheld": tuple(one.value() for one in self.withheld)}

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:  # noqa: ARG002
        yield from strangers(places("/outcomes", self.outcomes), partnership.outcomes, "outcome")
        if not self.tell_referrer and not (self.not_told_reason or "").strip():
            problem = "the referrer is to be told, unless a reason why not is recorded (H-10)"
            yield Fault("/not_told_reason", problem, "say why the referrer is not told, or tell him")


class EnoughForm(Word):
    """The hub knows enough."""

    record: ClassVar[type[Record]] = hub.EnoughGiven

    rationale: Words
