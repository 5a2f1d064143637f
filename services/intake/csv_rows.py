"""CSV from a stream, row by row and never the whole: a row that can't be read costs itself and no other.

RFC 4180 in UTF-8, with or without a byte order mark; a quoted text may hold line breaks. A quote that is never closed
would swallow what follows: then only its first line is given up, and reading goes on behind it.
"""

import csv
from collections.abc import Generator, Iterator
from dataclasses import dataclass

LONGEST = 16 * 1024
"""Bytes of one row."""
MOST_LINES = 200
"""Lines of one row: a summary has that many, an unclosed quote has more."""
_BOM = b"\xef\xbb\xbf"
_UNFINISHED = "unexpected end of data"
"""What the csv module says of a quote that is still open."""


@dataclass(frozen=True)
class Row:
    """`number` counts as a spreadsheet does, the header being 1. `fault` is set where the row can't be read."""

    number: int
    values: tuple[str, ...] = ()
    fault: str | None = None


class RowReader:
    """Fed with pieces of any size; hands out whole rows. Blank lines are counted and left out."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._number = 0
        self._dropping = False
        self._started = False

    def feed(self, piece: bytes) -> Iterator[Row]:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            yield from self._line(line)
        if len(self._rest) > LONGEST:
            self._rest, self._dropping = b"", True

    def finish(self) -> Iterator[Row]:
        """What is left once the body has ended."""
        if self._rest or self._dropping:
            yield from self._line(self._rest)
        while self._lines:
            yield from self._unclosed()

    def _line(self, line: bytes) -> Iterator[Row]:
        if not self._started:
            self._started, line = True, line.removeprefix(_BOM)
        if self._dropping or len(line) > LONGEST:
            self._dropping = False
            while self._lines:
                yield from self._unclosed()
            yield self._next(fault=f"is longer than {LONGEST:,} bytes")
            return
        self._lines.append(line)
        if len(self._lines) == 1 or line.count(b'"') % 2:  # an open quote is closed by an odd number of them
            yield from self._tried()
        if len(self._lines) > MOST_LINES or sum(map(len, self._lines)) > LONGEST:
            yield from self._unclosed()

    def _unclosed(self) -> Iterator[Row]:
        """Lines that no quote closed so far; a row may have ended among them all the same (`a",5" pipe`)."""
        if not (yield from self._tried()):
            yield from self._give_up("has a quote that is never closed")

    def _tried(self) -> Generator[Row, None, bool]:
        """The first row of the lines in hand, and what is behind it read anew; False where it is not whole yet."""
        reader = csv.reader((f"{line.decode(errors='replace')}\n" for line in self._lines), strict=True)
        try:
            row = next(reader)
        except csv.Error as fault:
            if _UNFINISHED in str(fault):
                return False
            yield from self._give_up("is not CSV: see where its quotes stand")
            return True
        read, behind = self._lines[: reader.line_num], self._lines[reader.line_num :]
        self._lines = []
        if not _is_utf8(b"\n".join(read)):
            yield self._next(fault="is not UTF-8")
        elif row:
            yield self._next(values=tuple(row))
        else:
            self._number += 1
        for line in behind:
            yield from self._line(line)
        return True

    def _give_up(self, fault: str) -> Iterator[Row]:
        """The first line can't be read; those behind it may."""
        _, *behind = self._lines
        self._lines = []
        yield self._next(fault=fault)
        for line in behind:
            yield from self._line(line)

    def _next(self, values: tuple[str, ...] = (), fault: str | None = None) -> Row:
        self._number += 1
        return Row(self._number, values, fault)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
