"""A request to one organisation, minimised by its sharing rule, and the record of what it was shown (H-15).

It is told every instant that it owes an answer by. Where the procedure sets it no time, it is told the hub's instant as
the one by which the answer is needed (G-08), or the instant of the meeting that it is asked for (G-12); nothing of its
own lapses. Of the referrer it is told nothing (G-21). Of several notifications of one incident it is told what the
routing was decided on, in one request (G-11).
"""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import agency, hub
from mashbus.contracts.disclosing import disclosure
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.clocks import CalendarEnds
from mashbus.domain.contact import Contact
from mashbus.domain.enquiry import Request
from mashbus.domain.facts import involvements
from mashbus.domain.meeting import next_meeting
from mashbus.domain.partnership import Organisation, Partnership
from mashbus.domain.procedure import Meeting
from mashbus.domain.referral import Child
from mashbus.domain.sharing import minimise
from mashbus.domain.vocabulary import Involvement


def asked(case: Case, fact: Record, request: Request, partnership: Partnership) -> Iterator[Record]:
    """The copy, and the disclosure that it is."""
    told_by = fact.notifications if isinstance(fact, hub.CaseRouted) else case.notifications
    contact, organisation = case.contact_after(told_by), partnership.organisation(request.organisation)
    assert contact is not None
    assert organisation is not None
    shown = minimise(organisation.shared, asked_about(case, contact, partnership), contact.adults, contact.concern)
    disclosed = tuple(sorted(organisation.shared))
    due = request.deadline.due if request.deadline else None
    copy = agency.InformationRequested(
        meta=copied(fact, agency.InformationRequested, request.organisation, fact.meta.occurred_at),
        request_id=request.request_id,
        organisation=request.organisation,
        rag=request.rag,
        purpose=request.purpose,
        context=shown.context,
        asked_at=request.asked_at,
        due=due,
        needed_by=due or _needed_by(case, fact, organisation, partnership),
        children=shown.children,
        adults=shown.adults,
        disclosed=disclosed,
    )
    yield copy
    rule = f"organisations.{organisation.id}.shared"
    yield disclosure(case, fact, copy, request, disclosed, rule, partnership)


def _needed_by(case: Case, fact: Record, organisation: Organisation, partnership: Partnership) -> datetime | None:
    """The hub's own instant, or the meeting's that it is asked for (G-12), whichever comes first."""
    named = fact.pathways if isinstance(fact, hub.CaseRouted | hub.CaseRerated) else ()
    ways = (partnership.pathways[one] for one in named if one in partnership.pathways)
    meetings = {one.meeting for one in ways if one.meeting in partnership.meetings and organisation.role in one.asks}
    instants = [_meets_at(partnership.meetings[one], fact.meta.occurred_at, partnership) for one in meetings if one]
    return min(filter(None, (hub_due(case), *instants)), default=None)


def _meets_at(meeting: Meeting, after: datetime, partnership: Partnership) -> datetime | None:
    """None where no calendar reaches to it: the request does not wait for that; the agenda's item raises the alarm."""
    try:
        return next_meeting(meeting, partnership.time.calendar, after)
    except CalendarEnds:
        return None


def asked_about(case: Case, contact: Contact, partnership: Partnership) -> tuple[Child, ...]:
    """The children but for those whose open case a holder was told of: nobody is asked of them beside others (H-05).

    Of a child whom nobody was told of, and where immediate harm is reported (promise P8), everybody is asked.
    """
    found = enumerate(involvements(case, contact, partnership))
    elsewhere = {place for place, one in found if one is Involvement.OPEN} & case.passed_children
    if contact.concern.immediate_harm:
        elsewhere = set()
    others = tuple(child for place, child in enumerate(contact.children) if place not in elsewhere)
    return others or contact.children


def hub_due(case: Case) -> datetime | None:
    """By when the hub itself owes a response in this colour, if the procedure says so (G-05)."""
    watch = case.watch
    own = (one for one in watch.deadlines.values() if one.subject == case.case_id and one.rag is not None)
    return min((one.due for one in own if watch.in_force(one.subject, one.clock) == one), default=None)
