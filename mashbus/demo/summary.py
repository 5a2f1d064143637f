"""What a person reads at the end, in the partnership's own words. Nothing is computed here."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mashbus.contracts import hub
from mashbus.demo.progress import stages
from mashbus.demo.tally import Row, Tally
from mashbus.demo.week import Week
from mashbus.demo.words import Words
from mashbus.domain.known import LinkKind, involvement
from mashbus.domain.vocabulary import Involvement, Rag

COLOURS = {Rag.RED: "red", Rag.AMBER: "yellow", Rag.GREEN: "green", Rag.BLUE: "blue", Rag.NONE: "", Rag.UNKNOWN: ""}
KNOWN = {
    Involvement.OPEN: "an open case",
    Involvement.RECENTLY_CLOSED: "closed lately",
    Involvement.EARLIER: "closed earlier",
    Involvement.NONE: "not known",
}
LINKS = {
    LinkKind.DUPLICATE: "the same referral again",
    LinkKind.SAME_INCIDENT: "the same incident, as a person found",
    LinkKind.RE_REFERRAL: "a re-referral",
    LinkKind.UNKNOWN: "linked",
}
TAKEN = {
    "referrals": "referrals taken at the door (202)",
    "police": "police batches taken at the door (202)",
    "cases": "people's decisions taken at the door (202)",
    "calls": "calls taken at the door (202)",
}
SHOWN = 10
"""Lines of a list of faults; the rest is counted."""


@dataclass
class Report:
    """Everything that the summary shows beside the tally."""

    week: Week
    tally: Tally
    accepted: Mapping[str, int] = field(default_factory=dict)
    refused: Sequence[str] = ()
    retried: int = 0
    faults: Sequence[str] = ()
    """Of the input."""
    story: Sequence[tuple[str, str]] = ()
    """One case: local time and what happened."""
    holder_story: Sequence[tuple[str, str]] = ()
    """Another one, which went to whoever holds the child."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    mail: Path | None = None
    mails: int = 0
    receipts: Path | None = None
    logs: Path | None = None
    died: Sequence[str] = ()
    verified: bool | None = None
    """None: `mashbus verify` was not run."""
    verdict: str = ""


def summary(report: Report) -> RenderableType:
    tally, week = report.tally, report.week
    words = Words(week.partnership)
    parts: list[RenderableType] = [
        _title(f"{week.partnership.title}: a week, from {week.local(week.starts)} to {week.local(week.ends)}"),
        _counts(report),
        _title("What the directory knew of the contacts' children"),
        _known(tally, week),
        *_procedure(tally, words),
        _title("Requests by organisation and colour"),
        _requests(tally.by_organisation(), words),
        *_named(
            "In the procedure, not on the bus yet, so not asked", _in(words.organisation, tally.not_asked), "cases"
        ),
        *_list("Silent partners: somebody should telephone them", _silences(report, words)),
        _title("Deadlines of the hub and its people"),
        _hub_clocks(tally, words),
        _title("Outcomes"),
        _outcomes(tally, words),
        _title("Emails"),
        _emails(report),
        *_named("Decisions refused, and why", tally.refusals, "times"),
        *_list("Input that could not be used", report.faults),
        *_list("Refused at the door", report.refused),
        *_named("Quarantined: `mashbus quarantine list` shows them", tally.quarantined, "records"),
        *_list("Services that died", report.died),
    ]
    if report.story:
        parts += [_title("One case, as the status service told it (local time)"), _table(("", ""), report.story)]
    if report.holder_story:
        parts += [_title("Another one, about a child whose case is open"), _table(("", ""), report.holder_story)]
    parts += [_title("Where things were"), _where(report)]
    if report.verified is not None:
        parts.append(_verdict(report))
    return Group(*parts)


def _procedure(tally: Tally, words: Words) -> Sequence[RenderableType]:
    """What triage did, as the procedure calls it. What did not occur is left out."""
    return (
        *_named("Not recorded, as the procedure says", _in(words.not_recorded, tally.not_recorded), "contacts"),
        *_named("Calls of the advice line", _in(words.topic, tally.calls), "calls"),
        *_named("Contacts that go another way than triage", _in(words.contact_type, tally.directed), "contacts"),
        *_named(
            "Passed on to whoever holds, or held, the child's case",
            _passed(tally, words),
            "contacts",
        ),
        *_named("Linked to an earlier case", {LINKS[one]: count for one, count in tally.known.linked.items()}, "cases"),
        *_named("What was recommended to a person, and why", _in(words.rule, tally.recommended), "cases"),
        *_named("Why cases were rated so", _in(words.rule, tally.rules), "cases"),
        *_named("Levels of need", _in(words.level, tally.levels), "cases"),
        *_named("Pathways", _in(words.pathway, tally.pathways), "cases"),
        *_named("Told at once", _in(words.alert, tally.alerts), "alerts"),
        *_named("Recorded by people", _in(words.milestone, tally.milestones), "times"),
    )


def _passed(tally: Tally, words: Words) -> Mapping[str, int]:
    """Rules that say the same are one line."""
    said = Counter[str]()
    for (name, instead), count in tally.known.passed.items():
        said[words.passing_on(name, instead=instead)] += count
    return dict(said.most_common())


def _known(tally: Tally, week: Week) -> Table:
    """By what the contact's own children are to the council: the closest of them counts."""
    rows: dict[Involvement, Counter[str]] = {one: Counter() for one in KNOWN}
    for case_id, answer in tally.known.looked.items():
        row = rows[_closest(answer, week)]
        row["contacts"] += 1
        instead = case_id in tally.known.passed_instead
        row["passed on"] += instead
        row["besides"] += case_id in tally.known.passed_besides - tally.known.passed_instead
        row["requests of passed on" if instead else "requests"] += tally.known.asked[case_id]
    columns = ("contacts", "passed on", "requests of passed on", "besides", "requests")
    said = [(KNOWN[one], *(str(row[name]) for name in columns)) for one, row in rows.items()]
    return _table(
        ("", "contacts", "passed on instead", "requests for them", "passed on besides", "other requests"), said
    )


def _closest(answer: hub.ChildrenLookedUp, week: Week) -> Involvement:
    day = answer.meta.occurred_at.astimezone(week.zone).date()
    found = {involvement(one.holdings, day, week.partnership.known.recently) for one in answer.known}
    return next((one for one in KNOWN if one in found), Involvement.NONE)


def _in(words: Callable[[str], str], counts: Mapping[str, int]) -> Mapping[str, int]:
    """The most frequent first."""
    said = Counter[str]()
    for name, count in counts.items():
        said[words(name)] += count
    return dict(said.most_common())


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _table(columns: Sequence[str], rows: Sequence[Sequence[RenderableType]]) -> Table:
    table = Table(box=None, show_header=any(columns), header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place and column else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _counts(report: Report) -> Table:
    rows = [(TAKEN.get(name, name), str(count)) for name, count in report.accepted.items()]
    police = report.tally.police
    if police:
        kept = f"{police['accepted']} accepted as {police['incidents']} incidents"
        left = f"{police['not_recorded']} not to be recorded, {police['refused']} faulty"
        rows.append(("rows of the police batch", f"{police['received']}: {kept}, {left}"))
    rows += [(name, str(count)) for name, count in stages(report.tally)]
    rows.append(("records repeated on the log, counted once", str(report.tally.repeated)))
    return _table(("", ""), rows)


def _requests(groups: Mapping[tuple[str, Rag], Row], words: Words) -> RenderableType:
    if not groups:
        return Text("  none: no organisation was asked")
    columns = ("organisation", "colour", "asked", "in time", "late", "breached", "withdrawn", "still open")
    rows: list[tuple[RenderableType, ...]] = []
    for (organisation, rag), row in groups.items():
        numbers = (row.asked, row.in_time, row.late, row.breached, row.withdrawn, row.open)
        rows.append((words.organisation(organisation), Text(rag.value, style=COLOURS[rag]), *map(str, numbers)))
    return _table(columns, rows)


def _hub_clocks(tally: Tally, words: Words) -> Table:
    clocks = sorted({clock for clock, _ in tally.hub_clocks})
    stages_ = ("at_risk", "breached", "resolved")
    rows = [(words.clock(clock), *(str(tally.hub_clocks[clock, stage]) for stage in stages_)) for clock in clocks]
    return _table(("clock", "at risk", "breached", "resolved"), rows)


def _silences(report: Report, words: Words) -> list[str]:
    """One line a silence, in the order in which they were said."""
    tally, local = report.tally, report.week.local
    lines = []
    for one in sorted(tally.silences.values(), key=lambda one: one.meta.occurred_at):
        ended = tally.returns.get(one.meta.event_id)
        due = f", the first due {local(one.earliest_due)}" if one.earliest_due else ""
        said = f"said on {local(one.meta.occurred_at)}: it owes {one.owes} answers{due}"
        back = f"back on {local(ended)}" if ended else "not back yet"
        lines.append(f"{words.organisation(one.organisation)} silent since {local(one.since)}, {said}; {back}")
    return lines


def _outcomes(tally: Tally, words: Words) -> Table:
    rows = [(name, str(count)) for name, count in _in(words.outcome, tally.outcomes).items()]
    return _table(
        ("outcome", "cases"), [*rows, ("of these not told to the referrer, with a reason", str(tally.not_told))]
    )


def _emails(report: Report) -> RenderableType:
    rows = [(kind, fate, str(count)) for (kind, fate), count in sorted(report.tally.emails.items())]
    said = f"{report.mails} .eml files lie in {report.mail}" if report.mail else ""
    return Group(_table(("kind", "what became of it", "emails"), rows), Text(said))


def _where(report: Report) -> Table:
    rows = [(name, url) for name, url in report.addresses.items()]
    files = {"receipts (every 202)": report.receipts, "logs of the services": report.logs}
    return _table(("", ""), rows + [(name, str(path)) for name, path in files.items() if path])


def _named(title: str, counts: Mapping[str, int], unit: str) -> list[RenderableType]:
    if not counts:
        return []
    return [_title(title), _table(("", unit), [(name, str(count)) for name, count in counts.items()])]


def _list(title: str, lines: Sequence[str]) -> list[RenderableType]:
    if not lines:
        return []
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [_title(f"{title}: {len(lines)}"), *(Text(f"  {line}") for line in (*lines[:SHOWN], *more))]


def _verdict(report: Report) -> RenderableType:
    style = "" if report.verified else "red"
    return Group(_title("mashbus verify"), Text(report.verdict, style=style))
