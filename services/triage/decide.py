"""What a case calls for at triage, in this order: to be returned or opened, what the hub knows already, alerts, links
to other cases, who holds the child, what people decided, schools, another way than triage, a routing or recommendation.

What a person may not decide is refused on the record. What no calendar reaches to is an error with an alarm: a deadline
that cannot be computed is never left out in silence (reading 14).
"""

from dataclasses import replace
from datetime import datetime

from mashbus.bus.errors import PermanentError
from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.contracts.record import Record
from mashbus.contracts.refusals import refusal
from mashbus.domain.case import Case
from mashbus.domain.clocks import CalendarEnds
from mashbus.domain.closing import closes_with
from mashbus.domain.completeness import missing
from mashbus.domain.contact import Contact
from mashbus.domain.facts import of_case
from mashbus.domain.partnership import Partnership
from mashbus.domain.rules import Facts, all_matches
from mashbus.domain.vocabulary import OpeningKind
from mashbus.domain.words import Milestone
from services.triage import routing
from services.triage.agenda import placed
from services.triage.alerting import alerted
from services.triage.arming import at_opening
from services.triage.directing import directed, goes_elsewhere
from services.triage.encompass import called
from services.triage.further import told_again
from services.triage.known import Memory, looked_up
from services.triage.linking import linked, linked_by
from services.triage.meeting_results import result_of
from services.triage.milestones import reached
from services.triage.passing_on import passed_on
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


def decide(case: Case, partnership: Partnership, at: datetime, memory: Memory | None = None) -> Record | None:
    """The next fact, or None. Asked after every record of the case, whichever came. Raises BeyondCalendar.

    `memory`: None where nothing is known of children, as in a hub that keeps no directory.
    """
    try:
        return _called_for(case, partnership, at, memory)
    except CalendarEnds as ends:
        raise BeyondCalendar(partnership.name, ends) from None


def _called_for(case: Case, partnership: Partnership, at: datetime, memory: Memory | None) -> Record | None:
    contact = case.contact
    if contact is None:
        return None
    facts = of_case(case, contact, partnership)
    if not case.opened and not case.returned:
        return returned(case, contact, facts, partnership, at) or _opened(case, contact, partnership, at)
    if case.opened and (answer := looked_up(case, contact, partnership, memory, at)):
        return answer
    return (
        alerted(case, facts, partnership, at)
        or told_again(case, partnership, at)
        or (linked(case, at) if case.opened else None)
        or (passed_on(case, contact, facts, partnership, at) if case.opened else None)
        or (placed(case, facts, partnership, at) if case.routed else None)
        or _acted_on(case, facts, partnership, at, memory)
        or called(case, contact, partnership, at)
        or directed(case, contact, facts, partnership, at)
        or (None if _is_settled(case) else routing.by_rule(case, contact, facts, partnership, at))
        or placed(case, facts, partnership, at)
    )


def _acted_on(case: Case, facts: Facts, partnership: Partnership, at: datetime, memory: Memory | None) -> Record | None:
    """People's decisions, one at a time, in the order of the log."""
    if link := case.pending_link:
        return linked_by(case, link, partnership, memory, at)
    if word := case.pending_standstill:
        return stood_still(case, word, partnership, at)
    if milestone := case.pending_milestone:
        return _reached(case, milestone, partnership, at)
    if result := case.pending_result:
        return result_of(case, result, facts, partnership, at)
    rating = case.pending_rating
    if rating is None or (closes_with(case, partnership) and not case.decided):
        return None  # outcomes closes such a case: a re-rating beside that would be lost in a closed case
    if reason := routing.refused(case, rating, facts, partnership):
        return refusal(case, rating.rating_id, "RatingGiven", rating.actor, reason, at)
    if not case.routed:
        return routing.by_person(case, rating, facts, partnership, at)
    return rerated(case, rating, partnership, at)


def _reached(case: Case, word: Milestone, partnership: Partnership, at: datetime) -> Record:
    """An instant that no calendar reaches, where today's is reached, is a slip: it is refused, and nothing waits."""
    try:
        return reached(case, word, partnership, at)
    except CalendarEnds as ends:
        if word.reached_at is None:
            raise
        reached(case, replace(word, reached_at=None), partnership, at)
        reason = f"no deadline can be computed from the instant stated: {ends}"
        return refusal(case, word.word_id, hub.MilestoneGiven.__name__, word.actor, reason, at)


def _is_settled(case: Case) -> bool:
    """Nothing more to recommend: where it goes is known, or it goes nowhere."""
    return case.routed or case.returned or case.decided or case.asks_nobody or case.directed is not None


def returned(
    case: Case, contact: Contact, facts: Facts, partnership: Partnership, at: datetime
) -> hub.ReferralReturned | None:
    """Another authority's (G-02), or incomplete: every missing item at once (M-11, G-01).

    What reports immediate harm is never returned for a missing item (promise P8). What is no referral is not returned:
    a notification from elsewhere tells of somebody from elsewhere (G-22).
    """
    kind = partnership.kind_of(contact.contact_type)
    if contact.kind is not OpeningKind.REFERRAL or (kind and goes_elsewhere(kind, contact, facts)):
        return None
    other = partnership.area.elsewhere(contact.children) if partnership.area else None
    items = () if other or contact.concern.immediate_harm else _missing(contact, facts, partnership)
    if other is None and not items:
        return None
    return hub.ReferralReturned(
        meta=stated(case, hub.ReferralReturned, at, cause=contact.event_id),
        reference=contact.reference or "",
        missing=items,
        authority=other.name if other else None,
    )


def _missing(contact: Contact, facts: Facts, partnership: Partnership) -> tuple[str, ...]:
    kind = partnership.kind_of(contact.contact_type)
    if kind is not None and not kind.pathways:
        return ()  # what is no referral owes nothing that a referral owes
    insisted = (item for one in all_matches(partnership.insists, facts) for item in one.items)
    return tuple(dict.fromkeys(missing((*partnership.required, *insisted), contact)))


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
        contact_type=contact.contact_type,
        dealt_with_from=partnership.dealt_with_from(contact.received_at),
    )
