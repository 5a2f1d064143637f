"""What a reader is told of what the hub knew already: that a child was found, passed on or linked, never who it is."""

from mashbus.contracts import hub
from mashbus.domain.deadline import HUB
from mashbus.domain.known import LinkKind
from services.status.phrases import Told, children, plain

WHY = {
    LinkKind.DUPLICATE: "the same referral",
    LinkKind.SAME_INCIDENT: "the same incident",
    LinkKind.RE_REFERRAL: "the same child again",
    LinkKind.UNKNOWN: "for a reason that is not known here",
}
"""Why two cases belong together."""


def looked_up(record: hub.ChildrenLookedUp) -> Told:
    found = f"{children(len({one.child for one in record.known}))} known to a service" if record.known else ""
    earlier = f"earlier contacts: {len({one.case for one in record.earlier})}" if record.earlier else ""
    unclear = "identifiers that contradict one another: a person looks" if record.contradictions else ""
    said = "; ".join(filter(None, (found, earlier, unclear)))
    return Told("Looked up what is known of the children", HUB, said or "nothing by exact identifiers")


def passed_on(record: hub.PassedToHolder) -> Told:
    units = dict.fromkeys(one.holding.unit for one in record.holders if one.holding.unit)
    to = ", ".join(units) or (plain(record.team) if record.team else "whoever holds it")
    what = "Passed on to whoever holds the case" if record.instead else "Told whoever holds, or held, the case"
    return Told(f"{what}: {to}", HUB, f"{record.requirement}: {record.reason}")


def link_given(record: hub.LinkGiven) -> Told:
    return Told(f"Said to belong to another case: {WHY[record.kind]}", record.actor.role, f"case {record.to}")


def linked(record: hub.CaseLinked) -> Told:
    by = record.decided_by.role if record.decided_by else HUB
    return Told(f"Linked to an earlier case: {WHY[record.kind]}", by, f"case {record.to}")


def later(record: hub.LaterCaseNoted) -> Told:
    return Told(f"A later case was linked to this one: {WHY[record.kind]}", HUB, f"case {record.later}")


def offered(record: hub.MatchOffered) -> Told:
    return Told("Somebody may be one of the children: a person decides", HUB, f"{len(record.candidates)} offered")


def matched(record: hub.MatchDecided) -> Told:
    said = "the same child" if record.same else "not the same child"
    return Told(f"An offered match was decided: {said}", record.actor.role)
