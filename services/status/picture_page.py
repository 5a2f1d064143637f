"""The picture as a page for people: the same sections as plain text, and as HTML that prints on paper.

A section without anything in it says so where that matters (nobody flagged a risk), and is left out where it does not.
"""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from services.status.answers import DeadlineAnswer
from services.status.instants import for_people
from services.status.match_page import decided, to_be_decided
from services.status.meetings.items import MeetingItemAnswer
from services.status.page_parts import consent, rating, stated
from services.status.paper import CARE, Section, as_html, as_text, document, section
from services.status.phrases import colour, plain
from services.status.picture import (
    ChildPicture,
    ConcernPicture,
    FlagPicture,
    OrganisationPicture,
    Picture,
    ResultPicture,
)

_DECISIONS = {
    "RatingGiven": "a rating",
    "OutcomeGiven": "an outcome",
    "EnoughGiven": "the word that enough is known",
    "SuspensionGiven": "a suspension",
    "ResumptionGiven": "a resumption",
    "MilestoneGiven": "a milestone",
    "MeetingResultGiven": "a meeting's result",
    "MatchDecided": "a decision on a match",
}


def text(picture: Picture, zone: ZoneInfo) -> str:
    parts = [_title(picture), _made(picture, zone), CARE, ""]
    return "\n".join((*parts, *(line for one in sections(picture, zone) for line in as_text(one))))


def html(picture: Picture, zone: ZoneInfo) -> str:
    """Everything that anybody wrote is escaped. Nothing is loaded from anywhere."""
    body = "\n".join(map(as_html, sections(picture, zone)))
    return document(_title(picture), _made(picture, zone), body)


def sections(picture: Picture, zone: ZoneInfo) -> Iterator[Section]:
    """In the order in which a manager reads them. Sections that have nothing to say are left out."""
    made = (
        ("In short", picture.in_short),
        ("Why the hub was contacted", tuple(concern(picture.children, picture.concern))),
        ("Flagged risks", tuple(flags(picture.flags, zone)) or ("None was flagged.",)),
        ("What each organisation knows", tuple(organisation(one, zone) for one in picture.organisations)),
        ("Who was not asked", tuple(f"{one.name}: {one.reason}" for one in picture.not_asked)),
        ("Chronology of all organisations", tuple(_chronology(picture))),
        ("Consent", tuple(consent(one, zone) for one in picture.consent) or ("Nothing is recorded.",)),
        ("Social care's and early help's involvement", tuple(_involvement(picture, zone))),
        ("What is known of the children already", tuple(_known(picture, zone))),
        ("May be known: to be decided", tuple(to_be_decided(picture.matches))),
        ("May be known: decided", tuple(decided(picture.matches, zone))),
        ("Passed on", tuple(_passed(picture, zone))),
        ("Other cases that belong to it", tuple(_links(picture, zone))),
        ("Other professionals involved", picture.professionals),
        ("Recommendation", tuple(_recommendation(picture))),
        ("Ratings, oldest first", tuple(rating(one, zone) for one in picture.ratings)),
        ("Alerts", tuple(_alerts(picture, zone))),
        ("Milestones and escalation", tuple(_milestones(picture, zone))),
        ("Meetings", (*_agenda(picture.agenda, zone), *results(picture.meeting_results, zone))),
        ("Deadlines of the hub", tuple(deadlines(picture.deadlines, zone))),
        ("Decisions that were refused", tuple(_refused(picture, zone))),
        ("What was shared with whom", tuple(_disclosures(picture, zone))),
        ("Outcome", tuple(_outcome(picture, zone))),
    )
    yield from (section(title, items) for title, items in made if items)


def _title(picture: Picture) -> str:
    return f"Cumulative picture of {picture.reference or f'case {picture.case_id}'}"


def _made(picture: Picture, zone: ZoneInfo) -> str:
    return f"{picture.partnership}. As known on {for_people(picture.made_at, zone)}."


def concern(children: Sequence[ChildPicture], said: ConcernPicture | None) -> Iterator[str]:
    for child in children:
        born = f"born {child.date_of_birth:%d %B %Y}" if child.date_of_birth else "date of birth not known"
        expected = f"expected {child.expected_date_of_birth:%d %B %Y}" if child.expected_date_of_birth else ""
        school = f", {child.school}" if child.school else ""
        yield f"{child.name}: {expected or born}{school}"
    if said is None:
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


def flags(flagged: Sequence[FlagPicture], zone: ZoneInfo) -> Iterator[str]:
    for one in flagged:
        suggested = f" Suggests {one.suggested_rag}." if one.suggested_rag else ""
        yield f"{one.name}, {for_people(one.at, zone)}.{suggested}\n{one.information}"


def organisation(one: OrganisationPicture, zone: ZoneInfo) -> str:
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


def _agenda(items: Sequence[MeetingItemAnswer], zone: ZoneInfo) -> Iterator[str]:
    for one in items:
        still = "; on the next agenda too" if one.open else ""
        yield f"{one.title}, first {for_people(one.meets_at, zone)}{still}. {'; '.join(one.reasons)}"


def results(held: Sequence[ResultPicture], zone: ZoneInfo) -> Iterator[str]:
    """What meetings decided, oldest first."""
    for one in held:
        level = f"; re-levelled: {', '.join((colour(one.rag, one.level), *one.pathways))}" if one.rag else ""
        stays = "; on the next agenda again" if one.stays else ""
        note = f"\n{one.note}" if one.note else ""
        said = f"{one.title} of {one.met_on:%d %B %Y}: {one.says}{level}{stays}"
        yield f"{said} ({plain(one.by.role)}, {for_people(one.at, zone)}){note}"


def deadlines(owed: Sequence[DeadlineAnswer], zone: ZoneInfo) -> Iterator[str]:
    for one in owed:
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
