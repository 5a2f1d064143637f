"""The picture as a page for people: the same sections as plain text, and as HTML that prints on paper.

A section without anything in it says so where that matters (nobody flagged a risk), and is left out where it does not.
"""

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from services.status.instants import for_people
from services.status.page_parts import consent, rating, stated
from services.status.phrases import plain
from services.status.picture import OrganisationPicture, Picture

_WIDTH = 96
_CARE = "This page tells what people said in confidence about a child. Keep it as you keep the case file."
_STYLE = (
    "body{font:11pt/1.45 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "h1{font-size:1.4em;margin-bottom:0}h2{font-size:1.1em;margin:1.4em 0 .3em;border-bottom:1px solid #999}"
    "ul{margin:.3em 0;padding-left:1.3em}li{margin:.25em 0;white-space:pre-line}p.care{font-style:italic}"
    "@media print{body{margin:0;max-width:none}h2{break-after:avoid}li{break-inside:avoid}}"
)
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_DECISIONS = {
    "RatingGiven": "a rating",
    "OutcomeGiven": "an outcome",
    "EnoughGiven": "the word that enough is known",
    "SuspensionGiven": "a suspension",
    "ResumptionGiven": "a resumption",
    "MilestoneGiven": "a milestone",
}


@dataclass(frozen=True)
class Section:
    title: str
    items: tuple[str, ...]


def text(picture: Picture, zone: ZoneInfo) -> str:
    parts = [_title(picture), _made(picture, zone), _CARE, ""]
    for section in sections(picture, zone):
        parts += [section.title.upper(), *map(_wrapped, section.items), ""]
    return "\n".join(parts)


def html(picture: Picture, zone: ZoneInfo) -> str:
    """Everything that anybody wrote is escaped. Nothing is loaded from anywhere."""
    body = "\n".join(
        f"<h2>{escape(section.title)}</h2>\n<ul>{''.join(f'<li>{escape(one)}</li>' for one in section.items)}</ul>"
        for section in sections(picture, zone)
    )
    title = escape(_title(picture))
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n<p>{escape(_made(picture, zone))}</p>\n"
        f'<p class="care">{_CARE}</p>\n{body}\n</body></html>\n'
    )


def sections(picture: Picture, zone: ZoneInfo) -> Iterator[Section]:
    """In the order in which a manager reads them. Sections that have nothing to say are left out."""
    made = (
        ("In short", picture.in_short),
        ("Why the hub was contacted", tuple(_concern(picture))),
        ("Flagged risks", tuple(_flags(picture, zone)) or ("None was flagged.",)),
        ("What each organisation knows", tuple(_organisation(one, zone) for one in picture.organisations)),
        ("Who was not asked", tuple(f"{one.name}: {one.reason}" for one in picture.not_asked)),
        ("Chronology of all organisations", tuple(_chronology(picture))),
        ("Consent", tuple(consent(one, zone) for one in picture.consent) or ("Nothing is recorded.",)),
        ("Social care's and early help's involvement", tuple(_involvement(picture, zone))),
        ("What is known of the children already", tuple(_known(picture, zone))),
        ("Passed on", tuple(_passed(picture, zone))),
        ("Other cases that belong to it", tuple(_links(picture, zone))),
        ("Other professionals involved", picture.professionals),
        ("Recommendation", tuple(_recommendation(picture))),
        ("Ratings, oldest first", tuple(rating(one, zone) for one in picture.ratings)),
        ("Alerts", tuple(_alerts(picture, zone))),
        ("Milestones and escalation", tuple(_milestones(picture, zone))),
        ("Deadlines of the hub", tuple(_deadlines(picture, zone))),
        ("Decisions that were refused", tuple(_refused(picture, zone))),
        ("What was shared with whom", tuple(_disclosures(picture, zone))),
        ("Outcome", tuple(_outcome(picture, zone))),
    )
    yield from (Section(title, tuple(map(_harmless, items))) for title, items in made if items)


def _harmless(item: str) -> str:
    """Whatever a reader takes for a new line is one, so that nobody's words look like a section of ours.

    Organisations' own systems may send control characters: none moves a terminal's cursor or turns a line about.
    """
    return "\n".join("".join(map(_seen, line)) for line in item.splitlines())


def _seen(character: str) -> str:
    hidden = unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in _TURNING
    return "\N{REPLACEMENT CHARACTER}" if hidden and character != "\t" else character


def _title(picture: Picture) -> str:
    return f"Cumulative picture of {picture.reference or f'case {picture.case_id}'}"


def _made(picture: Picture, zone: ZoneInfo) -> str:
    return f"{picture.partnership}. As known on {for_people(picture.made_at, zone)}."


def _wrapped(item: str) -> str:
    """As a point of a list; lines of a narrative stay lines."""
    first, *more = item.split("\n")
    fill = textwrap.TextWrapper(_WIDTH, break_long_words=False, break_on_hyphens=False)
    fill.initial_indent, fill.subsequent_indent = "- ", "  "
    lines = [fill.fill(first)]
    fill.initial_indent = "  "
    return "\n".join((*lines, *(fill.fill(one) for one in more if one.strip())))


def _concern(picture: Picture) -> Iterator[str]:
    for child in picture.children:
        born = f"born {child.date_of_birth:%d %B %Y}" if child.date_of_birth else "date of birth not known"
        expected = f"expected {child.expected_date_of_birth:%d %B %Y}" if child.expected_date_of_birth else ""
        school = f", {child.school}" if child.school else ""
        yield f"{child.name}: {expected or born}{school}"
    if (said := picture.concern) is None:
        return
    if said.immediate_harm:
        yield "Immediate harm is reported."
    yield from stated(
        ("The worry", said.summary),
        ("Its impact", said.impact),
        ("What was tried", said.tried),
        ("Need", said.category_of_need),
        ("Factors", ", ".join(said.factors)),
    )


def _flags(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.flags:
        suggested = f" Suggests {one.suggested_rag}." if one.suggested_rag else ""
        yield f"{one.name}, {for_people(one.at, zone)}.{suggested}\n{one.information}"


def _organisation(one: OrganisationPicture, zone: ZoneInfo) -> str:
    lines = [f"{one.name}: {one.says}."]
    for answer in one.answers:
        lines.append(f"Answered {for_people(answer.at, zone)}.")
        lines += stated(("Summary", answer.summary), ("Analysis", answer.analysis))
    return "\n".join(lines)


def _chronology(picture: Picture) -> Iterator[str]:
    for one in picture.chronology:
        yield f"{f'{one.on:%d %B %Y}' if one.on else 'No date'}, {one.name}: {one.text}"


def _involvement(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.involvement:
        held = f", held by {one.held_by}" if one.held_by else ""
        closed = f", closed on {one.closed_on:%d %B %Y}" if one.closed_on else ""
        yield f"{plain(one.involvement)}{held}{closed} ({plain(one.by.role)}, {for_people(one.at, zone)})"


def _known(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.holdings:
        until = f"closed on {one.closed_on:%d %B %Y}" if one.closed_on else "open"
        since = f" since {one.opened_on:%d %B %Y}" if one.opened_on and not one.closed_on else ""
        where = f", {one.unit}" if one.unit else ""
        by = _listed(one.found_by)
        yield f"{one.child}: {plain(one.service)}{where} ({one.organisation}), {until}{since}; by {by}"
    yield from (f"{one.child}: contact of {for_people(one.received_at, zone)}" for one in picture.earlier)
    yield from picture.unclear


def _passed(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.passed_on:
        whole = " The hub plays no further part." if one.instead else ""
        to = ", ".join(one.to) or "whoever holds it"
        yield f"{for_people(one.at, zone)}: {to}, for {', '.join(one.children)}. {one.reason}{whole}"


def _links(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.links:
        which = "later" if one.later else "earlier"
        who = f" ({plain(one.by.role)}: {one.rationale})" if one.by else ""
        yield f"{for_people(one.at, zone)}: {one.why}, {which} case {one.case_id}{who}"


def _recommendation(picture: Picture) -> Iterator[str]:
    said = picture.recommendation
    if picture.directed:
        whom = f", to {picture.directed.team}" if picture.directed.team else ""
        yield f"Not triaged: {picture.directed.title}{whom}. {picture.directed.reason}"
    if said is None:
        return
    level = f"level {said.level}" if said.level else ""
    colour = said.rag if said.rag != "none" else ""
    yield ", ".join(word for word in (colour, level, *said.pathways) if word) or "No rule recommends anything."
    yield from (f"Because: {one}" for one in said.reasons)
    if said.indicators:
        yield f"Joint triage is called for: {'; '.join(one.title for one in said.indicators)}"
    yield from (f"Held for a person: {one}" for one in said.held)


def _alerts(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.alerts:
        yield f"{for_people(one.at, zone)}: {', '.join(one.teams)} ({plain(one.alert)}). {'; '.join(one.reasons)}"


def _milestones(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.milestones:
        stage = f", stage: {plain(one.stage)}" if one.stage else ""
        note = f"\n{one.note}" if one.note else ""
        yield f"{for_people(one.at, zone)}: {one.title}{stage} ({plain(one.by.role)}){note}"


def _deadlines(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.deadlines:
        yield f"{plain(one.clock)}, owed by {plain(one.owner)}: {plain(one.state)}, due {for_people(one.due, zone)}"


def _refused(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.refused:
        what = _DECISIONS.get(one.decision, one.decision)
        yield f"{for_people(one.at, zone)}: {what} by {plain(one.by.role)}: {one.reason}"


def _disclosures(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.disclosures:
        under = f" Under {one.rule}, profile {one.profile}." if one.rule else ""
        basis = f" Lawful basis: {plain(one.lawful_basis)}." if one.lawful_basis != "UNKNOWN" else ""
        fields = _listed(one.fields)
        yield f"{one.name}, {for_people(one.at, zone)}: {fields}. Purpose: {one.purpose.rstrip('.')}.{under}{basis}"


def _listed(fields: Iterable[str]) -> str:
    return ", ".join(plain(one).replace(".", "'s ") for one in fields) or "nothing"


def _outcome(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    for one in picture.enough:
        yield f"Enough was known, {for_people(one.at, zone)} ({plain(one.by.role)}): {one.rationale}"
    if said := picture.outcome:
        yield f"{'; '.join(said.outcomes)} ({plain(said.by.role)}, {for_people(said.at, zone)})\n{said.rationale}"
        if not said.referrer_told:
            yield f"Whoever referred is not told: {said.not_told_reason}"
