"""Names as unevenly spread as real ones: a few are very common, most are rare. Matching is measured on them.

Given names and four surnames of five are Faker's lists (Britain, India, Turkey), by rank as Zipf has it; the rest are
made up, so that there is a long tail.
"""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from faker.providers.person import en_GB, en_IN, tr_TR

from mashbus.synthetic import words

_BEFORE = (
    "Ash", "Bar", "Cold", "Dun", "East", "Fen", "Gold", "Hart", "Ivy", "Kil", "Long", "Mid", "North", "Oak", "Pen",
    "Rad", "Sal", "Thorn", "Under", "West",
)  # fmt: skip
_STEEPNESS = 0.9
"""Of Zipf's law. The most common surname is then one person's in 50: in Britain it is one person's in 80."""


@dataclass(frozen=True)
class Spread:
    """Words, each as often as its rank says."""

    words: Sequence[str]
    upto: Sequence[float]

    @classmethod
    def of(cls, ranked: Iterable[str]) -> "Spread":
        found = tuple(dict.fromkeys(ranked))
        return cls(found, tuple(accumulate(1 / (rank + 5) ** _STEEPNESS for rank in range(len(found)))))

    def draw(self, draw: Random) -> str:
        return self.words[bisect(self.upto, draw.random() * self.upto[-1])]


def _by_weight(names: Iterable[str] | dict[str, float]) -> list[str]:
    return sorted(names, key=lambda one: -names[one]) if isinstance(names, dict) else list(names)


_TAIL = Spread(
    words=(tail := tuple(f"{before}{name.lower()}" for before in _BEFORE for name in words.SURNAMES)),
    upto=tuple(float(one) for one in range(1, len(tail) + 1)),
)
_SURNAMES = (
    (0.58, Spread.of(_by_weight(en_GB.Provider.last_names))),
    (0.76, Spread.of(en_IN.Provider.last_names)),
    (0.80, Spread.of(tr_TR.Provider.last_names)),
    (1.00, _TAIL),
)
_GIVEN = {
    "M": (
        (0.70, Spread.of(en_GB.Provider.first_names_male)),
        (0.90, Spread.of(en_IN.Provider.first_names_male)),
        (1.00, Spread.of(tr_TR.Provider.first_names_male)),
    ),
    "F": (
        (0.70, Spread.of(en_GB.Provider.first_names_female)),
        (0.90, Spread.of(en_IN.Provider.first_names_female)),
        (1.00, Spread.of(tr_TR.Provider.first_names_female)),
    ),
}


def surname(draw: Random) -> str:
    return _of(_SURNAMES, draw)


def given_name(draw: Random, sex: str) -> str:
    return _of(_GIVEN[sex], draw)


def _of(lists: Sequence[tuple[float, Spread]], draw: Random) -> str:
    at = draw.random()
    return next(spread for upto, spread in lists if at < upto).draw(draw)
