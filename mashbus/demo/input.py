"""What the week is fed with: referrals of a census file (a given one, or one made here) or a person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mashbus.demo import known_children, own_referrals
from mashbus.demo.week import MONDAY, Week
from mashbus.synthetic import census_file, police_batch
from mashbus.synthetic.census import CensusFault, CensusRow, read
from mashbus.synthetic.form import Form
from mashbus.synthetic.referrals import Arrival, referrals

REFERRALS = 300
CHILDREN = 320
"""Of a census made here: gives a few more episodes than referrals are wanted."""
POLICE_ROWS = 60


class NothingToPlay(Exception):
    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        told = "; ".join(faults[:10]) or "it is empty"
        super().__init__(f"{path} holds no referral that can be sent: {told}")


@dataclass(frozen=True)
class Input:
    said: str
    """Where it comes from, for the watcher."""
    arrivals: Sequence[Arrival]
    batch: bytes
    faults: Sequence[str]
    known: Path | None = None
    """A census of the children whom the council knows: imported before the week begins."""
    known_is_ours: bool = False
    """Made here, so that a fault of it is a fault of ours."""


def gathered(week: Week, *, census: Path | None, own: Path | None, folder: Path, seed: int) -> Input:
    """Raises OSError where a file can't be read and NothingToPlay where it holds nothing."""
    batch = police_batch.batch(POLICE_ROWS, monday=MONDAY, zone=week.zone, seed=seed)
    if own:
        found = own_referrals.read(own)
        if not found.documents:
            raise NothingToPlay(own, found.faults)
        return Input(f"{len(found.documents)} referrals of {own}", found.arrivals(seed, week), batch, found.faults)
    path = census or _made(folder / "census.xml", seed)
    episodes = list(read(path))
    rows = [one for one in episodes if isinstance(one, CensusRow)]
    faults = [f"{path.name}, {one}" for one in episodes if isinstance(one, CensusFault)]
    if not rows:
        raise NothingToPlay(path, faults)
    arrivals = referrals(
        rows,
        monday=MONDAY,
        zone=week.zone,
        seed=seed,
        at_most=REFERRALS,
        hours=week.partnership.time.calendar.week,
        form=Form(week.partnership),
    )
    said = f"{len(arrivals)} referrals of the {len(rows)} episodes in {path}"
    if census:
        return Input(said, arrivals, batch, faults, known=census)
    known = known_children.made(folder / "known-children.xml", arrivals, seed)
    return Input(said, arrivals, batch, faults, known=known, known_is_ours=True)


def _made(path: Path, seed: int) -> Path:
    with path.open("wb") as to:
        census_file.write(to, children=CHILDREN, seed=seed)
    return path
