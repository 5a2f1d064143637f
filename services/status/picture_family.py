"""What is known of the child and the family, and what they were asked and said."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.codes import FACTORS, NEEDS
from mashbus.domain.referral import Child, ChildView, Consent, Professional, Referrer
from services.status.by import By
from services.status.case_records import CaseRecords, name_of_child
from services.status.picture import (
    ChildPicture,
    ConcernPicture,
    ConsentPicture,
    InvolvementPicture,
    ViewPicture,
)
from services.status.picture_decisions import by


def consent(told: CaseRecords) -> Iterator[ConsentPicture]:
    contact = told.contact
    if isinstance(contact, hub.ReferralReceived):
        yield _consented(told, contact.consent, contact.views, contact.meta.occurred_at, None, None)
    for one in told.all(hub.ConsentRecorded):
        yield _consented(told, one.consent, one.views, one.meta.occurred_at, by(one.actor), one.rationale)


def professionals(told: CaseRecords) -> Iterator[str]:
    """Without whoever referred, where he counts himself among them (G-21)."""
    contact = told.contact
    if not isinstance(contact, hub.ReferralReceived):
        return
    referrers = (contact.referrer, *(one.referrer for one in told.all(hub.ReferrerAdded)))
    for one in contact.professionals:
        said = ", ".join(word for word in (one.role, one.organisation) if word)
        if said and not any(_is_the_same(one, referrer) for referrer in referrers):
            yield said


def child(one: Child) -> ChildPicture:
    return ChildPicture(
        name=name_of_child(one),
        date_of_birth=one.date_of_birth,
        expected_date_of_birth=one.expected_date_of_birth,
        school=one.school,
    )


def concern(contact: hub.ReferralReceived | hub.PoliceNotificationReceived) -> ConcernPicture:
    said = contact.concern
    need = said.category_of_need
    return ConcernPicture(
        summary=said.summary,
        impact=said.impact,
        tried=said.tried,
        category_of_need=NEEDS.get(need, need) if need else None,
        factors=tuple(FACTORS.get(one, one) for one in said.factors),
        immediate_harm=said.immediate_harm,
    )


def involvement(record: hub.InvolvementRecorded) -> InvolvementPicture:
    return InvolvementPicture(
        at=record.meta.occurred_at,
        by=by(record.actor),
        **record.model_dump(include={"involvement", "held_by", "closed_on"}),
    )


def _consented(
    told: CaseRecords,
    consent: Consent,
    views: tuple[ChildView, ...],
    at: datetime,
    by: By | None,
    rationale: str | None,
) -> ConsentPicture:
    said = tuple(_view(told, one) for one in views)
    return ConsentPicture(**asdict(consent), at=at, by=by, rationale=rationale, views=said)


def _view(told: CaseRecords, view: ChildView) -> ViewPicture:
    return ViewPicture(child=told.child(view.child), understands=view.understands, consent=view.consent, view=view.view)


def _is_the_same(one: Professional, referrer: Referrer) -> bool:
    """By any name or address, or by the post."""
    pairs = [(one.name, referrer.name), (one.email, referrer.email), (one.phone, referrer.phone)]
    if one.role and one.organisation:
        pairs.append((f"{one.role}, {one.organisation}", f"{referrer.role}, {referrer.organisation}"))
    return any(mine and mine.strip().casefold() == (theirs or "").strip().casefold() for mine, theirs in pairs)
