"""Agendas and results as pages for the meeting: to read, and to print with a sheet and room for notes a case."""

from collections.abc import Iterable, Iterator
from datetime import date
from html import escape
from zoneinfo import ZoneInfo

from services.status.instants import for_people
from services.status.meetings.answers import AgendaAnswer, AgendaCase, CaseNamed, CaseResult, ResultsAnswer
from services.status.paper import CARE, Section, as_html, as_text, document, harmless, section
from services.status.phrases import colour, plain
from services.status.picture_page import concern, deadlines, flags, organisation, results

NOBODY = "No case is on this agenda."
NOTHING = "No result is recorded."
_STYLE = (
    "h3{font-size:1em;margin:1em 0 .2em}div.notes{border:1px solid #999;min-height:7rem;padding:.3em .6em;"
    "margin-top:1em}"
    "article{border-top:3px solid #111;margin-top:2rem}"
    "@media print{article{break-before:page;border:0;margin:0}h3{break-after:avoid}div.notes{break-inside:avoid}}"
)
_ROOM = "\n" * 6


def agenda_text(agenda: AgendaAnswer, zone: ZoneInfo) -> str:
    parts = [_title(agenda), _made(agenda, zone), CARE, "", *_list(agenda.cases)]
    for number, one in enumerate(agenda.cases, 1):
        parts += ["", "=" * 96, _heading(number, one), ""]
        parts += [line for said in _sections(one, zone) for line in as_text(said)]
        parts += ["NOTES", _ROOM]
    return "\n".join(parts) + "\n"


def agenda_html(agenda: AgendaAnswer, zone: ZoneInfo) -> str:
    """One sheet of paper a case, behind the list of them. Everything that anybody wrote is escaped."""
    there = "".join(f"<li>{escape(line.split('. ', 1)[1])}</li>" for line in _list(agenda.cases) if agenda.cases)
    body = [f"<ol>{there}</ol>" if there else f"<p>{NOBODY}</p>"]
    for number, one in enumerate(agenda.cases, 1):
        said = "\n".join(as_html(part, "h3") for part in _sections(one, zone))
        notes = '<div class="notes">Notes</div>'
        body.append(f"<article><h2>{escape(_heading(number, one))}</h2>\n{said}\n{notes}</article>")
    return document(_title(agenda), _made(agenda, zone), "\n".join(body), _STYLE)


def results_text(told: ResultsAnswer, zone: ZoneInfo) -> str:
    parts = [_results_title(told), _results_made(told, zone), CARE, ""]
    return "\n".join((*parts, *(line for one in _results(told, zone) for line in as_text(one))))


def results_html(told: ResultsAnswer, zone: ZoneInfo) -> str:
    body = "\n".join(map(as_html, _results(told, zone)))
    return document(_results_title(told), _results_made(told, zone), body)


def _sections(one: AgendaCase, zone: ZoneInfo) -> Iterator[Section]:
    made = (
        ("Why it is on the agenda", (*one.reasons, f"On the agenda since {_written(one.since)}")),
        ("The children and the worry", tuple(concern(one.children, one.concern))),
        ("Flagged risks", tuple(flags(one.flags, zone)) or ("None was flagged.",)),
        (
            "What agencies added",
            tuple(organisation(said, zone) for said in one.organisations) or ("Nobody was asked.",),
        ),
        ("What is awaited", one.awaiting),
        ("Deadlines of the hub", tuple(deadlines(one.deadlines, zone))),
        ("Earlier meetings", tuple(results(one.earlier_results, zone))),
    )
    yield from (section(title, items) for title, items in made if items)


def _results(told: ResultsAnswer, zone: ZoneInfo) -> Iterator[Section]:
    for one in told.cases:
        yield section(_named(one), tuple(results(one.results, zone)))
    if not told.cases:
        yield section("Results", (NOTHING,))
    if told.without_result:
        yield section("On the agenda, and nothing is recorded", tuple(map(_named, told.without_result)))


def _list(cases: Iterable[AgendaCase]) -> list[str]:
    found = [harmless(f"{number}. {_named(one)}: {_short(one)}") for number, one in enumerate(cases, 1)]
    return found or [NOBODY]


def _short(one: AgendaCase) -> str:
    children = ", ".join(child.name for child in one.children) or "children not known"
    return f"{children} ({_coloured(one)}). {' '.join(one.reasons)}"


def _heading(number: int, one: AgendaCase) -> str:
    return f"{number}. {_named(one)}: {_coloured(one)}"


def _coloured(one: AgendaCase) -> str:
    rated = colour(one.rag, one.level) if one.rag else "not rated"
    return ", ".join((rated, *one.pathways, plain(one.state)))


def _named(one: AgendaCase | CaseResult | CaseNamed) -> str:
    return one.reference or f"case {one.case_id}"


def _title(agenda: AgendaAnswer) -> str:
    return f"Agenda of {_written(agenda.on)}: {agenda.title}"


def _made(agenda: AgendaAnswer, zone: ZoneInfo) -> str:
    when = for_people(agenda.meets_at, zone)
    return (
        f"{agenda.partnership}. It meets {when} ({agenda.requirement}). As known on {for_people(agenda.made_at, zone)}."
    )


def _results_title(told: ResultsAnswer) -> str:
    return f"Results of {_written(told.on)}: {told.title}"


def _results_made(told: ResultsAnswer, zone: ZoneInfo) -> str:
    return f"{told.partnership} ({told.requirement}). As recorded until {for_people(told.made_at, zone)}."


def _written(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
