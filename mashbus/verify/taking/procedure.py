"""What each record leaves of a case's procedure: the contact's typed facts, and the turns that the case took."""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from sys import intern
from typing import Any, TypeVar

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.enquiry import Actor
from mashbus.domain.referral import Child, Consent
from mashbus.verify import procedure_facts as facts
from mashbus.verify.blanks import blank_of
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.places import Logged

T = TypeVar("T", bound=Hashable)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE, _INWARD = 5, 3
"""A whole postcode has at least five characters, the last three of which are a street or so."""


class TakingProcedure:
    def __init__(self, index: Index, held: HeldOnce) -> None:
        self._index = index
        self._held = held

    def contact(self, record: hub.ReferralReceived | hub.PoliceNotificationReceived, logged: Logged) -> None:
        referrer, received = getattr(record, "referrer", None), getattr(record, "received_at", None)
        born = [child.date_of_birth for child in record.children if child.date_of_birth]
        self._index.particulars[self._held.of(record)] = facts.Particulars(
            partnership=intern(record.meta.partnership),
            shape=self._held.alike(self._shape(record)),
            received_us=(received - _EPOCH) // timedelta(microseconds=1) if received else None,
            youngest_born=max(born, default=None),
            districts=self._held.alike(tuple(_district(child) for child in record.children)),
            to=address(referrer.email) if referrer else None,
            professionals=tuple(filter(None, (address(one.email) for one in getattr(record, "professionals", ())))),
            place=logged.place,
            ms=logged.ms,
        )

    def _shape(self, record: Any) -> facts.Shape:
        is_referral = isinstance(record, hub.ReferralReceived)
        concern, children = record.concern, record.children
        return facts.Shape(
            opening="referral" if is_referral else "police_notification",
            channel=record.channel.value if is_referral else "police_batch",
            source=intern(record.source) if is_referral else "6",
            natures=self._held.same(() if is_referral else (intern(record.nature),)),
            contact_type=record.contact_type if is_referral else None,
            assessment=None if is_referral else intern(record.assessment.value),
            asks_for=record.asks_for.value if is_referral else "UNKNOWN",
            referrer_kind=record.referrer.kind.value if is_referral else None,
            immediate_harm=concern.immediate_harm,
            category_of_need=concern.category_of_need,
            factors=self._held.same(map(intern, concern.factors)),
            named=self._held.same(record.indicators if is_referral else ()),
            children=len(children),
            unborn=any(one.expected_date_of_birth is not None and one.date_of_birth is None for one in children),
            views=bool(record.views) if is_referral else False,
            consent=self._held.alike(consented(record.consent)) if is_referral else None,
            blank=self._held.alike(blank_of(record)),
        )

    def returned(self, record: hub.ReferralReturned, logged: Logged) -> None:
        self._index.sent_back.setdefault(
            self._held.of(record),
            facts.Returned(record.meta.event_id, logged.place, logged.ms, record.missing, record.authority),
        )

    # -- the turns of a case, in the order of mash.cases -----------------------------------------------------------

    def opened(self, record: hub.CaseOpened, logged: Logged) -> None:
        self._turn(record, facts.Opened(record.meta.event_id, logged.place, logged.ms))

    def raised(self, record: hub.AlertRaised, logged: Logged) -> None:
        meta, teams = record.meta, self._held.alike(record.teams)
        self._turn(
            record, facts.Raised(meta.event_id, meta.cause_id, logged.place, logged.ms, intern(record.alert), teams)
        )

    def directed(self, record: hub.ContactDirected, logged: Logged) -> None:
        self._turn(
            record,
            facts.Directed(
                record.meta.event_id, logged.place, logged.ms, intern(record.contact_type), record.handling.value,
                record.team,
            ),
        )  # fmt: skip

    def rated(self, record: hub.CaseRouted | hub.CaseRerated, logged: Logged) -> None:
        by = record.decided_by
        not_asked = (one.organisation for one in record.not_asked) if isinstance(record, hub.CaseRouted) else ()
        self._turn(
            record,
            facts.Rated(
                record.meta.event_id, record.meta.cause_id, logged.place, logged.ms, isinstance(record, hub.CaseRouted),
                intern(by.role) if by else None, _who(by), self._held.alike(getattr(record, "rule", None)),
                record.rag.value, self._held.alike(record.level),
                self._held.alike(record.pathways),
                self._held.alike(tuple(intern(one.organisation) for one in record.requests)),
                self._held.alike(tuple(not_asked)), getattr(record, "notifications", 1),
            ),
        )  # fmt: skip

    def flagged(self, record: hub.RiskFlagged, logged: Logged) -> None:
        self._turn(record, facts.Flagged(record.meta.event_id, logged.place, logged.ms))

    def marked(self, record: hub.MilestoneRecorded, logged: Logged) -> None:
        meta = record.meta
        self._turn(
            record,
            facts.Marked(
                meta.event_id, meta.cause_id, logged.place, logged.ms, intern(record.milestone),
                (record.reached_at - _EPOCH) // timedelta(microseconds=1), record.answers,
            ),
        )  # fmt: skip

    def called(self, record: hub.EncompassCalled, logged: Logged) -> None:
        self._index.called.setdefault(
            record.meta.event_id,
            facts.Called(
                record.meta.event_id, self._held.of(record), intern(record.meta.partnership),
                tuple((one.child, intern(one.setting)) for one in record.notified),
                tuple((one.child, intern(one.problem)) for one in record.unresolved), record.incident_at,
                tuple(one.subject for one in record.deadlines), logged.place, logged.ms,
            ),
        )  # fmt: skip

    def consent(self, record: hub.ConsentRecorded, logged: Logged) -> None:
        said = self._held.alike(consented(record.consent))
        self._stated(record, facts.Consent(record.meta.event_id, logged.place, logged.ms, said, bool(record.views)))

    def involved(self, record: hub.InvolvementRecorded, logged: Logged) -> None:
        self._stated(record, facts.Involved(record.meta.event_id, logged.place, logged.ms, record.involvement.value))

    def referred(self, record: hub.ReferrerAdded, logged: Logged) -> None:
        to = address(record.referrer.email)
        self._stated(
            record, facts.Referred(record.meta.event_id, logged.place, logged.ms, record.referrer.kind.value, to)
        )

    def ruled(self, record: hub.OutcomeDecided, logged: Logged) -> None:
        self._turn(
            record,
            facts.Ruled(
                record.meta.event_id, record.meta.cause_id, logged.place, logged.ms, intern(record.decided_by.role),
                _who(record.decided_by) or 0, self._held.alike(record.outcomes), record.tell_referrer,
                bool(record.not_told_reason and record.not_told_reason.strip()),
                tuple((one.referrer_id, bool(one.reason.strip())) for one in record.withheld),
                self._held.alike(tuple(intern(one.organisation) for one in record.answered)),
            ),
        )  # fmt: skip

    def _stated(self, record: Record, turn: facts.Turn) -> None:
        """What a person of another partnership says of the case is none of it."""
        contact = self._index.particulars.get(self._held.of(record))
        if contact is None or contact.partnership == record.meta.partnership:
            self._turn(record, turn)

    def _turn(self, record: Record, turn: facts.Turn) -> None:
        self._index.turns[self._held.of(record)].append(turn)


def consented(consent: Consent) -> facts.Consented:
    """Not said is read as not sought."""
    status = consent.status.value
    return facts.Consented(
        "not_sought" if status == "UNKNOWN" else status, _written(consent.reason), _written(consent.action),
        _written(consent.urgent), _written(consent.asking_raises_risk), consent.lawful_basis.value, consent.told,
        consent.telling_raises_risk,
    )  # fmt: skip


def address(email: str | None) -> int | None:
    """To compare with an EmailRequested's, not to know."""
    return hash(email.casefold()) if email else None


def _written(text: str | None) -> bool:
    return bool(text and text.strip())


def _who(actor: Actor | None) -> int | None:
    return hash((actor.label, actor.role)) if actor else None


def _district(child: Child) -> str | None:
    """Of a whole postcode."""
    postcode = "".join((child.address.postcode or "").split()).upper() if child.address else ""
    return intern(postcode[:-_INWARD]) if len(postcode) >= _WHOLE else None
