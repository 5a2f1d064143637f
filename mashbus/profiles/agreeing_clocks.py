"""Hours, holidays, terms and clocks of one profile must agree: what keeps a clock from being armed, started or met."""

from collections.abc import Iterator

from mashbus.domain.clocks import Kind
from mashbus.profiles.named import unknown
from mashbus.profiles.tables import Fault
from mashbus.profiles.written import Written

WORKING = frozenset({Kind.WORKING_HOURS, Kind.WORKING_DAYS, Kind.WORKS_ON})
"""Kinds that need to know when the hub is open."""
READ_AS_WORKING = frozenset({Kind.HOURS, Kind.DAYS})
"""Kinds that reading 1, set to `working`, makes need it too."""


def time_faults(profile: Written) -> Iterator[Fault]:
    others = {("reception",): profile.reception, ("calls", "hours"): profile.calls.hours if profile.calls else None}
    weeks = [profile.hours.week, *(hours.week for hours in others.values() if hours)]
    for place, said in dict.fromkeys(fault for week in weeks for fault in profile.calendar.not_worked(week)):
        yield ("calendar", *place), said
    if "hours" in profile.model_fields_set and not profile.hours.week:
        yield ("hours",), "no day has hours"
    for where, hours in others.items():
        if hours and not hours.week:
            yield where, "no day has hours"
    last = profile.calendar.known_until
    if last is None and profile.calendar.holidays:
        yield ("calendar",), "known_until is missing: until which day are holidays and closures known?"
    for index, (_, ends) in enumerate(profile.school.terms if profile.school else ()):
        if last is not None and ends > last:
            yield ("school", "terms", index), f"a term until {ends}, and the calendar is known until {last}"


def clock_faults(profile: Written) -> Iterator[Fault]:
    of_requests = [name for name, clock in profile.clocks.items() if clock.started_by == "InformationRequested"]
    for name in of_requests[1:]:
        yield (
            ("clocks", name, "started_by"),
            f"every request starts '{of_requests[0]}' already, and an answer has one time",
        )
    for name, clock in profile.clocks.items():
        for place, said in clock.of_ratings(profile.ratings):
            yield ("clocks", name, *place), said
        for place, amount in clock.amounts.items():
            for said in _lacks(profile, amount.kind):
                yield ("clocks", name, *place), said
        if profile.milestones:
            for at, milestone in clock.milestones:
                yield from unknown(("clocks", name, at), (milestone,), profile.milestones, "there is no milestone")
    yield from _never_started(profile)


def _never_started(profile: Written) -> Iterator[Fault]:
    """Clocks that a pathway or a kind of contact should start, and those that these name though others start them."""
    starters = (
        ("pathway", "pathways", {name: one.clocks for name, one in profile.pathways.items()}),
        ("contact_type", "contact_types", {name: one.clocks for name, one in profile.contact_types.items()}),
    )
    for starter, tables, naming in starters:
        named = {clock for clocks in naming.values() for clock in clocks}
        what = starter.replace("contact_type", "contact type")
        for name, clock in profile.clocks.items():
            if clock.started_by == starter and name not in named:
                yield ("clocks", name, "started_by"), f"no {what} names it: it would never start"
        for table, clocks in naming.items():
            yield from unknown((tables, table, "clocks"), clocks, profile.clocks, "there is no clock")
            for clock_name in clocks:
                starts = profile.clocks[clock_name].started_by if clock_name in profile.clocks else starter
                if starts != starter:
                    yield (tables, table, "clocks"), f"'{clock_name}' is started by {starts}, not by a {what}"


def _lacks(profile: Written, kind: Kind | None) -> Iterator[str]:
    """What a clock of this kind needs and the profile does not say."""
    days_work = profile.readings.hours_and_days == "working"
    working = kind in WORKING or (days_work and kind in READ_AS_WORKING)
    if working and not profile.hours.week:
        yield f"{kind} need to know when the hub is open: there are no [hours]"
    if kind is Kind.SCHOOL and profile.school is None:
        yield "needs to know the school terms: there is no [school]"
    if (working or kind is Kind.SCHOOL) and profile.calendar.known_until is None:
        yield "needs to know how far the calendar goes: [calendar] has no known_until"
