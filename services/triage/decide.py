"""What a case calls for at triage: to be returned, opened, routed, re-rated; a clock to stand still or to run again.

What a person may not decide is refused on the record. What no calendar reaches to is an error with an alarm: a deadline
that cannot be computed is never left out in silence (reading 14).
"""

from datetime import datetime

from mashbus.bus.errors import PermanentError
from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.contracts.record import Record
from mashbus.contracts.refusals import not_allowed, refusal
from mashbus.domain.case import Case, Contact, Rating
from mashbus.domain.clocks import CalendarEnds
from mashbus.domain.completeness import missing
from mashbus.domain.facts import of_case
from mashbus.domain.partnership import Partnership
from mashbus.domain.rules import first_match
from mashbus.domain.vocabulary import OpeningKind
from services.triage.arming import at_opening, at_routing
from services.triage.requests import enquiry_of
from services.triage.rerating import rerated
from services.triage.standing_still import stood_still


class BeyondCalendar(PermanentError):
    """`ends` says what is known until when; the instants of a case are none of its words."""

    def __init__(self, partnership: str, ends: CalendarEnds) -> None:
        super().__init__(
            "calendar_ends",
            f"a deadline of '{partnership}' cannot be computed: {ends}; extend the calendar or the terms of "
            f"partnerships/{partnership}.toml (or have a mistyped receipt sent anew), then release",
        )


def decide(case: Case, partnership: Partnership, at: datetime) -> Record | None:
    """The next fact, or None. Asked after every record of the case, whichever came. Raises BeyondCalendar."""
    try:
        return _called_for(case, partnership, at)
    except CalendarEnds as ends:
        raise BeyondCalendar(partnership.name, ends) from None


def _called_for(case: Case, partnership: Partnership, at: datetime) -> Record | None:
    contact = case.contact
    if contact is None:
        return None
    if not case.opened and not case.returned:
        return _returned(case, contact, partnership, at) or _opened(case, contact, partnership, at)
    if word := case.pending_standstill:
        return stood_still(case, word, partnership, at)
    rating = case.pending_rating
    if rating is None:
        return None if case.routed or case.returned else _routed_by_rule(case, contact, partnership, at)
    if reason := _refusal(case, rating, partnership):
        return refusal(case, rating.rating_id, "RatingGiven", rating.actor, reason, at)
    if not case.routed:
        return _routed_by_person(case, rating, partnership, at)
    return rerated(case, rating, partnership, at)


def _returned(case: Case, contact: Contact, partnership: Partnership, at: datetime) -> hub.ReferralReturned | None:
    """M-11: every missing item at once; never for a report of immediate harm (promise P8)."""
    if contact.kind is not OpeningKind.REFERRAL or contact.concern.immediate_harm:
        return None
    items = missing(partnership.required, contact)
    if not items:
        return None
    meta = stated(case, hub.ReferralReturned, at, cause=contact.event_id)
    return hub.ReferralReturned(meta=meta, reference=contact.reference or "", missing=items)


def _opened(case: Case, contact: Contact, partnership: Partnership, at: datetime) -> hub.CaseOpened:
    return hub.CaseOpened(
        meta=stated(case, hub.CaseOpened, at, cause=contact.event_id),
        opening=contact.kind,
        reference=contact.reference,
        received_at=contact.received_at,
        channel=contact.channel,
        source=contact.source,
        immediate_harm=contact.concern.immediate_harm,
        deadlines=at_opening(case.case_id, contact, partnership),
    )


def _routed_by_rule(case: Case, contact: Contact, partnership: Partnership, at: datetime) -> hub.CaseRouted | None:
    rule = first_match(partnership.rules, of_case(case, contact, partnership))
    if rule is None:
        return None
    requests, not_asked = enquiry_of(case.case_id, rule.rag, rule.pathways, partnership, at)
    return hub.CaseRouted(
        meta=stated(case, hub.CaseRouted, at),
        rag=rule.rag,
        pathways=rule.pathways,
        rule=rule.name,
        reasons=(rule.reason,),
        decided_by=None,
        requests=requests,
        not_asked=not_asked,
        deadlines=at_routing(case, rule.rag, rule.pathways, partnership, at),
    )


def _routed_by_person(case: Case, rating: Rating, partnership: Partnership, at: datetime) -> hub.CaseRouted:
    requests, not_asked = enquiry_of(case.case_id, rating.rag, rating.pathways, partnership, at)
    return hub.CaseRouted(
        meta=stated(case, hub.CaseRouted, at, cause=rating.rating_id),
        rag=rating.rag,
        pathways=rating.pathways,
        rule=None,
        reasons=(rating.rationale,),
        decided_by=rating.actor,
        requests=requests,
        not_asked=not_asked,
        deadlines=at_routing(case, rating.rag, rating.pathways, partnership, at),
    )


def _refusal(case: Case, rating: Rating, partnership: Partnership) -> str | None:
    if reason := not_allowed(case, partnership, "rating", rating.partnership, rating.actor):
        return reason
    if case.returned:
        return "the referral was returned: the case is not open; a complete referral opens a new one"
    if case.decided:
        return "the case has its outcome: a new referral opens a new case"
    if rating.rag not in partnership.ratings:
        return f"'{rating.rag}' is no rating here; there are: {', '.join(partnership.ratings)}"
    if strangers := set(rating.pathways) - partnership.pathways.keys():
        return f"no such pathway: {', '.join(sorted(strangers))}"
    if not case.routed and not rating.pathways:
        return "a first rating names at least one pathway"
    if case.routed and rating.rag == case.rag and set(rating.pathways) <= set(case.pathways):
        return "the case already has this colour and these pathways: nothing changes (reading 7)"
    return None
