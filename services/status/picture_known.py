"""What the hub knew of the children already: who holds a case, which contacts came before, what was passed on."""

from collections.abc import Iterator

from mashbus.contracts import hub
from services.status.case_records import CaseRecords
from services.status.picture import EarlierPicture, HoldingPicture, LinkPicture, PassedPicture
from services.status.picture_decisions import by
from services.status.told_of_memory import WHY


def holdings(told: CaseRecords) -> Iterator[HoldingPicture]:
    """By the newest answer of the directory, child by child."""
    for one in _newest(told).known if told.all(hub.ChildrenLookedUp) else ():
        for spell in one.holdings:
            yield HoldingPicture(
                child=told.child(one.child),
                organisation=told.name_of(one.organisation),
                service=spell.service,
                unit=spell.unit,
                opened_on=spell.opened_on,
                closed_on=spell.closed_on,
                found_by=tuple(one.matched_on),
            )


def earlier(told: CaseRecords) -> Iterator[EarlierPicture]:
    for one in _newest(told).earlier if told.all(hub.ChildrenLookedUp) else ():
        yield EarlierPicture(child=told.child(one.child), case_id=one.case, received_at=one.received_at)


def unclear(told: CaseRecords) -> Iterator[str]:
    for one in _newest(told).contradictions if told.all(hub.ChildrenLookedUp) else ():
        named = ", ".join(kind.replace("_", " ") for kind in one.identifiers)
        yield f"{told.child(one.child)}: {named} lead to different children; somebody must look"


def links(told: CaseRecords) -> Iterator[LinkPicture]:
    for one in told.all(hub.CaseLinked):
        who = by(one.decided_by) if one.decided_by else None
        yield LinkPicture(
            at=one.meta.occurred_at, case_id=one.to, why=WHY[one.kind], later=False, by=who, rationale=one.rationale
        )
    for noted in told.all(hub.LaterCaseNoted):
        yield LinkPicture(
            at=noted.meta.occurred_at, case_id=noted.later, why=WHY[noted.kind], later=True, by=None, rationale=None
        )


def passed(told: CaseRecords) -> Iterator[PassedPicture]:
    for one in told.all(hub.PassedToHolder):
        units = dict.fromkeys(who.holding.unit or told.name_of(who.organisation) for who in one.holders)
        team = told.partnership.teams.get(one.team or "")
        yield PassedPicture(
            at=one.meta.occurred_at,
            to=tuple(units) or ((team.title,) if team else ()),
            children=tuple(map(told.child, one.children)),
            requirement=one.requirement,
            reason=one.reason,
            instead=one.instead,
        )


def _newest(told: CaseRecords) -> hub.ChildrenLookedUp:
    return max(told.all(hub.ChildrenLookedUp), key=lambda one: one.round)
