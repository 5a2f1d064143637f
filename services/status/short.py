"""The picture in a few sentences: who knows the child, who has not answered and until when, what is urgent."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from services.status.instants import for_people
from services.status.phrases import colour
from services.status.picture import OrganisationPicture, Picture

_KNOWS = {
    "known": "knows the child",
    "not_known": "does not know the child",
    "possible": "may know the child: a person there must look",
    "UNKNOWN": "gave an answer that a person must read: it says neither known nor not known",
}

_TURN = {
    "awaiting_rating": "A person's rating is awaited.",
    "awaiting_outcome": "A manager's outcome is awaited.",
}
_UNSURE = ("possible", "UNKNOWN")


def says(status: str, knowledge: str | None, due: str | None, declined_because: str | None) -> str:
    """One organisation's word in one sentence. `due`: for people; none where no time runs."""
    if knowledge is not None:
        return _KNOWS[knowledge] + (", answered late" if status == "late" else "")
    until = f"due {due}" if due else "no time is set"
    return {
        "awaited": f"has not answered yet; {until}",
        "lapsed": f"has not answered, and its time has run out; it was {until}",
        "declined": f"declined to answer: {declined_because}",
        "withdrawn": "had not answered when the case was decided",
    }.get(status, "answered")


def in_short(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    """Most urgent first. Every sentence can be read by itself."""
    if picture.concern and picture.concern.immediate_harm:
        yield "Immediate harm is reported."
    for flag in picture.flags:
        suggested = f", who suggests {flag.suggested_rag}" if flag.suggested_rag else ""
        yield f"A risk was flagged by {flag.name} on {for_people(flag.at, zone)}{suggested}."
    yield from _who(picture.organisations)
    if picture.not_asked:
        yield f"Not asked: {_names(one.name for one in picture.not_asked)}."
    if picture.recommendation and not picture.ratings:
        asks = ", ".join(picture.recommendation.pathways) or "no pathway"
        yield f"Recommended: {colour(picture.recommendation.rag, picture.recommendation.level)}, {asks}."
        if picture.recommendation.indicators:
            yield f"Joint triage is called for: {_names(one.title for one in picture.recommendation.indicators)}."
    if picture.rag:
        again = len(picture.ratings) - 1
        times = f", re-rated {again} time{'s' * (again != 1)}" if again > 0 else ""
        yield f"Rated {colour(picture.rag, picture.level)}{times}."
    if picture.state in _TURN:
        yield _TURN[picture.state]
    if picture.outcome:
        yield f"Decided on {for_people(picture.outcome.at, zone)}: {'; '.join(picture.outcome.outcomes)}"


def _who(organisations: Sequence[OrganisationPicture]) -> Iterator[str]:
    groups = (
        ("Knows the child", [one for one in organisations if one.knowledge == "known"]),
        ("May know the child, a person must look", [one for one in organisations if one.knowledge in _UNSURE]),
        ("Does not know the child", [one for one in organisations if one.knowledge == "not_known"]),
        ("Has not answered yet", [one for one in organisations if one.status == "awaited"]),
        ("Has not answered in time", [one for one in organisations if one.status == "lapsed"]),
        ("Declined to answer", [one for one in organisations if one.status == "declined"]),
        ("Was not waited for", [one for one in organisations if one.status == "withdrawn"]),
    )
    for words, some in groups:
        if some:
            yield f"{words}: {_names(one.name for one in some)}."


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)
