"""What a service of the hub is: what it reads, how its cases fold, and three pure questions asked of every case.

`decide` states at most one fact; `announce` makes the copies, emails and requests that a fact calls for, from the fact
as read back from the log; `perform` is the one place for an effect outside Kafka (the mailer's SMTP).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from mashbus.bus.casebook import Entry, Fold
from mashbus.bus.errors import PermanentError
from mashbus.contracts.record import Record
from mashbus.contracts.story import evolve
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership

S = TypeVar("S")

BATCH = 500
"""Acks and the transaction are shared by many."""

CASES: Fold[Case] = Fold(start=Case.of, evolve=evolve, adapter=TypeAdapter(Entry[Case]))
"""The fold of the one story, shared by every service that needs to know a case."""


NOTHING: Fold[None] = Fold(
    start=lambda _: None, evolve=lambda _state, _record, _appended: None, adapter=TypeAdapter(Entry[None])
)
"""For a service that keeps nothing but which records it has seen."""


@dataclass(frozen=True, kw_only=True)
class Service(Generic[S]):
    name: str
    reads: tuple[str, ...]
    fold: Fold[S]
    opens: tuple[type[Record], ...] = ()
    """Records that must come first in a case: others wait for one of them. None: nothing waits."""
    decide: Callable[[S, datetime], Record | None] = lambda _state, _at: None
    announce: Callable[[S, Record, datetime], Iterable[Record]] = lambda _state, _record, _at: ()
    perform: Callable[[S, Record, datetime], Awaitable[Iterable[Record]]] | None = None
    """May raise TransientError: the record and all behind it are tried again."""
    repeated: Callable[[S, Record], PermanentError | None] = lambda _state, _record: None
    """Asked of a record whose id was seen before: a fault where it differs in what must not differ."""

    foreign: Callable[[S, Record], PermanentError | None] = lambda _state, _record: None
    """Asked of a record whose id was not: a fault where it is none of this case's. It is set aside, nothing waits."""

    placed: Callable[[S, Record, str, int], S] = lambda state, _record, _topic, _offset: state
    """Told where a newly taken record lies, by topic and offset: for a service that reads it there again."""

    before: Callable[[], Awaitable[None]] | None = None
    """Awaited before a batch is handled: what its decisions look at beside the case is fresh. May raise TransientError.
    """

    batch: int = BATCH
    """Records a turn. After a crash so many are done again."""
    count: Callable[[Record], None] = lambda _record: None
    """Told of every newly taken record, for the metrics."""

    @property
    def group(self) -> str:
        """Its consumer group."""
        return f"mashbus.{self.name}"


class NoSuchPartnership(PermanentError):
    """A case of a partnership that this instance has no profile of."""

    def __init__(self, name: str) -> None:
        super().__init__("no_such_partnership", f"no profile '{name}' here: add partnerships/{name}.toml, then release")


@dataclass(frozen=True)
class ByPartnership:
    """`decide` and `announce` with the case's own profile; a case that nothing has opened yet is asked nothing."""

    profiles: Mapping[str, Partnership]
    deciding: Callable[[Case, Partnership, datetime], Record | None]
    announcing: Callable[[Case, Record, Partnership, datetime], Iterable[Record]]

    def decide(self, case: Case, at: datetime) -> Record | None:
        return self.deciding(case, self._of(case), at) if case.partnership else None

    def announce(self, case: Case, record: Record, at: datetime) -> Iterable[Record]:
        return self.announcing(case, record, self._of(case), at) if case.partnership else ()

    def _of(self, case: Case) -> Partnership:
        try:
            return self.profiles[case.partnership]
        except KeyError:
            raise NoSuchPartnership(case.partnership) from None
