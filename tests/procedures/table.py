"""The table of docs/procedures.md: every requirement with its stories. `python -m tests.procedures.table` writes it."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.procedures.requirements import (
    CHECKOUT,
    Requirement,
    Story,
    faults,
    not_yet,
    requirements,
    stories,
    titles,
)

PAGE = CHECKOUT / "docs" / "procedures.md"
BEGINS = "<!-- from here to the next mark: written by `python -m tests.procedures.table` -->"
ENDS = "<!-- written by hand again -->"


class NoMarks(Exception):
    def __init__(self, page: Path) -> None:
        super().__init__(f"{page} has lost its marks: '{BEGINS}' and '{ENDS}' stand around the table")


def table() -> str:
    told, wanted, waited_for = stories(), requirements(), not_yet()
    return "\n".join(
        line
        for partnership, title in titles().items()
        for line in _section(
            title, [one for one in wanted.values() if one.partnership == partnership], told, waited_for
        )
    )


def with_table(page: str, written: str) -> str:
    """The page with another table. Raises NoMarks."""
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise NoMarks(PAGE)
    return f"{before}{begins}\n{written}\n{ends}{after}"


def _section(
    title: str, some: Sequence[Requirement], told: Sequence[Story], waited_for: frozenset[str]
) -> Iterator[str]:
    yield from (f"\n### {title}\n", "| id | what it asks for | its story |", "|---|---|---|")
    for one in some:
        mine = [story for story in told if story.requirement == one.id]
        yield f"| {one.id} | {one.says} | {_cell(one, mine, waited_for)} |"
    yield ""


def _cell(one: Requirement, mine: Sequence[Story], waited_for: frozenset[str]) -> str:
    if not mine:
        return "not yet" if one.id in waited_for else "**missing**"
    partly = "in part: " if one.id in waited_for else ""
    return partly + "<br>".join(f"[`{story.name}`](../tests/procedures/{story.file})" for story in mine)


def main() -> None:
    """Writes the table, and says what is wrong."""
    PAGE.write_text(with_table(PAGE.read_text(), table()))
    found = faults(requirements(), stories(), not_yet())
    print("\n".join(found) or f"{PAGE.name} is written; waited for: {', '.join(sorted(not_yet())) or 'nothing'}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
