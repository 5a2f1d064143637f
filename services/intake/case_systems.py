"""When a case system's word can be taken: the directory must be read to its end, once a turn.

Until then it waits in its own partition; nothing else at the door waits for it (promise P2).
"""

from datetime import datetime, timedelta

import structlog

from mashbus.bus.directory.memory import Memory
from mashbus.bus.errors import TransientError
from mashbus.bus.handling import Turn
from mashbus.contracts import agency
from mashbus.domain.partnership import Partnership
from services.intake.directory_view import DirectoryView
from services.intake.holdings import News, Restated, restated

AGAIN = timedelta(seconds=1)
"""Real time until the directory is asked again."""
_log = structlog.get_logger()


class NotNow(Exception):
    """Nothing is wrong with the record: what it is compared with is not known now."""

    wait = AGAIN


class CaseSystems:
    """What the door knows of them, across its partitions. One turn at a time."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory
        self._turn: Turn | None = None
        self._view: DirectoryView

    async def restated(
        self, record: agency.CaseHoldingChanged, organisation: str, partnership: Partnership, at: datetime, turn: Turn
    ) -> Restated:
        """Raises NotNow, and as `holdings.restated`."""
        news = News(
            event_id=record.meta.event_id,
            organisation=organisation,
            changed_at=record.changed_at,
            child=record.child,
            police_references=record.police_references,
            holdings=record.holdings,
        )
        try:
            view = await self._fresh(turn)
            found = restated(news, partnership, view, at)
        except TransientError as fault:
            _log.warning("what case systems say waits", because=str(fault))
            raise NotNow from fault
        view.say(found.facts)
        return found

    async def _fresh(self, turn: Turn) -> DirectoryView:
        """Asked once a turn."""
        if self._turn is not turn:
            if self._memory is None or not self._memory.ready:
                raise NotNow
            await self._memory.fresh()
            self._turn, self._view = turn, DirectoryView(self._memory)
        return self._view
