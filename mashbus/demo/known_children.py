"""Which of the week's children the council knows, as a census of its own that is imported before the week begins.

A few have an open case, a few one that was closed lately or some months ago; all others are strangers to it. The census
holds besides many children whom the week never hears of.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from mashbus.demo.week import MONDAY
from mashbus.synthetic import census_file
from mashbus.synthetic.census_file import Held
from mashbus.synthetic.chance import chance
from mashbus.synthetic.referrals import Arrival

OPEN, CLOSED_LATELY, CLOSED_EARLIER = 0.07, 0.05, 0.04
"""Shares of the week's children. Ours: enough of each that a person sees what becomes of it."""
OTHERS = 400
"""Children of whom nobody says anything in that week."""
DAY = timedelta(days=1)


def made(path: Path, arrivals: Sequence[Arrival], seed: object) -> Path:
    """Writes the census. The same seed, the same children."""
    with path.open("wb") as to:
        known = held([child for one in arrivals for child in one.document.get("children", ())], seed)
        census_file.write(to, children=OTHERS, seed=f"others/{seed}", known=known, prefix="SYNTHOTHER")
    return path


def held(children: Sequence[Mapping[str, Any]], seed: object) -> Iterator[Held]:
    """Of those that the council has a number for: each once, however often it is referred."""
    numbered = {child["local_id"]: child for child in children if child.get("local_id")}
    draw = chance("known", seed)
    shares = (OPEN, CLOSED_LATELY, CLOSED_EARLIER)
    counts = [max(1, round(share * len(numbered))) for share in shares]
    chosen = draw.sample(list(numbered), min(sum(counts), len(numbered)))
    for place, local_id in enumerate(chosen):
        yield _held(numbered[local_id], _spell(draw, sum(place >= sum(counts[:upto]) for upto in (1, 2))))


def _spell(draw: Random, how: int) -> tuple[date, date | None]:
    """0: open; 1: closed within every procedure's window; 2: before it, and still within a re-referral's year."""
    began = MONDAY - draw.randint(350, 500) * DAY
    match how:
        case 0:
            return MONDAY - draw.randint(30, 300) * DAY, None
        case 1:
            return began, MONDAY - draw.randint(10, 70) * DAY
        case _:
            return began, MONDAY - draw.randint(130, 330) * DAY


def _held(child: Mapping[str, Any], spell: tuple[date, date | None]) -> Held:
    return Held(
        local_id=child["local_id"],
        upn=child.get("upn"),
        birth_date=_day(child.get("date_of_birth")),
        expected_birth_date=_day(child.get("expected_date_of_birth")),
        sex=child.get("sex") or "U",
        spells=(spell,),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
