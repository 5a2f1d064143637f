"""When things happen during a run: at random moments, the same ones for every contender."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random


@dataclass(frozen=True)
class Trouble:
    kind: str
    """`kill` or `flush`."""
    after: timedelta
    """Real time from the first due instant."""

    def __str__(self) -> str:
        return f"{self.kind} at {self.after.total_seconds():.1f} s"


def drawn(seed: int, seconds: int, kinds: Sequence[str]) -> list[Trouble]:
    """One of each, in this order, at a random moment of its own part of the run."""
    random, part = Random(seed), seconds / len(kinds)
    return [
        Trouble(kind, timedelta(seconds=round((number + random.uniform(0.1, 0.9)) * part, 1)))
        for number, kind in enumerate(kinds)
    ]
