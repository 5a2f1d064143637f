"""Every fault of a census as a line of a table, for whoever mends the case system. No value is in it (promise P7)."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mashbus.census.faults import Fault

COLUMNS = ("child", "line", "element", "problem", "consequence")


@contextmanager
def report(path: Path | None) -> Iterator[Callable[[Fault], None]]:
    """What writes one fault. Raises OSError where the file cannot be written."""
    if path is None:
        yield lambda fault: None  # noqa: ARG005
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        yield lambda fault: lines.writerow((fault.child, fault.line, fault.element, fault.reason, fault.consequence))
