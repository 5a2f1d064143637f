"""Offered matches as the picture tells them: what speaks for and against each, in plain words."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from mashbus.domain.known import Says
from services.status.instants import for_people
from services.status.match_answers import EvidenceAnswer, MatchAnswer, MatchesAnswer
from services.status.phrases import plain

_SAYS = {Says.SAME: "same", Says.CLOSE: "close", Says.DIFFERENT: "different", Says.MISSING: "not known"}


def to_be_decided(said: MatchesAnswer) -> Iterator[str]:
    for one in said.open:
        yield "\n".join((f"{_who(one)}: {one.probability:.0%} by what is compared", *map(_evidence, one.evidence)))


def decided(said: MatchesAnswer, zone: ZoneInfo) -> Iterator[str]:
    for one in said.decided:
        if word := one.decided:
            what = "the same child" if word.same else "not the same child"
            yield f"{_who(one)}: {what} ({plain(word.by.role)}, {for_people(word.at, zone)}: {word.rationale})"


def _who(one: MatchAnswer) -> str:
    if one.organisation is not None:
        number = f", number {one.local_id}" if one.local_id else ""
        return f"{one.child_name} may be a child that {one.organisation} holds{number}"
    return f"{one.child_name} may be a child of the earlier case {one.case_id}"


def _evidence(one: EvidenceAnswer) -> str:
    detail = f", {one.detail}" if one.detail else ""
    return f"{plain(one.field)}: {_SAYS.get(one.says, 'not known')}{detail}"
