"""A person's word about a case: read from a form, checked against the profile, and put on record as it was given.

What can never count (a colour, a milestone that the profile doesn't have) is refused here with every fault at once.
Whether the case's state and the actor's role allow a decision is said by the service that acts on it, on the record
(DecisionRefused). Facts that no service acts on have their roles checked here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from mashbus.bus.http.access import Caller
from mashbus.bus.http.problems import Fault, NotAllowed, NotPossible
from mashbus.bus.http.reading import Form
from mashbus.contracts.contents import content_hash
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from services.intake.fields import Narrative
from services.intake.profile_names import named
from services.intake.sending import Sending


def _filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("string_too_short", "empty")
    return text.strip()


Words = Annotated[Narrative, AfterValidator(_filled)]


class Recorded(BaseModel):
    """It is in the log. What became of it stands in the case's timeline."""

    event_id: str
    milestone_id: str | None = None
    """What a later milestone that answers this one names in `answers`."""


class Word(Form):
    """Its fields are those of the record that it becomes, but for who says it and when."""

    record: ClassVar[type[Record]]
    signed_off_by: ClassVar[str | None] = None
    """The row of the profile's `[decides]` whose roles may say it, where nobody looks at the role later."""

    def said(self) -> Mapping[str, Any]:
        """The record's fields."""
        return vars(self)

    def names(self, event_id: UUID) -> Mapping[str, str]:  # noqa: ARG002
        """Ids that others may name it by, besides its own."""
        return {}

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:  # noqa: ARG002 - each has its own
        """What can never count in this partnership. Places and names that there are, never a value."""
        return ()


async def take_word(word: Word, case_id: UUID, key: str, caller: Caller, sending: Sending) -> Recorded:
    """One key names one word of a kind on one case. Raises NotAllowed, NotPossible, KeyUsedOtherwise and as `once`."""
    _check_role(word, caller)
    at = sending.clock.now()
    if faults := list(word.faults(caller.partnership, at)):
        raise NotPossible(faults)
    event_id = ids.submitted(caller.key.client, f"{word.record.__name__}/{case_id}", key)
    meta = Meta(event_id=event_id, partnership=caller.partnership.name, case_id=case_id, occurred_at=at)
    said = word.said()
    record = word.record.model_validate({"meta": meta, "actor": caller.actor, **said})
    await sending.once(event_id, content_hash(said), record)
    return Recorded(event_id=str(event_id), **word.names(event_id))


def _check_role(word: Word, caller: Caller) -> None:
    """Where the profile has such a row; else the key's permission is enough."""
    roles = caller.partnership.decides.get(word.signed_off_by or "")
    if roles is not None and caller.key.role not in roles:
        raise NotAllowed(f"The role '{caller.key.role}' may not record this; the profile names: {named(roles)}.")
