"""Whom a pathway asks, until when: the requests of a routing, and those who are in the procedure but not asked."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.clocks import Clock, computed
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import NotAsked, Request
from mashbus.domain.partnership import Organisation, Partnership
from mashbus.domain.vocabulary import Rag


def enquiry_of(
    case_id: UUID, rag: Rag, pathways: Iterable[str], partnership: Partnership, at: datetime,
    already: frozenset[str] = frozenset(),
) -> tuple[tuple[Request, ...], tuple[NotAsked, ...]]:  # fmt: skip
    """Requests to the connected organisations of the pathways' roles, and the others shown (H-08, H-11).

    `already`: organisations that have been asked before and are not asked again.
    """
    roles = {role for pathway in pathways for role in partnership.pathways[pathway].asks}
    called_for = [one for one in partnership.organisations if one.role in roles and one.id not in already]
    requests = tuple(_request(case_id, rag, one, partnership, at) for one in called_for if one.connected)
    not_asked = tuple(NotAsked(organisation=one.id, reason="not_connected") for one in called_for if not one.connected)
    return requests, not_asked


def answer_clock(partnership: Partnership) -> Clock | None:
    """The clock that agencies' answers run against, if the procedure sets one (M-06, C-12: some do not)."""
    return next((one for one in partnership.clocks.values() if one.owner == "agency" and one.anchor == "request"), None)


def answer_deadline(
    request_id: UUID, owner: str, rag: Rag, partnership: Partnership, at: datetime, revision: int = 1
) -> Deadline | None:
    """When the answer is due, asked at `at`; None where the procedure sets no time for the colour."""
    clock = answer_clock(partnership)
    if clock is None:
        return None
    return computed(clock, rag, at, subject=request_id, owner=owner, profile=partnership.version, revision=revision)


def hub_deadlines(case: Case, pathways: Iterable[str], partnership: Partnership) -> tuple[Deadline, ...]:
    """The pathways' own clocks that do not run yet, from receipt (H-06), also where a re-rating adds the pathway."""
    assert case.contact is not None
    names = dict.fromkeys(name for pathway in pathways for name in partnership.pathways[pathway].clocks)
    deadlines = (
        computed(
            partnership.clocks[name],
            None,
            case.contact.received_at,
            subject=case.case_id,
            owner=partnership.clocks[name].owner,
            profile=partnership.version,
        )
        for name in names
    )
    return tuple(one for one in deadlines if one is not None and one.deadline_id not in case.watch.deadlines)


def _request(case_id: UUID, rag: Rag, organisation: Organisation, partnership: Partnership, at: datetime) -> Request:
    request_id = ids.request_of(case_id, organisation.id)
    return Request(
        request_id=request_id,
        organisation=organisation.id,
        role=organisation.role,
        rag=rag,
        purpose=organisation.purpose,
        asked_at=at,
        deadline=answer_deadline(request_id, organisation.id, rag, partnership, at),
    )
