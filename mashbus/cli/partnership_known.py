"""What a profile says of known children, meetings and schools, in sentences: who is told of what, and when."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from mashbus.cli.partnership_hours import weekdays
from mashbus.cli.partnership_words import code, listed, months, roles, row, table, titles
from mashbus.domain.known import Window
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import ON_CONTACT, AgendaRule, Meeting, PassingOn, Setting
from mashbus.profiles.sentences import sentence


def known(one: Partnership) -> Iterator[str]:
    """Who says whose case is open, how far back it matters, and who gets an open case."""
    yield "## Known children"
    holders = [body.name for body in one.organisations if body.id in one.known.holders]
    if holders:
        yield f"Whose case is open, and who holds it, is said by {titles(holders)}."
    else:
        yield "No organisation tells the bus whose case is open: a person finds out and records it."
    yield listed(_windows(one))
    if one.known.alarms:
        yield (
            f"{one.teams[one.known.alarms].title} is alarmed where an email that passed a case on reaches nobody, "
            "and where another notification of an incident comes too late."
        )
    if not one.passes_on:
        yield "An open case is triaged like any other: whoever decides is shown who holds it."
        return
    yield "The first rule of each that holds:"
    yield listed(_passing_on(rule, one) for rule in one.passes_on)
    yield "A report of immediate harm goes on besides, whatever is passed on."
    if one.known.team:
        yield f"Where the holder has no address, {one.teams[one.known.team].title} is told."


def _windows(one: Partnership) -> Iterator[str]:
    if one.known.recently:
        yield f"A case that was closed within {_window(one.known.recently)} is recently closed"
    yield f"A child that comes again within {_window(one.known.re_referral)} is a re-referral: linked and counted"
    yield f"The very same content within {_hours(one.known.duplicate)} is the same referral"


def _window(window: Window) -> str:
    said = ((window.months, "month"), (window.weeks, "week"))
    return " and ".join(f"{number} {what}{'s' if number != 1 else ''}" for number, what in said if number)


def _hours(span: timedelta) -> str:
    return f"{span // timedelta(hours=1)} hours"


def _passing_on(rule: PassingOn, one: Partnership) -> str:
    when = "At once" if rule.on == ON_CONTACT else "With the outcome"
    done = (
        "**passed to the holder instead**: nobody is asked, and the hub's clocks end"
        if rule.instead
        else "the holder is told besides, and the case goes on"
    )
    return f"{when}, if {sentence(rule.conditions, one)}: {done}. {rule.reason} ({rule.requirement})"


def meetings(one: Partnership) -> Iterator[str]:
    if not one.meetings:
        return
    yield "## Meetings"
    yield "An agenda comes from the bus, and nothing waits for a meeting. Public holidays have none."
    for meeting in one.meetings.values():
        yield from _meeting(meeting, one)


def _meeting(meeting: Meeting, one: Partnership) -> Iterator[str]:
    asking = [f"“{way.title}”" for way in one.pathways.values() if way.meeting == meeting.name]
    yield f"### {meeting.title}"
    yield f"{weekdays(meeting.days)} at {meeting.at:%H:%M} ({meeting.requirement})."
    yield f"Results are recorded by {roles(meeting.roles, one)}."
    if asking:
        yield f"What {titles(asking)} asks for is needed by the next one."
    yield "On the agenda:"
    yield listed(_item(item, one) for item in meeting.items)
    if meeting.also_closed:
        yield "Also cases that have their outcome, or that somebody else holds."
    yield "It may decide:"
    yield listed(f"{says} ({code(name)})" for name, says in meeting.results.items())


def _item(item: AgendaRule, one: Partnership) -> str:
    stays = ", at every meeting while that holds" if item.stays else ""
    return f"if {sentence(item.conditions, one)}{stays}: {item.reason}"


def encompass(one: Partnership) -> Iterator[str]:
    """Which incidents schools and nurseries are told of, and every address that is written to."""
    if one.encompass is None:
        return
    found, settings = one.encompass, tuple(one.encompass.settings.values())
    yield "## Operation Encompass"
    yield (
        f"Of an incident that the police call {titles(sorted(found.natures))}, the key adult of every child from "
        f"{found.ages[0]} to {found.ages[1]} years is told at the setting's own address; the clock {code(found.clock)} "
        f"runs ({found.requirement})."
    )
    yield (
        f"{one.teams[found.team].title} is alarmed, and no address is guessed, where a child's setting is not "
        "known, has no address, or has one that nobody verified."
    )
    unready = sum(not _ready(setting) for setting in settings)
    yield f"{len(settings)} settings are known; to {unready or 'none'} of them nothing can be sent."
    yield table(("Number", "Setting", "Address", "Verified"), (_setting(setting) for setting in settings))


def _ready(setting: Setting) -> bool:
    return setting.email is not None and setting.verified_on is not None


def _setting(setting: Setting) -> Sequence[str]:
    verified = months(setting.verified_on) if setting.verified_on else "**not verified**"
    return row(setting.urn, setting.name, setting.email or "**none**", verified if setting.email else "")
