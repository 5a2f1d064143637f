"""Everything that `mashbus verify` judges by: the log, the groups' offsets, the mail folder, the clients' receipts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mashbus.domain.partnership import Partnership
from mashbus.verify.index import Index
from mashbus.verify.mail import Mail
from mashbus.verify.places import Place
from mashbus.verify.receipts import Receipt

GROUP = "mashbus."
"""The consumer groups of the hub's own services begin so; the service's name follows."""


class Judged(NamedTuple):
    """The instant for which is judged, and one before it by which what was due must have been said."""

    now: datetime
    by: datetime
    by_ms: int
    """The same as `by`, in the broker's real milliseconds."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    index: Index
    at: Callable[[int], datetime]
    """Bus time at a broker's millisecond."""
    judged: Judged
    profiles: Mapping[str, Partnership]
    committed: Mapping[tuple[str, str, int], int]
    """(group, topic, partition) -> the next offset to be consumed."""
    ends: Mapping[tuple[str, int], int]
    """(topic, partition) -> the offset that the next record will get."""
    mails: tuple[Mail, ...] | None
    """None: no mail folder to look into."""
    receipts: tuple[Receipt, ...] | None
    settled: bool
    """Nothing is under way: what is unfinished is broken."""

    def consumed(self, service: str, place: Place) -> bool:
        return self.committed.get((GROUP + service, place.topic, place.partition), 0) > place.offset
