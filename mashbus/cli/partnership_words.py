"""Pieces of Markdown that the page of a profile is made of."""

from collections.abc import Iterable, Sequence
from datetime import date

from mashbus.domain.partnership import Partnership
from mashbus.profiles.sentences import name_of

NONE = "—"


def code(name: object) -> str:
    return f"`{name}`"


def listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def row(*cells: str) -> Sequence[str]:
    return cells


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell or NONE for cell in line)} |" for line in lines)


def titles(names: Iterable[str]) -> str:
    """`a, b and c`."""
    said = [name.replace("_", " ") for name in names]
    return said[0] if len(said) == 1 else " and ".join([", ".join(said[:-1]), said[-1]]) if said else ""


def months(day: date) -> str:
    return f"{day.day} {day:%B %Y}" if day != date.max else "for ever"


def roles(names: Iterable[str], one: Partnership) -> str:
    return titles(name_of("role", role, one) for role in sorted(names))
