"""`mashbus calendar show`: a partnership's year as a picture, so that a missing closure is seen in time."""

import calendar
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from mashbus.cli.profile import fail, found
from mashbus.cli.year import Sort, Year

app = typer.Typer(no_args_is_help=True, help="The partnerships' calendars.")

_MARKS = {
    Sort.WORKING: ("■", "#", "green"),
    Sort.SHORT: ("◧", "+", "cyan"),
    Sort.OTHER: ("◆", "o", "bold yellow"),
    Sort.WEEKEND: ("·", ".", "dim"),
    Sort.HOLIDAY: ("x", "x", "bold red"),
    Sort.UNKNOWN: ("?", "?", "dim"),
}
"""Mark, the same where a terminal has ASCII only, and colour: a picture that prints well without any."""
_SCHOOL = "s"
_WEEKS = 37
"""Columns of weekdays that the longest month needs, wherever it starts."""

Partnership_ = Annotated[str, typer.Argument(metavar="PARTNERSHIP", help="A profile's name, or the path of one.")]
Year_ = Annotated[int | None, typer.Option("--year", help="Default: this year.")]


@app.callback()
def calendars() -> None:
    """The partnerships' calendars."""


@app.command()
def show(partnership: Partnership_, year: Year_ = None) -> None:
    """Print a year: working, short and closed days, school days where the profile has terms."""
    asked = found(partnership)
    known = asked.time.calendar
    number = date.today().year if year is None else year  # noqa: DTZ011 - the reader's own
    if not known.known_from.year <= number <= known.known_until.year:
        fail(f"the calendar of {asked.name} is known from {known.known_from} until {known.known_until}")
    _print(Year(asked, number), Console(highlight=False))


def _print(year: Year, console: Console) -> None:
    console.print(Text(f"{year.partnership.title}, {year.number}", style="bold"))
    console.print(Text(" " * 5 + " ".join(calendar.day_abbr[n % 7][0] for n in range(_WEEKS)), style="dim"))
    ascii_only = console.options.ascii_only
    for month in range(1, 13):
        console.print(_month(year, month, ascii_only=ascii_only), no_wrap=True, overflow="ignore", crop=False)
    console.print()
    for line in _legend(year, ascii_only=ascii_only):
        console.print(line, soft_wrap=True)


def _month(year: Year, month: int, *, ascii_only: bool) -> Text:
    line = Text(f"{calendar.month_abbr[month]}  " + "  " * date(year.number, month, 1).weekday())
    for day in year.days(month):
        mark, plain, style = _MARKS[year.sort(day)]
        line.append(plain if ascii_only else mark, style=style)
        line.append(_SCHOOL if day in year.school_days else " ", style="blue")
    line.rstrip()
    return line


def _legend(year: Year, *, ascii_only: bool) -> Iterator[Text]:
    counted = Counter(map(year.sort, year.days()))
    for sort, (mark, plain, style) in _MARKS.items():
        if counted[sort]:
            yield Text.assemble((plain if ascii_only else mark, style), f" {sort}: {counted[sort]}")
    if year.school_days:
        yield Text.assemble((_SCHOOL, "blue"), f" school days: {len(year.school_days)}")
    yield Text(f"\nOpen {_week(year) or 'never: this profile has no hours'} ({year.partnership.zone.key})")
    yield from _listed("Holidays and closures", [f"{_day(day)}  {why}" for day, why in year.holidays.items()])
    yield from _listed("Other hours", [f"{_day(day)}  {hours}" for day, hours in year.exceptions.items()])
    school = year.partnership.time.school
    terms = [one for one in school.terms if year.number in (one.first.year, one.last.year)] if school else []
    yield from _listed("School terms", [f"{_day(one.first)} to {_day(one.last)}" for one in terms])
    yield Text(f"\nKnown until {year.calendar.known_until}." if year.calendar.known_until < date.max else "")


def _listed(head: str, lines: list[str]) -> Iterator[Text]:
    if lines:
        yield Text(f"\n{head}", style="bold")
        yield from (Text(f"  {line}") for line in lines)


def _week(year: Year) -> str:
    """`Mon-Thu 08:30-17:00, Fri 08:30-16:30`."""
    open_days = sorted(year.calendar.week)
    runs = groupby(enumerate(open_days), key=lambda one: (one[1] - one[0], year.calendar.week[one[1]]))
    named = ([day for _, day in run] for _, run in runs)
    return ", ".join(f"{_from_to(days)} {year.calendar.week[days[0]]}" for days in named)


def _from_to(days: list[int]) -> str:
    first, last = calendar.day_abbr[days[0]], calendar.day_abbr[days[-1]]
    return first if first == last else f"{first}-{last}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day:2} {day:%b}"
