"""What a timer is counted and asked under: its stage, whose answers it waits for, and the metric labels."""

import json
from functools import cache
from typing import NamedTuple

from mashbus.domain.deadline import HUB
from mashbus.domain.watch import ANSWERS

AT_RISK = "at_risk"
LAPSE = "lapse"


class Label(NamedTuple):
    stage: str
    partnership: str
    owner: str
    rag: str
    clock: str
    source: str
    """Where what meets it arrives: the organisation's own topic, or `hub`. Lapses of one source are asked together."""

    @property
    def metric(self) -> tuple[str, str, str, str]:
        """In the order of `SLA_LABELS`."""
        return self.partnership, self.owner, self.rag, self.clock


def source_of(owner: str, met_by: tuple[str, ...]) -> str:
    return HUB if set(ANSWERS).isdisjoint(met_by) else owner


@cache
def text_of(stage: str, partnership: str, owner: str, rag: str | None, clock: str, met_by: tuple[str, ...]) -> str:
    """How a timer carries its label: few differ among many timers."""
    return json.dumps(Label(stage, partnership, owner, rag or "", clock, source_of(owner, met_by)))


@cache
def label_of(text: str) -> Label:
    return Label(*json.loads(text))
