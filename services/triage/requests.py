"""Whom a pathway asks, until when: the requests of a routing, and those who are in the procedure but not asked."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from mashbus.domain import ids
from mashbus.domain.enquiry import NotAsked, Request
from mashbus.domain.partnership import Organisation, Partnership
from mashbus.domain.vocabulary import Rag
from services.triage.arming import of_request


def enquiry_of(
    case_id: UUID, rag: Rag, pathways: Iterable[str], partnership: Partnership, at: datetime,
    already: frozenset[str] = frozenset(),
) -> tuple[tuple[Request, ...], tuple[NotAsked, ...]]:  # fmt: skip
    """Requests to the connected organisations of the pathways' roles, and the others shown (H-08, H-11).

    A colour that asks nobody sends none (J-12). `already`: organisations that have been asked before and are not asked
    again.
    """
    called_for = [one for one in _called_for(pathways, partnership) if one.id not in already]
    if rag in partnership.asks_nobody:
        return (), tuple(NotAsked(organisation=one.id, reason="no_requests_in_this_colour") for one in called_for)
    requests = tuple(_request(case_id, rag, one, partnership, at) for one in called_for if one.connected)
    not_asked = tuple(NotAsked(organisation=one.id, reason="not_connected") for one in called_for if not one.connected)
    return requests, not_asked


def asks_anybody(rag: Rag, pathways: Iterable[str], partnership: Partnership) -> bool:
    """Whether a routing would ask organisations: what they are asked is disclosed to them."""
    return rag not in partnership.asks_nobody and any(one.connected for one in _called_for(pathways, partnership))


def _called_for(pathways: Iterable[str], partnership: Partnership) -> list[Organisation]:
    roles = {role for pathway in pathways for role in partnership.pathways[pathway].asks}
    return [one for one in partnership.organisations if one.role in roles]


def _request(case_id: UUID, rag: Rag, organisation: Organisation, partnership: Partnership, at: datetime) -> Request:
    request_id = ids.request_of(case_id, organisation.id)
    return Request(
        request_id=request_id,
        organisation=organisation.id,
        role=organisation.role,
        rag=rag,
        purpose=organisation.purpose,
        asked_at=at,
        deadline=of_request(request_id, organisation.id, rag, partnership, at),
    )
