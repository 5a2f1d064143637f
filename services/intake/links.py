"""A person's word that a case belongs to another one: what no exact identifier shows (one incident, two schools)."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from mashbus.bus.http.problems import Fault
from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.known import LinkKind
from mashbus.domain.partnership import Partnership
from services.intake.profile_names import named
from services.intake.words import Word, Words


class LinkForm(Word):
    """Whether the role may link, and whether there is such a case, is said on the record."""

    record: ClassVar[type[Record]] = hub.LinkGiven

    to: UUID
    """The earlier case, by its id."""
    kind: LinkKind
    rationale: Words

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:  # noqa: ARG002
        if self.kind is LinkKind.UNKNOWN:
            known = [one.value for one in LinkKind if one is not LinkKind.UNKNOWN]
            yield Fault("/kind", "says nothing of why they belong together", f"send one of {named(known)}")
