"""From a case's view and its records, as the log holds them, to the cumulative picture."""

from collections.abc import Sequence
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.partnership import Partnership
from services.status import picture_decisions as decisions
from services.status import picture_family as family
from services.status import picture_known as known
from services.status import picture_organisations as organisations
from services.status.answers import CaseAnswer
from services.status.case_records import CaseRecords
from services.status.instants import local
from services.status.matches import matches
from services.status.picture import Picture
from services.status.short import in_short


def picture_of(case: CaseAnswer, records: Sequence[Record], partnership: Partnership, at: datetime) -> Picture:
    """`records`: of the case alone, each once, in any order. `at`: bus time."""
    told = CaseRecords(records, partnership)
    picture = _picture(case, told, at)
    return picture.model_copy(update={"in_short": tuple(in_short(picture, partnership.zone))})


def _picture(case: CaseAnswer, told: CaseRecords, at: datetime) -> Picture:
    contact = told.contact
    asked = {one.organisation for one in case.requests}
    return Picture(
        case_id=case.case_id,
        reference=case.reference,
        partnership=told.partnership.title,
        made_at=at,
        made_at_local=local(at, told.partnership.zone),
        in_short=(),
        state=case.state,
        received_at=case.received_at,
        rag=case.rag,
        level=case.level,
        pathways=tuple(map(told.pathway, case.pathways)),
        awaiting=case.awaiting,
        children=tuple(map(family.child, contact.children)) if contact else (),
        concern=family.concern(contact) if contact else None,
        professionals=tuple(family.professionals(told)),
        organisations=tuple(organisations.organisation(told, one) for one in case.requests),
        not_asked=tuple(organisations.not_asked(told, one) for one in case.not_asked),
        flags=tuple(organisations.flag(told, one) for one in told.all(hub.RiskFlagged)),
        chronology=organisations.chronology(told),
        recommendation=next((decisions.recommended(told, one) for one in told.all(hub.RoutingRecommended)), None),
        directed=case.directed,
        alerts=case.alerts,
        ratings=tuple(decisions.ratings(told)),
        consent=tuple(family.consent(told)),
        involvement=tuple(map(family.involvement, told.all(hub.InvolvementRecorded))),
        holdings=tuple(known.holdings(told)),
        earlier=tuple(known.earlier(told)),
        unclear=tuple(known.unclear(told)),
        matches=matches(told),
        links=tuple(known.links(told)),
        passed_on=tuple(known.passed(told)),
        milestones=tuple(decisions.milestone(told, one) for one in told.all(hub.MilestoneRecorded)),
        agenda=case.agenda,
        meeting_results=tuple(decisions.met(told, one) for one in told.all(hub.MeetingResultRecorded)),
        deadlines=tuple(one for one in case.deadlines if one.owner not in asked),
        disclosures=tuple(organisations.disclosure(told, one) for one in told.all(hub.DisclosureMade)),
        refused=tuple(map(decisions.refused, told.all(hub.DecisionRefused))),
        enough=tuple(map(decisions.enough, told.all(hub.EnoughGiven))),
        outcome=next((decisions.outcome(told, one) for one in told.all(hub.OutcomeDecided)), None),
    )
