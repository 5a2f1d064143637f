"""A canary: a deadline that nobody owes, armed for every partnership, that lapses by the same way as any other.

Each slot of bus time has one, with an id of its own, so that restarts and other instances arm the same. Over time the
slots fall into every partition.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from mashbus.bus.casebook import Casebook
from mashbus.bus.clock import EPOCH
from mashbus.bus.producer import partition_of
from mashbus.contracts import hub
from mashbus.contracts.addressing import key_of
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.deadline import HUB, Deadline, Step
from mashbus.domain.partnership import Partnership
from mashbus.domain.watch import Watch

CANARY = "canary"


def slot_of(at: datetime, every: timedelta) -> int:
    return (at - EPOCH) // every


def canary_of(partnership: str, every: timedelta, slot: int) -> UUID:
    """The canary is a case of its own."""
    return ids.derived(CANARY, partnership, every // timedelta(microseconds=1), slot)


def armed(partnership: str, profile: str, every: timedelta, at: datetime) -> hub.CanaryArmed:
    """The canary of the present slot: due when the next one begins."""
    slot = slot_of(at, every)
    subject, begins = canary_of(partnership, every, slot), EPOCH + slot * every
    step = Step(kind="elapsed", starts=begins, ends=begins + every, reason="A canary: nothing meets it.")
    deadline = Deadline(
        deadline_id=ids.deadline_of(subject, CANARY),
        subject=subject,
        clock=CANARY,
        rag=None,
        owner=HUB,
        met_by=(),
        anchor=begins,
        due=step.ends,
        at_risk=None,
        revision=1,
        profile=profile,
        steps=(step,),
    )
    meta = Meta(event_id=ids.once(subject, "CanaryArmed"), partnership=partnership, case_id=subject, occurred_at=at)
    return hub.CanaryArmed(meta=meta, deadline=deadline)


class Canaries:
    """Which canaries are to be armed now: one a partnership and slot, by whoever has its partition."""

    def __init__(self, profiles: Mapping[str, Partnership]) -> None:
        self._profiles = profiles
        self._slots: dict[str, int] = {}

    def wanted(self, at: datetime, books: Mapping[int, Casebook[Watch]], *, probe: bool) -> list[hub.CanaryArmed]:
        """`probe`: the first of them whatever is armed: its acknowledgement tells the broker's time."""
        found = []
        for name, profile in self._profiles.items():
            if self._slots.get(name) == slot_of(at, profile.canary_every) and not probe:
                continue
            canary = armed(name, profile.version, profile.canary_every, at)
            book = books.get(partition_of(key_of(canary)))
            if probe or (book is not None and not book.state(canary.deadline.subject).deadlines):
                found.append(canary)
            probe = False
            self._slots[name] = slot_of(at, profile.canary_every)
        return found

    def begin_anew(self) -> None:
        """Other partitions are ours now, or the last ones were not acknowledged."""
        self._slots.clear()
