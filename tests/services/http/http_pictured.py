"""A case that has a picture: somebody is worried, the police answer, a manager rates again."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import httpx
from http_bus import Log, until
from http_status import answered, opened, referral

from mashbus.contracts import hub
from mashbus.contracts.agency import ChronologyEntry
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.enquiry import Actor, NotAsked, Request
from mashbus.domain.referral import Child, Concern, Referrer
from mashbus.domain.vocabulary import Knowledge, Rag, ReferrerKind

MARKER = "Zebedee"
"""In every narrative and name."""
MANAGER = Actor(label="desk", role="mash_manager")


def meta(case_id: UUID) -> Meta:
    return Meta(event_id=uuid4(), partnership="hackney", case_id=case_id, occurred_at=datetime.now(UTC))


def contact(case_id: UUID) -> hub.ReferralReceived:
    return referral(case_id).model_copy(
        update={
            "referrer": Referrer(kind=ReferrerKind.PRACTITIONER, name="Quill Featherstone", email="q@bells.example"),
            "children": (Child(given_name=MARKER, date_of_birth=date(2019, 4, 1)),),
            "concern": Concern(summary=f"{MARKER} has bruises."),
        }
    )


def routed(case_id: UUID) -> hub.CaseRouted:
    request = Request(
        request_id=ids.request_of(case_id, "met-police"), organisation="met-police", role="police", rag=Rag.AMBER,
        purpose="to know", asked_at=datetime.now(UTC), deadline=None,
    )  # fmt: skip
    return hub.CaseRouted(
        meta=meta(case_id), rag=Rag.AMBER, pathways=("mash-checks",), rule="abuse-or-neglect", reasons=("A reason.",),
        decided_by=None, requests=(request,), not_asked=(NotAsked(organisation="hackney-housing", reason="not connected"),),
        deadlines=(),
    )  # fmt: skip


def answer(case_id: UUID) -> hub.AnswerReceived:
    return hub.AnswerReceived(
        meta=meta(case_id), request_id=ids.request_of(case_id, "met-police"), organisation="met-police",
        arrived_at=datetime.now(UTC), knowledge=Knowledge.KNOWN, summary=f"{MARKER} was seen.", analysis=None,
        chronology=(ChronologyEntry(on=date(2026, 3, 1), text=f"{MARKER} called."),),
    )  # fmt: skip


def rerated(case_id: UUID) -> hub.CaseRerated:
    return hub.CaseRerated(
        meta=meta(case_id), round=1, rag=Rag.RED, previous=Rag.AMBER, pathways=("mash-checks",),
        rationale=f"{MARKER} is at risk.", decided_by=MANAGER, requests=(), rerated=(), deadlines=(),
    )  # fmt: skip


async def tell(log: Log, case_id: UUID) -> None:
    await log.say(contact(case_id))
    await log.say(opened(case_id), routed(case_id), answer(case_id), rerated(case_id))


async def shown(status: httpx.AsyncClient, case_id: UUID, ratings: int = 2) -> httpx.Response:
    """The picture, once the views have come so far."""

    async def whole() -> httpx.Response | None:
        found = await answered(status, f"/v1/cases/{case_id}/picture", 200, never=404)
        return found if found and len(found.json()["ratings"]) == ratings else None

    return await until(whole)
