"""What a timer is counted and asked under: its stage, whose answers it waits for, and the metric labels."""

import json
from functools import cache
from typing import NamedTuple, Self

from mashbus.domain.deadline import HUB, Deadline
from mashbus.domain.watch import ANSWERS, Watch

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

    @classmethod
    def of(cls, stage: str, watch: Watch, deadline: Deadline) -> Self:
        answered = not set(ANSWERS).isdisjoint(deadline.met_by)
        source = deadline.owner if answered else HUB
        return cls(stage, watch.partnership, deadline.owner, deadline.rag or "", deadline.clock, source)

    @property
    def text(self) -> str:
        return _text(self)

    @property
    def metric(self) -> tuple[str, str, str, str]:
        """In the order of `SLA_LABELS`."""
        return self.partnership, self.owner, self.rag, self.clock


@cache
def _text(label: Label) -> str:
    return json.dumps(label)


@cache
def label_of(text: str) -> Label:
    return Label(*json.loads(text))
