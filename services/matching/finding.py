"""Finding and scoring, in a thread of its own: the event loop answers the broker meanwhile."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from mashbus.bus.directory.file import TableDamaged
from mashbus.bus.directory.reading import NotFresh, Reading
from mashbus.bus.errors import TransientError
from mashbus.bus.metrics import MATCH_SECONDS
from mashbus.contracts import hub
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Child
from services.matching.offering import offered
from services.matching.offers import Offers, offers
from services.matching.people import People, Person
from services.matching.search import Found, found

if TYPE_CHECKING:
    from services.matching.scoring import Scoring


class NoScoring(TransientError):
    """Nothing is wrong with the case: it waits in the log, and nobody waits for the offer."""

    def __init__(self, fault: ImportError) -> None:
        super().__init__("no_scoring", f"{fault.name or 'a library'} can't be loaded: install the locked libraries")


def _made() -> "Scoring":
    """Loaded here: see services/matching/app.py. Raises NoScoring."""
    try:
        from services.matching.scoring import Scoring  # noqa: PLC0415
    except ImportError as fault:
        raise NoScoring(fault) from fault
    return Scoring()


class Finding:
    def __init__(self, reading: Reading, figures: Offers | None = None) -> None:
        self._reading = reading
        self._figures = figures or offers()
        self._thread = ThreadPoolExecutor(1, "matching")
        self._scoring: Scoring | None = None

    def close(self) -> None:
        self._thread.shutdown()
        if self._scoring:
            self._scoring.close()

    async def offers(
        self, case: Case, contact: Contact, answer: hub.ChildrenLookedUp, partnership: Partnership, at: datetime
    ) -> Sequence[hub.MatchOffered]:
        """Raises TransientError while the persons' file is made anew, or Splink can't be loaded."""

        def work() -> Sequence[hub.MatchOffered]:
            return tuple(offered(case, contact, answer, partnership, at, self._search))

        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _search(self, partnership: str, child: Child, counts: Callable[[Person], bool]) -> Sequence[Found]:
        self._scoring = self._scoring or _made()
        people = self._reading.table
        assert isinstance(people, People)
        began = time.perf_counter()
        try:
            return found(people, self._scoring, self._figures.of(partnership), partnership, child, counts)
        except TableDamaged as damage:
            self._reading.damaged(damage)
            raise NotFresh(str(damage)) from damage
        finally:
            MATCH_SECONDS.observe(time.perf_counter() - began)
