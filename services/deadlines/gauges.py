"""`mash_sla_open` and `mash_sla_next_due`, from the timers themselves."""

import time
from collections.abc import Iterable
from datetime import datetime

from mashbus.bus.casebook import Timers
from mashbus.bus.metrics import SLA_NEXT_DUE, SLA_OPEN
from services.deadlines.canary import CANARY
from services.deadlines.labels import LAPSE, label_of

_EVERY = 2.0


class Gauges:
    def __init__(self) -> None:
        self._counted = float("-inf")

    def count(self, books: Iterable[Timers]) -> None:
        """Now and then. Canaries are nobody's deadlines."""
        if time.monotonic() - self._counted < _EVERY:
            return
        self._counted = time.monotonic()
        totals: dict[tuple[str, ...], tuple[int, datetime]] = {}
        for timers in books:
            for text, count, earliest in timers.running():
                label = label_of(text)
                if label.stage == LAPSE and label.clock != CANARY:
                    open_, first = totals.get(label.metric, (0, earliest))
                    totals[label.metric] = (open_ + count, min(first, earliest))
        SLA_OPEN.clear()
        SLA_NEXT_DUE.clear()
        for metric, (open_, first) in totals.items():
            SLA_OPEN.labels(*metric).set(open_)
            SLA_NEXT_DUE.labels(*metric).set(first.timestamp())
