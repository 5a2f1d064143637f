"""What is no ordinary referral goes another way than triage (J-02, J-22, H-07, G-22).

A report of immediate harm is triaged whatever it is called; so is what its type is not meant for. A person may rate
what was directed elsewhere at any time: then it is a case like any other.
"""

from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import ContactType
from mashbus.domain.rules import Facts, holds
from mashbus.domain.vocabulary import Handling, Involvement

_TRIAGED = (Handling.TRIAGE, Handling.UNKNOWN)
PASSED_ON = 2
"""The round of the second direction: an open case's request for information, passed on to whoever holds it (H-07)."""


def directed(
    case: Case, contact: Contact, facts: Facts, partnership: Partnership, at: datetime
) -> hub.ContactDirected | None:
    kind = partnership.kind_of(contact.contact_type)
    if kind is None or case.routed or case.returned or case.decided:
        return None
    if case.directed is None:
        return _directed(case, kind, at) if goes_elsewhere(kind, contact, facts) else None
    if case.directed is Handling.ANSWERED and facts["involvement"] == Involvement.OPEN:
        return _passed_on(case, kind, at)
    return None


def goes_elsewhere(kind: ContactType, contact: Contact, facts: Facts) -> bool:
    return kind.handling not in _TRIAGED and not contact.concern.immediate_harm and holds(kind, facts)


def _directed(case: Case, kind: ContactType, at: datetime) -> hub.ContactDirected:
    """What the hub answers goes to no team: its type names whom it is passed on to if the case is open (H-07)."""
    return hub.ContactDirected(
        meta=stated(case, hub.ContactDirected, at),
        contact_type=kind.name,
        handling=kind.handling,
        team=None if kind.handling is Handling.ANSWERED else kind.team,
        reason=kind.reason,
        requirement=kind.requirement,
    )


def _passed_on(case: Case, kind: ContactType, at: datetime) -> hub.ContactDirected | None:
    """Nothing of the hub's runs on: whoever holds the case answers. None once the hub has answered."""
    watch = case.watch
    owed = [watch.in_force(case.case_id, name) for name in kind.clocks]
    running = tuple(one.deadline_id for one in owed if one is not None and watch.met_at(one) is None)
    if not running and any(owed):
        return None
    return hub.ContactDirected(
        meta=stated(case, hub.ContactDirected, at, round_=PASSED_ON),
        contact_type=kind.name,
        handling=Handling.PASSED_ON,
        team=kind.team,
        reason="The case is open: the request was passed on to those who hold it.",
        requirement=kind.requirement,
        withdrawn_deadlines=running,
    )
