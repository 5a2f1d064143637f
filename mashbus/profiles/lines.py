"""Finds the line of a TOML file that a fault speaks of: the standard parser tells no positions."""

import re
from collections.abc import Sequence


def line_of(text: str, location: Sequence[int | str]) -> int:
    """The line of the deepest part of `location` that can be found; the file's first line where nothing can."""
    lines = text.splitlines()
    at = 0
    names = [str(part) for part in location if isinstance(part, str)]
    index = next((part for part in location if isinstance(part, int)), 0)
    for depth in range(len(names), 0, -1):
        header = re.escape(".".join(names[:depth]))
        plain = [n for n, line in enumerate(lines) if re.match(rf"\[{header}\]", line)]
        arrays = [n for n, line in enumerate(lines) if re.match(rf"\[\[{header}\]\]", line)]
        found = plain or arrays[index : index + 1]
        if found:
            at = found[0]
            names = names[depth:]
            break
    for name in names:
        key = next(
            (n for n in range(at, len(lines)) if re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=", lines[n])), None
        )
        at = at if key is None else key
    return at + 1
