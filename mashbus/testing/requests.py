"""Synthetic messages as the hub would send them to one organisation: plainly nobody's, the same in every run."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from mashbus.bus.settings import checkout_folder
from mashbus.contracts.agency import (
    AnswerRefused,
    CasePassedOn,
    InformationRequested,
    OutcomeShared,
    RequestRerated,
    RequestWithdrawn,
)
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.referral import Address, Adult, Child
from mashbus.domain.vocabulary import NumberStatus, Rag

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
PARTNERSHIP = "hackney"

CHILD = Child(
    given_name="Tess",
    family_name="Fableworth",
    date_of_birth=date(2016, 2, 29),
    sex="F",
    nhs_number="9990000018",
    nhs_number_status=NumberStatus.UNVERIFIED,
    upn="X999000000001",
    address=Address(lines=("1 Nowhere Road", "Exampleton"), postcode="ZZ99 9ZZ"),
    school="Sample Academy (synthetic)",
)
TWIN = Child(given_name="Theo", family_name="Fableworth", date_of_birth=date(2016, 2, 29), sex="M")
UNBORN = Child(family_name="Fableworth", expected_date_of_birth=date(2026, 9, 1))
MOTHER = Adult(
    given_name="Agnès", family_name="O'Fableworth-Mock", relationship="mother", date_of_birth=date(1988, 5, 5)
)


def asked(
    organisation: str,
    name: str,
    *,
    children: Sequence[Child] = (CHILD,),
    adults: Sequence[Adult] = (),
    rag: Rag = Rag.RED,
) -> InformationRequested:
    """A request for information. Another `name` is another case."""
    case_id = ids.derived("rehearsal", organisation, name)
    request_id = ids.request_of(case_id, organisation)
    return InformationRequested(
        meta=_meta(case_id, "InformationRequested"),
        request_id=request_id,
        organisation=organisation,
        rag=rag,
        purpose="A rehearsal with synthetic people",
        context="Somebody is worried (synthetic).",
        asked_at=AT,
        due=AT + timedelta(hours=4),
        needed_by=None,
        children=tuple(children),
        adults=tuple(adults),
        disclosed=("child.given_name", "child.family_name", "child.date_of_birth"),
    )


def samples(organisation: str) -> tuple[InformationRequested, ...]:
    """Requests of every shape a hub sends: the ordinary one, and those that lack what one would like to have."""
    no_birthday = Child(given_name="Tess", family_name="Fableworth")
    return (
        asked(organisation, "ordinary"),
        asked(organisation, "twins and their mother", children=(CHILD, TWIN), adults=(MOTHER,)),
        asked(organisation, "unborn", children=(UNBORN,), adults=(MOTHER,), rag=Rag.AMBER),
        asked(organisation, "no birthday", children=(no_birthday,), rag=Rag.GREEN),
        asked(organisation, "surname only", children=(Child(family_name="Fableworth"),)),
        asked(organisation, "nothing but a child", children=(Child(),)),
        asked(organisation, "adults only", children=(), adults=(MOTHER,)),
    )


def example(organisation: str, schemas: Path | None = None) -> InformationRequested:
    """The catalogue's own example, addressed to this organisation."""
    folder = (schemas or checkout_folder("schemas")) / "examples" / InformationRequested.full_name()
    text = (folder / f"{InformationRequested.version}.json").read_text(encoding="utf-8")
    return InformationRequested.model_validate_json(text).model_copy(update={"organisation": organisation})


def withdrawn(request: InformationRequested) -> RequestWithdrawn:
    return RequestWithdrawn(
        meta=_meta(_case(request), "RequestWithdrawn"),
        request_id=request.request_id,
        organisation=request.organisation,
        reason="The outcome was decided (synthetic).",
    )


def told(request: InformationRequested) -> tuple[Record, ...]:
    """Everything else the hub may say after a request: to be kept for a person, never to be answered."""
    organisation, request_id, case_id = request.organisation, request.request_id, _case(request)
    return (
        RequestRerated(
            meta=_meta(case_id, "RequestRerated"),
            request_id=request_id,
            organisation=organisation,
            rag=Rag.RED,
            due=AT + timedelta(hours=1),
            reason="More is known (synthetic).",
        ),
        AnswerRefused(
            meta=_meta(case_id, "AnswerRefused"),
            organisation=organisation,
            request_id=request_id,
            refused_id=ids.derived("rehearsal", "refused"),
            reason="not_open",
            remedy="Nothing: the enquiry is closed.",
        ),
        OutcomeShared(
            meta=_meta(case_id, "OutcomeShared"),
            request_id=request_id,
            organisation=organisation,
            outcomes=("early-help-assessment",),
            decided_at=AT,
        ),
        CasePassedOn(
            meta=_meta(case_id, "CasePassedOn"), organisation=organisation, reason="open_case", children=(CHILD,)
        ),
    )


def _case(request: InformationRequested) -> UUID:
    assert request.meta.case_id
    return request.meta.case_id


def _meta(case_id: UUID, kind: str) -> Meta:
    return Meta(
        event_id=ids.derived("rehearsal", case_id, kind), partnership=PARTNERSHIP, case_id=case_id, occurred_at=AT
    )
