"""A profile as one page of Markdown: what a hub's manager reads, corrects and signs. Nothing of it is left out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from mashbus.cli.partnership_hours import week
from mashbus.cli.partnership_known import encompass, known, meetings
from mashbus.cli.partnership_rules import deciding, intake, recording, triage
from mashbus.cli.partnership_words import code, listed, months, row, table
from mashbus.domain.clocks import Clock, NoAmount
from mashbus.domain.clocks.words import amount, event
from mashbus.domain.partnership import Organisation, Partnership, Pathway
from mashbus.domain.procedure import ContactType
from mashbus.domain.vocabulary import EmailKind, Rag
from mashbus.profiles.clocks_text import ENCOMPASS

SIGNATURE = "Read and agreed: ______________________________  Role: ____________________  Date: ______________"


def page(one: Partnership) -> str:
    """Version and hash at the top, the signature at the end."""
    sections = (
        _hours(one), intake(one), known(one), triage(one), _clocks(one), meetings(one), encompass(one), deciding(one),
        recording(one), _organisations(one), _teams(one), _messages(one),
    )  # fmt: skip
    head = [f"# {one.title}", f"Profile `{one.name}`, version `{one.version}`"]
    lines = [*head, *(line for section in sections for line in section), "## Signature", SIGNATURE]
    return "\n\n".join(lines) + "\n"


def _hours(one: Partnership) -> Iterator[str]:
    yield "## Hours"
    yield f"Open {week(one.time)} ({one.zone.key})."
    if one.reception:
        yield f"Contacts are taken in {week(one.reception)}."
    closed = one.time.calendar
    if closed.holidays:
        yield f"Public holidays and closures are known until {months(closed.known_until)}."
    if one.time.school:
        starts, terms = one.time.school.starts, one.time.school.terms
        yield f"School days start at {starts:%H:%M}; {len(terms)} terms are known, until {months(terms[-1].last)}."
    changed = {name: value for name, value in vars(one.time.readings).items() if value != _DEFAULT.get(name)}
    if changed:
        yield "Readings that differ: " + ", ".join(f"{name} = {value}" for name, value in changed.items()) + "."


_DEFAULT = {
    "hours_and_days": "elapsed", "working_day_ends": "same_time", "outside_hours": "next_opening",
    "working_hours_end": "closing", "works_on_from": "next_opening", "at_risk_of": "own_time",
}  # fmt: skip


# -- clocks ----------------------------------------------------------------------------------------------------------


def _clocks(one: Partnership) -> Iterator[str]:
    yield "## Clocks"
    if not one.clocks:
        yield "None."
        return
    rows = [
        row(code(clock.name), said, _counts(clock, one), clock.owner.replace("_", " "), _met(clock), clock.cited(rag))
        for clock in one.clocks.values()
        for rag, said in _amounts(clock)
    ]
    yield table(("Clock", "Time", "Counts from", "Owed by", "Met by", "Requirement"), rows)


def _amounts(clock: Clock) -> Iterator[tuple[Rag | None, str]]:
    for rag, time in clock.amounts.items():
        said = f"none: {time.reason}" if isinstance(time, NoAmount) else amount(time)
        yield rag, f"{rag}: {said}" if rag else said


def _counts(clock: Clock, one: Partnership) -> str:
    ways: Sequence[Pathway | ContactType] = (*one.pathways.values(), *one.contact_types.values())
    naming = [way.title for way in ways if clock.name in way.clocks]
    called = [_record(ENCOMPASS)] if one.encompass and one.encompass.clock == clock.name else []
    others = [_record(clock.started_by)] if not naming and clock.started_by != ENCOMPASS else []
    starts = " or ".join([*called, *(f"“{title}”" for title in naming), *others])
    still = "; may stand still" if clock.suspendable else ""
    return f"{event(clock.anchor)}, started by {starts}{still}"


def _met(clock: Clock) -> str:
    return " or ".join(map(_record, clock.met_by))


_RECORDS = {
    "CaseOpened": "every contact", "CaseRouted": "the routing", "InformationRequested": "every request",
    "InformationReturned": "the answer", "RequestDeclined": "the answer that there will be none",
    "OutcomeDecided": "the outcome", "ContactDirected": "its being passed on",
    "PassedToHolder": "its being passed to whoever holds the child", ENCOMPASS: "Operation Encompass",
}  # fmt: skip


def _record(name: str) -> str:
    kind, _, which = name.partition(":")
    if kind == "EmailSent":
        return f"the email of {which.replace('_', ' ')}"
    return f"what people record as {code(which)}" if which else _RECORDS.get(kind, kind)


# -- whom it speaks with ---------------------------------------------------------------------------------------------


def _organisations(one: Partnership) -> Iterator[str]:
    yield "## Organisations, and exactly what each may be shown"
    silent = f"{one.silent_after // timedelta(minutes=1)} minutes"
    yield "Nothing else of a contact leaves the hub, and never who referred."
    yield f"One that owes answers and takes nothing for {silent} is said to be silent."
    if not one.organisations:
        yield "None."
    for organisation in one.organisations:
        yield from _organisation(organisation)


def _organisation(one: Organisation) -> Iterator[str]:
    asked = "on the bus" if one.connected else "not on the bus yet: not asked"
    yield f"### {one.name}"
    yield listed(
        (
            f"Id {code(one.id)}, role {code(one.role)}, {asked}",
            f"Asked for: {one.purpose}",
            *(f"Of {part}: {', '.join(fields)}" for part, fields in _shown(one.shared)),
            *((f"Outcomes and invitations to {one.email}",) if one.email else ()),
        )
    )


def _shown(shared: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    whose = {"child": "each child", "adult": "each adult", "concern": "the concern"}
    for part, names in groupby(sorted(shared), key=lambda name: name.partition(".")[0]):
        yield whose[part], [name.partition(".")[2].replace("_", " ") for name in names]


def _teams(one: Partnership) -> Iterator[str]:
    if one.teams:
        yield "## Teams"
        yield listed(f"{team.title} ({code(name)}): {team.email}" for name, team in one.teams.items())


def _messages(one: Partnership) -> Iterator[str]:
    yield "## Messages"
    missing = [kind for kind in (EmailKind.ACKNOWLEDGEMENT, EmailKind.OUTCOME) if kind not in one.messages]
    for kind in missing:
        yield f"There is no message of kind {code(kind)}: nobody is written to."
    for kind, message in one.messages.items():
        to = f", only to {' or '.join(sorted(message.to)).replace('_', ' ')}" if message.to is not None else ""
        yield f"### {kind.replace('_', ' ').capitalize()}{to}"
        yield f"**{message.subject}**"
        yield "\n".join(f"> {line}".rstrip() for line in message.body.strip().splitlines())
        if message.html:
            yield "It has HTML of its own."
