"""`python -m tests.bench.matching.measuring PEOPLE EACH`: one size, in a process of its own, as the service is one.

People come as records of `mash.directory`, encoded as the bus has them; then contacts of every hard case are asked for
one by one. Prints one line of JSON.
"""

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
import psutil

from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.table import Held
from mashbus.contracts import hub
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Meta
from mashbus.domain.known import Holder, Holding
from mashbus.synthetic.population import ABOUT_NOBODY, Arrival, Hard, Person, Population
from services.matching.offers import Offers, offers
from services.matching.people import People
from services.matching.scoring import KNOWN_ALREADY, Scoring
from services.matching.search import found
from services.matching.training import MIX

SEED = "bench of matching 1"
"""Not the population that the model was trained on."""
A_FAMILY = 1.664
"""People held of one family of the population."""
HOLDER = ("hackney", "hackney-social-care")
THRESHOLDS = (0.1, 0.3, 0.5, 0.8, 0.95)
CERTAIN = 0.99
BATCH = 2000
OF_NOBODY = {
    Hard.STRANGER: 0.90,
    Hard.SIBLING_OF_HELD: 0.06,
    Hard.TWIN_OF_HELD: 0.01,
    Hard.SHARED_ADDRESS: 0.01,
    Hard.SAME_NAME: 0.01,
    Hard.UNBORN_SIBLING: 0.01,
}
"""How contacts about children whom nobody holds are mixed, beside `MIX` of the others. Ours."""


@dataclass(frozen=True)
class Asked:
    """What matching said of one contact: every candidate's truth and probability."""

    arrival: Arrival
    said: Sequence[tuple[int, float]]

    def right(self, least: float) -> int:
        return sum(number == self.arrival.truth and share >= least for number, share in self.said)

    def wrong(self, least: float) -> int:
        return sum(number != self.arrival.truth and share >= least for number, share in self.said)


def measure(size: int, each: int) -> Mapping[str, Any]:
    population = Population(SEED, round(size / A_FAMILY))
    process = psutil.Process()
    before = _megabytes(process)
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue.load(Path("schemas"))
        people = People(Path(folder) / "people.sqlite", {}, Decoder(catalogue))
        seconds = _filled(people, population, catalogue)
        file = sum(one.stat().st_size for one in Path(folder).iterdir()) / 1e6
        scoring, figures = Scoring(), offers()
        widest = figures.model_copy(update={"least": min(THRESHOLDS), "at_most": 20})
        list(_asked(people, scoring, widest, population, each=2))  # Splink makes its SQL, SQLite warms its pages
        walls: list[float] = []
        processors: list[float] = []
        asked = list(_asked(people, scoring, widest, population, each, walls, processors))
        held = people.count(HOLDER[0])
        scoring.close()
        people.close()
    return {
        "people": held,
        "reading_seconds": round(seconds, 1),
        "file_mb": round(file),
        "memory_mb": {"before": before, "after": _megabytes(process)},
        "lookup_ms": _spread(walls),
        "lookup_processor_ms": _spread(processors),
        "at": {f"{least:.2f}": _at(asked, least) for least in THRESHOLDS},
        "cases": {hard.value: _case(asked, hard, figures) for hard in Hard},
    }


def _filled(people: People, population: Population, catalogue: Catalogue) -> float:
    """Seconds to take the records, what making them costs left out."""
    total, records = 0.0, (_record(one, catalogue) for one in population.people())
    while batch := list(islice(records, BATCH)):
        began = time.perf_counter()
        people.apply(batch, {})
        total += time.perf_counter() - began
    return total


def _record(person: Person, catalogue: Catalogue) -> Held:
    at, token = datetime(2026, 6, 1, tzinfo=UTC), f"{person.number:064x}"
    meta = Meta(event_id=UUID(int=person.number), partnership=HOLDER[0], case_id=None, occurred_at=at)
    holdings = (Holding(service=Holder.SOCIAL_CARE),)
    said = hub.ChildHeld(
        meta=meta, child=token, organisation=HOLDER[1], changed_at=at, holdings=holdings, person=person.child
    )
    body = BytesIO()
    fastavro.schemaless_writer(body, catalogue.writer(said.dataschema()), said.model_dump())
    return Held(token, HOLDER, said.dataschema(), body.getvalue(), held=True)


def _asked(
    people: People, scoring: Scoring, figures: Offers, population: Population, each: int,
    walls: list[float] | None = None, processors: list[float] | None = None,
) -> Iterator[Asked]:  # fmt: skip
    for hard in Hard:
        for arrival in population.arrivals(hard, each):
            wall, processor = time.perf_counter(), time.process_time()
            said = found(people, scoring, figures, HOLDER[0], arrival.child, lambda _: True)
            if walls is not None and processors is not None:
                walls.append(time.perf_counter() - wall)
                processors.append(time.process_time() - processor)
            yield Asked(arrival, [(int(one.person.token or "0", 16), one.score.probability) for one in said])


def _at(asked: Sequence[Asked], least: float) -> Mapping[str, float]:
    """Of all hard cases alike; and mixed as we take a front door's contacts to be."""
    right = sum(one.right(least) for one in asked)
    wrong = sum(one.wrong(least) for one in asked)
    about = sum(one.arrival.truth is not None for one in asked)
    mixed_right = KNOWN_ALREADY * _mixed(asked, MIX, lambda one: one.right(least))
    known_wrong = KNOWN_ALREADY * _mixed(asked, MIX, lambda one: one.wrong(least))
    mixed_wrong = known_wrong + (1 - KNOWN_ALREADY) * _mixed(asked, OF_NOBODY, lambda one: one.wrong(least))
    return {
        "recall_alike": round(right / about, 4),
        "precision_alike": round(right / max(1, right + wrong), 4),
        "recall_mixed": round(mixed_right / KNOWN_ALREADY, 4),
        "precision_mixed": round(mixed_right / (mixed_right + mixed_wrong), 4),
    }


def _mixed(asked: Sequence[Asked], mix: Mapping[Hard, float], count: Callable[[Asked], int]) -> float:
    total = 0.0
    for hard, share in mix.items():
        of = [count(one) for one in asked if one.arrival.hard is hard]
        total += share * sum(of) / len(of) if of else 0
    return total / sum(mix.values())


def _case(asked: Sequence[Asked], hard: Hard, figures: Offers) -> Mapping[str, Any]:
    """At the threshold in use. Shares of the contacts; `certain`: somebody else, at 0.99 or more."""
    of = [one for one in asked if one.arrival.hard is hard]
    said: dict[str, Any] = {"contacts": len(of)}
    if hard not in ABOUT_NOBODY:
        said["found"] = round(sum(one.right(figures.least) > 0 for one in of) / max(1, len(of)), 3)
    said["another_offered"] = round(sum(one.wrong(figures.least) > 0 for one in of) / max(1, len(of)), 3)
    said["another_certain"] = sum(one.wrong(CERTAIN) > 0 for one in of)
    return said


def _spread(seconds: Sequence[float]) -> Mapping[str, float]:
    ordered = sorted(seconds)
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {name: round(1000 * ordered[int(len(ordered) * share)], 1) for name, share in at.items()}


def _megabytes(process: psutil.Process) -> int:
    return round(process.memory_info().rss / 1e6)


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.WARNING)
    os.nice(5)
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
