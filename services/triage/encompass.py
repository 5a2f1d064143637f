"""Operation Encompass (G-13): the key adults of the children's settings are told, offence or not, whatever else becomes
of the case; of each whom nobody can write to a person is alarmed.

A setting learns of its own children and nothing of others. Each email has a deadline of its own; what a person must do
has one too.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.deadlines import EMAIL_SENT
from mashbus.contracts.encompass import alarm_of, alarmed, email_id, recipient
from mashbus.contracts.facts import stated
from mashbus.contracts.letters import local, to_address
from mashbus.contracts.record import Record
from mashbus.contracts.story import alert_key
from mashbus.contracts.undelivered import undelivered
from mashbus.domain.case import Case
from mashbus.domain.clocks import CalendarEnds, Clock, computed, due
from mashbus.domain.contact import Contact
from mashbus.domain.deadline import Deadline
from mashbus.domain.encompass import NO_SCHOOL_DAY, concerns, incident_day, is_verified, of_age, problem_of
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Encompass, Notified, Unresolved
from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import EmailKind, OpeningKind


def called(case: Case, contact: Contact, partnership: Partnership, at: datetime) -> Record | None:
    """EncompassCalled for every child that none was stated for yet, then the alarms that it gives rise to.

    Once a case; once more where a further notification of the incident names another child.
    """
    encompass = partnership.encompass
    if encompass is None or not case.opened or contact.kind is not OpeningKind.POLICE_NOTIFICATION:
        return None
    if alarm := _alarm(case, partnership, at):
        return alarm
    if not concerns(contact, encompass):
        return None
    known = {place for one in case.called for place in one.children}
    places = [place for place in of_age(contact, encompass, partnership.zone) if place not in known]
    return _called(case, contact, places, encompass, partnership, at) if places else None


def notified(case: Case, record: hub.EncompassCalled, partnership: Partnership, at: datetime) -> Iterator[Record]:
    """One email for each setting. Its address is looked up again: the directory may have lost it meanwhile."""
    contact, encompass = case.contact, partnership.encompass
    if contact is None or encompass is None:
        return
    for urn in dict.fromkeys(one.setting for one in record.notified):
        setting = encompass.settings.get(urn)
        address = setting.email if setting and is_verified(setting, incident_day(contact, partnership.zone)) else None
        theirs = [contact.children[one.child] for one in record.notified if one.setting == urn]
        email = to_address(
            EmailKind.ENCOMPASS_NOTIFICATION, recipient(urn), address, case, record, partnership, at,
            children="\n".join(map(_named, theirs)), incident_at=local(record.incident_at, partnership),
        )  # fmt: skip
        if email is not None:
            yield email
            if alarm := undelivered(email, partnership, at):
                yield alarm


def _called(
    case: Case, contact: Contact, places: list[int], encompass: Encompass, partnership: Partnership, at: datetime
) -> hub.EncompassCalled:
    assert contact.incident_at is not None
    meta = stated(case, hub.EncompassCalled, at, round_=len(case.called) + 1)
    clock = partnership.clocks[encompass.clock]
    slipped = not _reaches(clock, contact.incident_at) and _reaches(clock, at)
    day = incident_day(contact, partnership.zone)
    problems = {
        place: NO_SCHOOL_DAY if slipped else problem_of(contact.children[place], encompass, day) for place in places
    }
    told = tuple(
        Notified(child=place, setting=contact.children[place].school or "")
        for place, problem in problems.items()
        if problem is None
    )
    untold = tuple(Unresolved(child=place, problem=problem) for place, problem in problems.items() if problem)
    return hub.EncompassCalled(
        meta=meta,
        requirement=encompass.requirement,
        incident_at=contact.incident_at,
        notified=told,
        unresolved=untold,
        deadlines=tuple(_deadlines(meta.event_id, told, untold, contact.incident_at, clock, partnership)),
    )


def _deadlines(
    called_id: UUID, told: tuple[Notified, ...], untold: tuple[Unresolved, ...], incident_at: datetime, clock: Clock,
    partnership: Partnership,
) -> Iterator[Deadline]:  # fmt: skip
    """None where no school day is known to follow: alarmed, and nobody is told any later for it (reading 14)."""
    if not _reaches(clock, incident_at):
        return
    by_person = tuple(name for name in clock.met_by if not name.startswith(EMAIL_SENT)) or clock.met_by
    subjects = {email_id(called_id, one.setting): clock for one in told}
    if untold:
        subjects[called_id] = replace(clock, met_by=by_person)
    for subject, of in subjects.items():
        deadline = computed(of, None, incident_at, subject=subject, owner=of.owner, profile=partnership.version)
        if deadline is not None:
            yield deadline


def _reaches(clock: Clock, incident_at: datetime) -> bool:
    """Whether terms and holidays are known that far, and so far back."""
    try:
        due(clock, None, incident_at)
    except CalendarEnds:
        return False
    return True


def _alarm(case: Case, partnership: Partnership, at: datetime) -> hub.AlertRaised | None:
    for one in case.called:
        for problem in one.problems:
            if alert_key(alarm_of(problem), one.event_id) not in case.alerted:
                return alarmed(problem, one.event_id, case.case_id, partnership, at)
    return None


def _named(child: Child) -> str:
    """Who it is, and nothing else."""
    name = " ".join(word for word in (child.given_name, child.family_name) if word) or "a child whose name is not known"
    born = child.date_of_birth
    return f"- {name}, born {born.day} {born:%B %Y}" if born else f"- {name}"
