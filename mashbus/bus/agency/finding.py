"""What an agency's own system says of the people of one request, and what such a system must be able to do.

This is all that a partner implements. `Possible` has no field for a narrative: where it is not certain who is meant,
nothing about anybody is said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from mashbus.bus.clock import Clock
from mashbus.bus.settings import Settings
from mashbus.contracts.agency import InformationRequested
from mashbus.domain.vocabulary import Rag


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a chronology. `on` is None where the day is not known."""

    on: date | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """The people are known for certain: by an exact identifier, or by name and date of birth, and only once."""

    summary: str
    chronology: tuple[Entry, ...] = ()
    analysis: str | None = None


@dataclass(frozen=True)
class NotKnown:
    """Everybody could be looked for, and nobody was found."""


@dataclass(frozen=True)
class Possible:
    """Several could be meant, or one who is perhaps somebody else: a person must look."""


@dataclass(frozen=True, kw_only=True)
class Declined:
    """The agency will not answer, and says why. Never the way to say that nobody is known."""

    reason: str


Finding = Known | NotKnown | Possible | Declined


@dataclass(frozen=True, kw_only=True)
class Risk:
    """Information that raises risk or urgency: sent before the answer, whatever becomes of the answer (H-09)."""

    information: str
    suggested_rag: Rag = Rag.UNKNOWN


class SystemOfRecord(Protocol):
    """An agency's own system, asked about one request. Several requests are asked about at once.

    It may take as long as it needs, with `await`: nothing else waits for it, and a request that is withdrawn meanwhile
    is not answered. It may be asked the same question again, after a restart: it must not count on being asked once.
    It raises `TransientError` (or OSError, TimeoutError) where asking again later can help: it is asked again, with
    growing pauses, for as long as it takes. After anything else it is asked three times, and then the request is
    parked for a person at the agency.
    """

    async def risk(self, request: InformationRequested) -> Risk | None:
        """What the hub's manager must know without delay, or None. Asked first."""

    async def look_up(self, request: InformationRequested) -> Finding:
        """Who of the request's people is known, and what is known of them."""

    async def close(self) -> None:
        """The service stops."""


RecordsFactory = Callable[[str, Settings, Clock], SystemOfRecord]
"""How a service opens its organisation's system of record: what MASHBUS_AGENCY_RECORDS names as `module:factory`."""
