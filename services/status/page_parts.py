"""The longer points of the picture's page: what consent says, how a colour came about."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from services.status.instants import for_people
from services.status.phrases import colour, plain
from services.status.picture import ConsentPicture, RatingPicture, ViewPicture

_YES_NO = {True: "yes", False: "no"}


def stated(*pairs: tuple[str, str | None]) -> Iterator[str]:
    """`Label: words`, where there are words."""
    return (f"{label}: {words}" for label, words in pairs if words)


def consent(one: ConsentPicture, zone: ZoneInfo) -> str:
    by = plain(one.by.role) if one.by else "as the contact says it"
    basis = plain(one.lawful_basis) if one.lawful_basis != "UNKNOWN" else "none stated"
    lines = [f"{plain(one.status) if one.status != 'UNKNOWN' else 'not stated'} ({by}, {for_people(one.at, zone)})"]
    lines += stated(
        ("Given by", one.given_by),
        ("Reason", one.reason),
        ("Lawful basis", basis),
        ("The family was told what is shared and why", _said(one.told)),
        ("Telling them would raise the risk", _said(one.telling_raises_risk)),
        ("Urgent safety concern", one.urgent),
        ("Asking would raise the risk", one.asking_raises_risk),
        ("What was done instead", one.action),
        ("Rationale", one.rationale),
    )
    return "\n".join((*lines, *map(_view, one.views)))


def rating(one: RatingPicture, zone: ZoneInfo) -> str:
    by = f"by {plain(one.by.role)}" if one.by else f"by the rule {one.rule}" if one.rule else "by the hub"
    change = f"{one.previous} to {colour(one.rag, one.level)}" if one.previous else colour(one.rag, one.level)
    lines = [f"{for_people(one.at, zone)}: {change}; {', '.join(one.pathways) or 'no pathway'}; {by}"]
    if one.indicators:
        lines.append(f"Joint triage was called for: {'; '.join(indicator.title for indicator in one.indicators)}")
    return "\n".join((*lines, *one.rationale))


def _view(one: ViewPicture) -> str:
    understands = f"; understands: {_said(one.understands)}" if one.understands is not None else ""
    said = f": {one.view}" if one.view else ""
    return f"The view of {one.child} (consent {plain(one.consent)}{understands}){said}"


def _said(fact: bool | None) -> str | None:
    return None if fact is None else _YES_NO[fact]
