"""What a reader is told of what came in, what the hub did, and what organisations answered."""

from datetime import timedelta

from mashbus.contracts import hub
from mashbus.contracts.codes import SOURCES
from mashbus.domain.deadline import HUB
from mashbus.domain.vocabulary import Assessment, Handling, LawfulBasis
from services.status.phrases import Told, children, colour, owed, plain, spoken

HANDLED = {
    Handling.TRIAGE: "triage looks at it",
    Handling.RESPONDER: "processed by {team}",
    Handling.SIGNPOSTED: "signposted by {team}",
    Handling.PASSED_ON: "passed on to {team}",
    Handling.ANSWERED: "answered by the hub",
    Handling.UNKNOWN: "triage looks at it",
}
"""What becomes of a contact that goes another way."""


def referral(record: hub.ReferralReceived) -> Told:
    source = SOURCES.get(record.source, "unknown")
    what = f"Referral {record.reference} received by {plain(record.channel)}"
    return Told(what, "referrer", f"source: {source}; {children(len(record.children))}", record.received_at)


def notification(record: hub.PoliceNotificationReceived) -> Told:
    sorted_as = "" if record.assessment in (Assessment.SHARE, Assessment.UNKNOWN) else plain(record.assessment)
    detail = "; ".join(filter(None, (children(len(record.children)), sorted_as)))
    return Told("Police notification received", record.force, detail)


def returned(record: hub.ReferralReturned) -> Told:
    if record.authority:
        return Told("Returned to the referrer: another authority's area", detail=record.authority)
    return Told("Returned to the referrer, items missing", detail=", ".join(record.missing))


def opened(record: hub.CaseOpened) -> Told:
    said = ["immediate harm is reported"] if record.immediate_harm else []
    if record.contact_type:
        said.append(f"kind of contact: {plain(record.contact_type)}")
    if record.dealt_with_from:
        said.append(f"it came outside hours; dealt with from {record.dealt_with_from:%Y-%m-%d %H:%M} UTC")
    return Told("Case opened", detail="; ".join(said))


def alerted(record: hub.AlertRaised) -> Told:
    what = f"Alerted at once: {spoken(record.teams)} ({plain(record.alert)}, {record.requirement})"
    return Told(what, detail="; ".join(record.reasons))


def encompass(record: hub.EncompassCalled) -> Told:
    """Which setting stands in the log: where a child goes to school tells who it is."""
    told, untold = len(record.notified), len(record.unresolved)
    problems = spoken(tuple(dict.fromkeys(one.problem for one in record.unresolved)))
    detail = f"for a person to tell: {children(untold)} ({problems})" if untold else ""
    what = (
        f"Operation Encompass: key adults told of {children(told)}" if told else "Operation Encompass: nobody told yet"
    )
    return Told(what, HUB, "; ".join(filter(None, (record.requirement, detail))))


def directed(record: hub.ContactDirected) -> Told:
    what = HANDLED[record.handling].format(team=plain(record.team) if record.team else "whoever deals with it")
    return Told(f"Not triaged: {what}", detail=f"{plain(record.contact_type)}, {record.requirement}: {record.reason}")


def recommended(record: hub.RoutingRecommended) -> Told:
    """The indicators are narrative: the picture names them."""
    asks = f"{colour(record.rag, record.level)}, {spoken(record.pathways)}" if record.rule else "no rule holds"
    joint = ["joint triage is called for"] if record.indicators else []
    held = [f"held for a person: {reason}" for reason in record.held]
    return Told(f"Recommended, for a person to decide: {asks}", detail="; ".join((*record.reasons, *joint, *held)))


def routed(record: hub.CaseRouted) -> Told:
    by = f"rule {record.rule}" if record.rule else "a person's rating"
    asked = ", ".join(one.organisation for one in record.requests) or "nobody"
    what = f"Rated {colour(record.rag, record.level)} and routed to {spoken(record.pathways)}; asked: {asked}"
    return Told(what, record.decided_by.role if record.decided_by else HUB, by)


def answered(record: hub.AnswerReceived) -> Told:
    return Told(f"{record.organisation} answered", record.organisation, at=record.arrived_at)


def declined(record: hub.AnswerDeclined) -> Told:
    return Told(f"{record.organisation} declined to answer", record.organisation, at=record.arrived_at)


def flagged(record: hub.RiskFlagged) -> Told:
    detail = f"suggests {record.suggested_rag}" if record.suggested_rag != "UNKNOWN" else ""
    return Told(f"{record.organisation} flagged a risk", record.organisation, detail, record.arrived_at)


def seen(record: hub.RequestSeenNoted) -> Told:
    return Told(f"{record.organisation} has seen the request", record.organisation, at=record.arrived_at)


def disclosed(record: hub.DisclosureMade) -> Told:
    rule = f"; under {record.rule}" if record.rule else ""
    basis = f"; lawful basis: {plain(record.lawful_basis)}" if record.lawful_basis is not LawfulBasis.UNKNOWN else ""
    detail = f"{', '.join(record.disclosed)}; to: {record.purpose}{rule}{basis}"
    return Told(f"Information shared with {record.organisation}", HUB, detail)


def collated(record: hub.EnquiryCollated) -> Told:
    counts = {
        "answered": record.answered,
        "declined": record.declined,
        "lapsed": record.lapsed,
        "not waited for": record.outstanding,
    }
    return Told("Enquiry closed", detail=", ".join(f"{len(some)} {what}" for what, some in counts.items() if some))


def at_risk(record: hub.SlaAtRisk) -> Told:
    return Told(f"Deadline at risk: {owed(record.deadline)}", record.deadline.owner, at=record.deadline.at_risk)


def breached(record: hub.SlaBreached) -> Told:
    late = "said late, as answers could not be seen" if record.blind else ""
    return Told(f"Deadline missed: {owed(record.deadline)}", record.deadline.owner, late, record.deadline.due)


def resolved(record: hub.SlaBreachResolved) -> Told:
    lateness = timedelta(seconds=round(record.lateness_microseconds / 1e6))
    return Told(f"Met late: {owed(record.deadline)}", record.deadline.owner, f"{lateness} late", record.met_at)


def email(record: hub.EmailRequested) -> Told:
    return Told(f"Email for the {record.recipient_kind}: {plain(record.kind)}")


def sent(record: hub.EmailSent) -> Told:
    return Told(f"Email sent: {plain(record.kind)}")


def failed(record: hub.EmailFailed) -> Told:
    return Told(f"Email failed: {plain(record.kind)}", detail=record.reason)


def bounced(record: hub.EmailBounced) -> Told:
    return Told(f"Email came back: {plain(record.kind)}", detail=record.reason)


def suppressed(record: hub.EmailSuppressed) -> Told:
    return Told(f"Email not sent: {plain(record.kind)}", detail=record.reason)
