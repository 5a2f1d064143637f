"""How people mistype names and dates: one letter, one digit, day for month, a short form for a name."""

from datetime import date
from functools import cache
from random import Random

from nicknames import NickNamer

MONTHS = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def misspelt(draw: Random, name: str) -> str:
    """One letter doubled, left out, changed, or two of them swapped; never the first one; always another word."""
    for _ in range(20):
        at = draw.randrange(1, max(2, len(name)))
        before, here, after = name[:at], name[at : at + 1], name[at + 1 :]
        other = draw.choice((
            before + here + here + after,
            before + after,
            before + draw.choice(_LETTERS) + after,
            before + after[:1] + here + after[1:],
        ))  # fmt: skip
        if other not in (name, "") and len(other) > 1:
            return other
    return name + draw.choice(_LETTERS)


def short_form(draw: Random, given_name: str) -> str | None:
    """One that people use for that name; None: there is none."""
    known = sorted(_names().nicknames_of(given_name.lower()))
    return draw.choice(known).capitalize() if known else None


def transposed(day: date) -> date | None:
    """Day and month swapped; None where that is no other date."""
    if day.day > MONTHS or day.day == day.month:
        return None
    return day.replace(day=day.month, month=day.day)


def slipped(draw: Random, day: date, latest: date) -> date:
    """Another date that differs in one digit."""
    text = day.isoformat()
    while True:
        at = draw.choice((3, 6, 8, 9, 9))
        try:
            other = date.fromisoformat(text[:at] + draw.choice("0123456789") + text[at + 1 :])
        except ValueError:
            continue
        if other != day and other <= latest:
            return other


@cache
def _names() -> NickNamer:
    return NickNamer()
