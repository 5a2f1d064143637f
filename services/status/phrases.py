"""How a moment is told, and the turns of phrase that all of them share."""

from dataclasses import dataclass
from datetime import datetime

from mashbus.domain.deadline import HUB, Deadline
from mashbus.domain.vocabulary import Rag


@dataclass(frozen=True)
class Told:
    what: str
    who: str = HUB
    detail: str = ""
    at: datetime | None = None
    """When it occurred; none: when the broker appended the record."""


def owed(deadline: Deadline) -> str:
    return f"{whose(deadline.owner, deadline.clock)}{f' ({deadline.rag})' if deadline.rag else ''}"


def whose(owner: str | None, clock: str) -> str:
    return f"{'the hub' if owner in (None, HUB) else owner}, {plain(clock)}"


def colour(rag: str, level: str | None) -> str:
    """Colour, level of need, or both: as the partnership rates."""
    words = [*([rag] if rag != Rag.NONE else []), *([f"level {level}"] if level else [])]
    return ", ".join(words) or "without a colour"


def plain(word: str) -> str:
    return word.replace("_", " ").replace("-", " ").lower()


def spoken(words: tuple[str, ...]) -> str:
    return ", ".join(map(plain, words)) or "none"


def children(count: int) -> str:
    return "1 child" if count == 1 else f"{count} children"
