"""A case's records as the log holds them, for whoever tells them in the partnership's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TypeVar

from mashbus.contracts import hub
from mashbus.contracts.incident import joined
from mashbus.contracts.record import Record
from mashbus.contracts.story import notified_contact
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Child
from services.status.view import STATED

R = TypeVar("R", bound=Record)


def name_of_child(child: Child) -> str:
    unborn = child.expected_date_of_birth is not None and child.date_of_birth is None
    name = " ".join(word for word in (child.given_name, child.family_name) if word)
    return name or ("an unborn child" if unborn else "a child whose name is not known")


@dataclass(frozen=True)
class CaseRecords:
    """`records`: of the case alone, each once; those of one topic as they lie in it. Another partnership's
    statements are none of it (P5).
    """

    records: Sequence[Record]
    partnership: Partnership

    def all(self, kind: type[R]) -> Sequence[R]:
        """In the order in which they occurred."""
        return sorted(self._ours(kind), key=lambda one: (one.meta.occurred_at, one.meta.event_id))

    @cached_property
    def contact(self) -> hub.ReferralReceived | hub.PoliceNotificationReceived | None:
        """What opened the case; of several notifications of one incident the first, with what all of them say.

        As they lie in the log: a child's place is counted so wherever another record names it by its place.
        """
        referrals, notifications = self._ours(hub.ReferralReceived), self._ours(hub.PoliceNotificationReceived)
        return next(iter(referrals), None) or (_together(notifications) if notifications else None)

    def child(self, place: int) -> str:
        """By the name that the contact has for it."""
        children = self.contact.children if self.contact else ()
        return name_of_child(children[place]) if 0 <= place < len(children) else f"child {place + 1}"

    def name_of(self, organisation: str) -> str:
        known = self.partnership.organisation(organisation)
        return known.name if known else organisation

    def pathway(self, name: str) -> str:
        known = self.partnership.pathways.get(name)
        return known.title if known else name

    def _ours(self, kind: type[R]) -> Sequence[R]:
        return [one for one in self.records if isinstance(one, kind) and self._counts(one)]

    def _counts(self, record: Record) -> bool:
        unchecked = (*STATED, hub.PoliceNotificationReceived)
        return not isinstance(record, unchecked) or record.meta.partnership == self.partnership.name


def _together(notifications: Sequence[hub.PoliceNotificationReceived]) -> hub.PoliceNotificationReceived:
    first = notifications[0]
    contact = reduce(joined, (notified_contact(one, one.meta.occurred_at) for one in notifications), None)
    assert contact is not None
    said = {"children": contact.children, "adults": contact.adults, "concern": contact.concern}
    return first.model_copy(update={**said, "assessment": contact.assessment})
