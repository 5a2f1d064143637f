"""When a case system's word can be taken: the directory must be read to its end, and hold what the turn said before.

What cannot be taken now waits in its own partition; nothing else at the door waits for it (promise P2).
"""

from datetime import datetime, timedelta

import structlog

from mashbus.bus.directory.memory import Memory
from mashbus.bus.errors import TransientError
from mashbus.bus.handling import Turn
from mashbus.contracts import agency
from mashbus.domain.partnership import Partnership
from services.intake.holdings import News, Restated, restated

AGAIN = timedelta(seconds=1)
"""Real time until the directory is asked again."""
AT_ONCE = timedelta(0)
_log = structlog.get_logger()


class NotNow(Exception):
    """Nothing is wrong with the record."""

    def __init__(self, until: timedelta) -> None:
        super().__init__(f"again in {until.total_seconds():.0f} s")
        self.until = until


class CaseSystems:
    """What the door knows of them, across its partitions. One turn at a time."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory
        self._turn: Turn | None = None
        self._touched: set[str] = set()
        """Keys of what this turn says: not read back yet."""

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
        memory = await self._fresh(turn)
        try:
            found = restated(news, partnership, memory, at)
        except TransientError as fault:
            raise NotNow(AGAIN) from fault
        if not self._touched.isdisjoint(found.touches):
            raise NotNow(AT_ONCE)
        self._touched |= found.touches
        return found

    async def _fresh(self, turn: Turn) -> Memory:
        """Asked once a turn."""
        if self._memory is None:
            raise NotNow(AGAIN)
        if self._turn is not turn:
            if not self._memory.ready:
                raise NotNow(AGAIN)
            try:
                await self._memory.fresh()
            except TransientError as fault:
                _log.warning("what case systems say waits", because=str(fault))
                raise NotNow(AGAIN) from fault
            self._turn = turn
            self._touched = set()
        return self._memory
