"""Reads a person's own referrals: one JSON body of POST /v1/referrals a line. Each fault is said with its line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mashbus.demo.week import MONDAY, Week
from mashbus.synthetic import arrivals
from mashbus.synthetic.referrals import Arrival

LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class OwnReferrals:
    documents: Sequence[tuple[int, Mapping[str, Any]]]
    """With the number of the line, from 1."""
    faults: Sequence[str]

    def arrivals(self, seed: object, week: Week) -> tuple[Arrival, ...]:
        """In the order of the file, over the opening hours of the week. The key names the line."""
        hours = week.partnership.time.calendar.week
        times = arrivals.instants(len(self.documents), MONDAY, week.zone, seed, hours)
        return tuple(
            Arrival(at=at, idempotency_key=f"line-{line}", document=document)
            for at, (line, document) in zip(times, self.documents, strict=True)
        )


def read(path: Path) -> OwnReferrals:
    """What can be sent and what can't. Raises OSError where the file can't be opened."""
    documents: list[tuple[int, Mapping[str, Any]]] = []
    faults: list[str] = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            found = _document(line)
            if isinstance(found, str):
                faults.append(f"{path.name}:{number}: {found}")
            else:
                documents.append((number, found))
    return OwnReferrals(documents, faults)


def _document(line: bytes) -> Mapping[str, Any] | str:
    if len(line) > LONGEST_LINE:
        return f"longer than {LONGEST_LINE} bytes"
    try:
        found = json.loads(line)
    except UnicodeDecodeError:
        return "not UTF-8"
    except json.JSONDecodeError as fault:
        return f"not JSON: {fault.msg} at column {fault.colno}"
    except RecursionError:
        return "JSON nested too deeply"
    return found if isinstance(found, dict) else "not a JSON object"
