"""Which counts of a table are withheld, so that none of them can be worked out from those that are shown (H-16).

A table with its totals is a circulation: each count flows from one sum to another, and at every sum as much goes in as
comes out. What is withheld may be anything that keeps the sums; so a withheld count is safe where another amount could
flow in a circle through it and through withheld counts alone. For each small count the cheapest such circle is
withheld with it (shortest path, the cost being the counts that are lost): the known way of secondary suppression.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Count:
    """One published number: it flows from the sum `tail` to the sum `head`."""

    tail: Hashable
    head: Hashable
    number: int
    shown: bool = False
    """Known to the reader whatever is withheld: the table cannot take it back."""


def withheld(counts: Mapping[K, Count], below: int) -> frozenset[K] | None:
    """What to withhold: every count from 1 to `below` - 1, and what else is needed; None: all of the table.

    Then a reader who knows that withheld counts are 1 or more, and everything else, cannot work out any of them, and
    cannot even say of a small one that it is below `below`. A count of 0 is shown: it is nobody.
    """
    small = [name for name, one in counts.items() if 0 < one.number < below]
    gone: set[K] = set()
    for name in small:
        if counts[name].shown:
            return None
        circle = _cheapest(counts, name, below - counts[name].number, frozenset(gone.union(small)))
        if circle is None:
            return None
        gone |= {name, *circle}
    return frozenset(gone)


def _cheapest(counts: Mapping[K, Count], name: K, more: int, gone: frozenset[K]) -> frozenset[K] | None:
    """The other counts of the cheapest circle on which `more` could flow through this one."""
    start, goal = counts[name].head, counts[name].tail
    ways: dict[Hashable, list[tuple[Hashable, K, int]]] = {}
    for one, tail, head in _passable(counts, more):
        if one != name:
            ways.setdefault(tail, []).append((head, one, 0 if one in gone else counts[one].number))
    waiting: list[tuple[int, int, Hashable, frozenset[K]]] = [(0, 0, start, frozenset())]
    seen: set[Hashable] = set()
    pushed = 0
    while waiting:
        cost, _, at, path = heappop(waiting)
        if at == goal:
            return path
        if at in seen:
            continue
        seen.add(at)
        for head, one, price in ways.get(at, ()):
            pushed += 1
            heappush(waiting, (cost + price, pushed, head, path | {one}))
    return None


def _passable(counts: Mapping[K, Count], more: int) -> Iterator[tuple[K, Hashable, Hashable]]:
    """Counts that may be withheld, in the direction in which they could be more, and in that in which less."""
    for name, one in counts.items():
        if one.shown or one.number == 0:
            continue
        yield name, one.tail, one.head
        if one.number - 1 >= more:
            yield name, one.head, one.tail
