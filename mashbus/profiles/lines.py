"""Finds the line of a TOML file that a fault speaks of: the standard parser tells no positions."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice


def line_of(text: str, location: Sequence[int | str]) -> int:
    """The line of the deepest part of `location` that can be found; the file's first line where nothing can."""
    lines = text.splitlines()
    first, end, rest = _table(lines, location)
    found = first
    for depth, part in enumerate(rest):
        if isinstance(part, int):
            return _element(lines, found, part) + 1
        dotted = _key(".".join(map(str, rest[: depth + 1])))
        at = next((n for n in range(first, end) if dotted.match(lines[n])), None)
        if at is None:
            at = next((n for n in range(found, end) if _key(part).match(lines[n])), None)
        if at is None:
            return found + 1
        found = at
        if depth == 0 and not _opens_several_lines(lines[at]) and re.match(r"""\s*["'\w-]+\s*=""", lines[at]):
            first, end = at, at + 1
    return found + 1


def _key(name: str) -> re.Pattern[str]:
    return re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*[=.]""")


def _table(lines: Sequence[str], location: Sequence[int | str]) -> tuple[int, int, Sequence[int | str]]:
    """First and last line of the table with the longest header that `location` begins with, and what remains."""
    for depth in range(len(location), 0, -1):
        names = ".".join(part for part in location[:depth] if isinstance(part, str))
        last = location[depth - 1]
        if isinstance(last, int):
            found = next(islice(_headers(lines, f"[[{names}]]"), last, None), None)
        else:
            found = _subtable(lines, names, location[:depth])
        if found is not None:
            return found, _end(lines, found), location[depth:]
    return 0, _end(lines, -1), location


def _subtable(lines: Sequence[str], names: str, location: Sequence[int | str]) -> int | None:
    """A table; one that belongs to an entry of an array stands between this entry and the next."""
    number = next((part for part in location if isinstance(part, int)), None)
    if number is None:
        return next(_headers(lines, f"[{names}]"), None)
    array = ".".join(map(str, location[: list(location).index(number)]))
    entries = [*_headers(lines, f"[[{array}]]"), len(lines)]
    return next((n for n in _headers(lines, f"[{names}]") if entries[number] < n < entries[number + 1]), None)


def _headers(lines: Sequence[str], header: str) -> Iterator[int]:
    """Lines that hold it, whether its parts are quoted or not."""
    bare = header.replace(" ", "")
    return (n for n, line in enumerate(lines) if re.sub(r"""["'\s]|#.*""", "", line) == bare)


def _end(lines: Sequence[str], header: int) -> int:
    following = (n for n in range(header + 1, len(lines)) if re.match(r"\s*\[{1,2}[\w.-]+\]{1,2}\s*(#.*)?$", lines[n]))
    return next(following, len(lines))


def _opens_several_lines(line: str) -> bool:
    return line.count("[") > line.count("]") or line.count("{") > line.count("}")


def _element(lines: Sequence[str], start: int, number: int) -> int:
    """The line on which an array's element stands, the array opening on line `start`."""
    depth, seen = 0, 0
    for n in range(start, len(lines)):
        for mark in re.findall(r"""["'][^"']*["']|[\[\]{},]""", lines[n].partition("#")[0]):
            if depth == 1 and mark not in "]}," and seen == number:
                return n
            depth += (mark in "[{") - (mark in "]}")
            seen += depth == 1 and mark == ","
        if depth <= 0:
            break
    return start
