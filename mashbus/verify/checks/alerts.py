"""Whom to tell at once (J-03, H-04, J-09, J-10, H-09): every alert that the profile calls for was raised once, for
nothing else, and each of its teams was written to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.verify.checks.schools import PREFIX as SCHOOLS
from mashbus.verify.conditions import hold
from mashbus.verify.evidence import Evidence
from mashbus.verify.memory_facts import Linked, Passed
from mashbus.verify.moments import Course, Standing, between, cases, known_of_case
from mashbus.verify.places import Place
from mashbus.verify.procedure_facts import Directed, Flagged, Marked, Opened, Raised, Rated, Ruled
from mashbus.verify.taking.procedure import address
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import Profiles, profiles_at

AT_OPENING, AT_FLAG = "opening", "risk_flag"
ALERT = "alert"
FURTHER = "further-notification"
"""Not the profile's: another notification of an incident brought news when its case had gone its way (G-11)."""
NOT_REACHED = "holder-not-reached"
"""Not the profile's either: an email by which a case was passed on was not delivered (H-05, J-02)."""


def alerted(evidence: Evidence) -> Verdict:
    verdict = Verdict("alerts", "every alert that the procedure calls for was raised, once, and its teams were told")
    letters: dict[UUID, set[int]] = defaultdict(set)
    for email in evidence.index.emails.values():
        if email.kind == ALERT and email.cause_id:
            letters[email.cause_id].add(email.to)
    for case in cases(evidence):
        verdict.looked["cases"] += 1
        raised = [one for one in case.turns if isinstance(one, Raised)]
        _once(verdict, raised)
        for one in raised:
            verdict.looked["alerts"] += 1
            _called_for(evidence, verdict, case, one)
            _told(evidence, verdict, case, one.event_id, one.teams, letters[one.event_id], one.place, one.ms)
        _owed(evidence, verdict, case, {(one.alert, one.cause_id) for one in raised})
        _too_late(evidence, verdict, case, {one.cause_id for one in raised if one.alert == FURTHER})
        _milestones(evidence, verdict, case, letters)
    _not_reached(evidence, verdict)
    return verdict


def _once(verdict: Verdict, raised: list[Raised]) -> None:
    ids: dict[tuple[str, UUID | None], list[UUID]] = defaultdict(list)
    for one in raised:
        ids[one.alert, one.cause_id].append(one.event_id)
    for (alert, _), several in ids.items():
        if len(several) > 1:
            verdict.fault(f"{alert} was raised more than once", *several)


# -- nothing that was not called for --------------------------------------------------------------------------------


def _called_for(evidence: Evidence, verdict: Verdict, case: Course, one: Raised) -> None:
    profiles = profiles_at(evidence, case.of.partnership, one.ms)
    if not profiles:
        verdict.looked["by a profile that is not kept"] += 1
        return
    if one.alert == FURTHER:
        _of_news(verdict, case, one, profiles)
        return
    if one.alert == NOT_REACHED:
        _of_unreached(evidence, verdict, case, one, profiles)
        return
    if one.alert.startswith(SCHOOLS):
        if not any(profile.encompass and one.teams == (profile.encompass.team,) for profile in profiles):
            verdict.fault(f"{one.alert} is for the Operation Encompass team alone", one.event_id, case.case_id)
        return
    known = [(profile, alert) for profile in profiles for alert in profile.alerts if alert.name == one.alert]
    if not any(alert.teams == one.teams for _, alert in known):
        verdict.fault(f"{one.alert} is no alert of the profile, or is for other teams", one.event_id, case.case_id)
    elif not any(
        (alert.on == AT_FLAG) == (one.cause_id is not None) and _held(evidence, case, alert.conditions, profile, one)
        for profile, alert in known
    ):
        verdict.fault(f"{one.alert} was raised, and its conditions did not hold", one.event_id, case.case_id)
    if one.cause_id and not any(isinstance(flag, Flagged) and flag.event_id == one.cause_id for flag in case.turns):
        verdict.fault(f"{one.alert} was raised for a flag that nobody raised", one.event_id, one.cause_id)


def _held(evidence: Evidence, case: Course, conditions: Iterable[object], profile: Partnership, one: Raised) -> bool:
    """In some state before it was raised."""
    return any(
        hold(conditions, known_of_case(evidence, contact, profile, state))  # type: ignore[arg-type]
        for state in between(case.standings, -1, one.place.offset)
        for contact in case.contacts(one.ms)
    )


# -- everything that was --------------------------------------------------------------------------------------------


def _owed(evidence: Evidence, verdict: Verdict, case: Course, raised: set[tuple[str, UUID | None]]) -> None:
    profiles = profiles_at(evidence, case.of.partnership, case.of.ms)
    due = [set(_due(evidence, case, profile)) for profile in profiles]
    for name, cause, place, ms in set.intersection(*due) if due else ():
        verdict.looked["called for"] += 1
        if (name, cause) not in raised:
            verdict.missing(
                evidence, f"{name} was called for and not raised", case.case_id, *([cause] if cause else []),
                case_id=case.case_id, service="triage", after=place, ms=ms,
            )  # fmt: skip


def _due(evidence: Evidence, case: Course, profile: Partnership) -> Iterator[tuple[str, UUID | None, Place, int]]:
    """What held long enough for triage to have to say it: until now, or until triage went on to something else."""
    for alert in profile.alerts:

        def holds(states: Iterable[Standing], conditions: Iterable[object] = alert.conditions) -> bool:
            return all(
                hold(conditions, known_of_case(evidence, contact, profile, one))  # type: ignore[arg-type]
                for one in states
                for contact in (case.of, *(more.of for more in case.further))
            )

        if alert.on == AT_FLAG:
            for turn, after in zip(case.turns, range(1, len(case.standings)), strict=True):
                if isinstance(turn, Flagged) and holds(case.standings[after:]):
                    yield alert.name, turn.event_id, turn.place, turn.ms
        elif (since := _since(evidence, case)) and any(holds(states) for states in _lasting(case)):
            yield alert.name, None, *since


def _since(evidence: Evidence, case: Course) -> tuple[Place, int] | None:
    """The record after which triage looks for alerts: that it was opened; or returned, where harm is reported."""
    opened = next((one for one in case.turns if isinstance(one, Opened)), None)
    if opened is not None:
        return opened.place, opened.ms
    back = evidence.index.sent_back.get(case.case_id)
    return (back.place, back.ms) if back and case.of.shape.immediate_harm else None


def _lasting(case: Course) -> Iterator[list[Standing]]:
    """From when it was opened, and its children were looked up, to the first thing that triage did besides; and how it
    stands now, while nothing is decided.
    """
    start = next((index for index, one in enumerate(case.standings) if one.opened), 0)
    looked = next((index for index, one in enumerate(case.standings) if one.looked), start)
    acted = (Rated, Directed, Marked, Ruled, Linked, Passed)
    acts = (index for index, one in enumerate(case.turns) if isinstance(one, acted))
    start = max(start, looked)
    end = next((index for index in acts if index >= start), len(case.turns))
    yield case.standings[start : end + 1]
    if not case.standings[-1].decided:
        yield case.standings[-1:]


# -- what came too late ---------------------------------------------------------------------------------------------


def _of_news(verdict: Verdict, case: Course, one: Raised, profiles: Profiles) -> None:
    if not any(more.event_id == one.cause_id and more.is_news for more in case.further):
        verdict.fault(f"{one.alert} was raised, and no such notification brought news", one.event_id, case.case_id)
    if not any(one.teams == _whoever_decides(profile) for profile in profiles):
        verdict.fault(f"{one.alert} was raised for other teams", one.event_id, case.case_id)


def _too_late(evidence: Evidence, verdict: Verdict, case: Course, raised: set[UUID | None]) -> None:
    """Children whom nobody was asked about, what is graver or has another name: who was asked is told of what the
    routing knew.
    """
    routed = next((one for one in case.turns if isinstance(one, Rated) and one.first), None)
    for more in case.further[routed.notifications - 1 :] if routed else ():
        if not more.is_news:
            continue
        verdict.looked["notifications that came too late"] += 1
        if more.event_id not in raised:
            verdict.missing(
                evidence, f"{FURTHER} was called for and not raised", case.case_id, more.event_id,
                case_id=case.case_id, service="triage", after=more.of.place, ms=more.ms,
            )  # fmt: skip


def _whoever_decides(profile: Partnership) -> tuple[str, ...]:
    """The hub's team for alarms. Where the profile names none: the first to which no contact is passed on, else the
    first of all.
    """
    if profile.known.alarms is not None:
        return (profile.known.alarms,)
    passed_to = {profile.known.team}.union(kind.team for kind in profile.contact_types.values())
    own = tuple(team for team in profile.teams if team not in passed_to)
    return (own or tuple(profile.teams))[:1]


# -- whom nobody reached --------------------------------------------------------------------------------------------


def _of_unreached(evidence: Evidence, verdict: Verdict, case: Course, one: Raised, profiles: Profiles) -> None:
    if not any(one.teams == _whoever_decides(profile) for profile in profiles):
        verdict.fault(f"{one.alert} was raised for other teams", one.event_id, case.case_id)
    if not any(end.event_id == one.cause_id for end in evidence.index.unreached):
        verdict.fault(f"{one.alert} was raised, and nothing was undelivered", one.event_id, case.case_id)


def _not_reached(evidence: Evidence, verdict: Verdict) -> None:
    """The hub has stepped back there: a person must tell whoever holds the child, or was to deal with the contact."""
    index = evidence.index
    for end in index.unreached:
        of = index.particulars.get(end.case_id)
        profiles = profiles_at(evidence, of.partnership, end.ms) if of else ()
        if not profiles or not all(one.known.alarms for one in profiles):
            continue  # an older profile names nobody: its hub may not have had the alarm yet
        verdict.looked["holders who were not reached"] += 1
        alarms = (
            one for one in index.turns.get(end.case_id, ()) if isinstance(one, Raised) and one.alert == NOT_REACHED
        )
        if not any(one.cause_id == end.event_id for one in alarms):
            verdict.missing(
                evidence, f"{NOT_REACHED} was called for and not raised", end.case_id, end.event_id,
                case_id=end.case_id, service="mailer", after=end.place, ms=end.ms,
            )  # fmt: skip


# -- who was told ---------------------------------------------------------------------------------------------------


def _milestones(evidence: Evidence, verdict: Verdict, case: Course, letters: dict[UUID, set[int]]) -> None:
    for one in case.turns:
        if isinstance(one, Marked):
            kinds = [
                profile.milestones[one.milestone].alerts
                for profile in profiles_at(evidence, case.of.partnership, one.ms)
                if one.milestone in profile.milestones
            ]
            teams = set(kinds[0]).intersection(*kinds) if kinds else set()
            _told(evidence, verdict, case, one.event_id, teams, letters[one.event_id], one.place, one.ms)


def _told(
    evidence: Evidence, verdict: Verdict, case: Course, fact_id: UUID, teams: Iterable[str], letters: set[int],
    place: Place, ms: int,
) -> None:  # fmt: skip
    profiles = profiles_at(evidence, case.of.partnership, ms)
    for name in teams:
        mailboxes = {address(profile.teams[name].email) for profile in profiles if name in profile.teams}
        if mailboxes and not mailboxes & letters:
            verdict.missing(
                evidence, f"the team {name} was not written to", fact_id, case.case_id,
                case_id=case.case_id, service="triage", after=place, ms=ms,
            )  # fmt: skip
