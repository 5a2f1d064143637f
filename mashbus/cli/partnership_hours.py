"""Days and hours of a week in words, runs of days together."""

import calendar
from collections.abc import Iterable
from itertools import groupby

from mashbus.cli.partnership_words import titles
from mashbus.domain.clocks import WorkingTime


def week(time: WorkingTime) -> str:
    """`Monday to Thursday 08:30-17:00, Friday 08:30-16:30`."""
    hours = time.calendar.week
    if not hours:
        return "at no stated hours"
    alike = groupby(sorted(hours), key=lambda day: str(hours[day]))
    return ", ".join(f"{weekdays(days)} {said}" for said, days in alike)


def weekdays(days: Iterable[int]) -> str:
    """`Monday to Friday`, `Monday and Wednesday`. 0 is Monday."""
    runs = groupby(enumerate(sorted(days)), key=lambda day: day[1] - day[0])
    return titles(_from_to([day for _, day in run]) for _, run in runs)


def _from_to(days: list[int]) -> str:
    first, last = calendar.day_name[days[0]], calendar.day_name[days[-1]]
    return first if first == last else f"{first} to {last}"
