"""What the hub remembers, passes on, meets about and tells schools must fit the rest: nothing goes to nobody."""

from collections.abc import Iterator

from mashbus.domain.clocks import Anchor
from mashbus.profiles.calendars import WEEKDAYS
from mashbus.profiles.clocks_text import ENCOMPASS, MILESTONE
from mashbus.profiles.named import unknown
from mashbus.profiles.tables import Fault
from mashbus.profiles.written import Written

OF_HOLDING = frozenset({"involvement", "open_to", "partly_open"})
"""Facts that say whether anybody holds a child."""
NOTIFICATION = "EmailSent:encompass_notification"


def known_faults(profile: Written) -> Iterator[Fault]:
    organisations = [one.id for one in profile.organisations]
    yield from unknown(("known", "holders"), profile.known.holders, organisations, "there is no organisation")
    if profile.known.team is not None:
        yield from unknown(("known", "team"), (profile.known.team,), profile.teams, "there is no team")
    elif profile.passes_on:
        yield ("known",), "team is missing: who gets what is passed on where the holder has no address?"
    yield from _alarm_faults(profile)
    for index, rule in enumerate(profile.passes_on):
        if not OF_HOLDING & rule.when.keys():
            yield (
                ("passes_on", index, "when"),
                "says nothing of who holds a child: test involvement, open_to or partly_open",
            )
        if _asks_for_recently(rule.when) and profile.known.recently is None:
            said = "recently_closed needs [known] recently: how long ago is recently?"
            yield ("passes_on", index, "when", "involvement"), said


def _alarm_faults(profile: Written) -> Iterator[Fault]:
    """Who is told that a mailbox was not reached must have another."""
    known = profile.known
    if known.alarms is None:
        if "known" in profile.model_fields_set:
            said = "alarms is missing: which team of the hub is told when what was passed on reaches nobody?"
            yield ("known",), said
        return
    yield from unknown(("known", "alarms"), (known.alarms,), profile.teams, "there is no team")
    passed_to = dict.fromkeys((known.team, *(kind.team for kind in profile.contact_types.values())))
    for team in passed_to:
        if team in profile.teams and _mailbox(profile, team) == _mailbox(profile, known.alarms):
            said = (
                f"an email to '{team}' that reaches nobody would alarm the same mailbox: name another team of the hub"
            )
            yield ("known", "alarms"), said


def _mailbox(profile: Written, team: str) -> str | None:
    return profile.teams[team].email.casefold() if team in profile.teams else None


def meeting_faults(profile: Written) -> Iterator[Fault]:
    open_on = profile.hours.week
    for name, meeting in profile.meetings.items():
        closed = [WEEKDAYS[day] for day in sorted(meeting.weekdays) if day not in open_on]
        if closed:
            said = f"the hub has no hours on {' or '.join(closed)}: there it would never meet"
            yield ("meetings", name, "days"), said


def encompass_faults(profile: Written) -> Iterator[Fault]:
    called = profile.encompass.clock if profile.encompass else None
    for name, clock in profile.clocks.items():
        if clock.started_by == ENCOMPASS and name != called:
            yield ("clocks", name, "started_by"), "no [encompass] names it: it would never start"
    if profile.encompass is None:
        return
    yield from unknown(("encompass", "team"), (profile.encompass.team,), profile.teams, "there is no team")
    yield from unknown(("encompass", "clock"), (profile.encompass.clock,), profile.clocks, "there is no clock")
    if profile.encompass.clock not in profile.clocks:
        return
    clock, place = profile.clocks[profile.encompass.clock], ("encompass", "clock")
    if not clock.started_by.startswith((ENCOMPASS, MILESTONE)):  # a person may record an incident too
        said = f"'{profile.encompass.clock}' is started by {clock.started_by}, not by {ENCOMPASS} or a milestone"
        yield place, said
    if clock.anchor is not Anchor.INCIDENT:
        yield place, f"'{profile.encompass.clock}' counts from {clock.anchor}, and schools are told by the incident"
    if NOTIFICATION not in clock.met_by:
        yield place, f"'{profile.encompass.clock}' is not met by {NOTIFICATION}: telling a school would change nothing"


def _asks_for_recently(when: dict[str, list[dict[str, object]]]) -> bool:
    said = [value for tests in when.get("involvement", []) for value in tests.values()]
    return any(one == "recently_closed" or (isinstance(one, list) and "recently_closed" in one) for one in said)
