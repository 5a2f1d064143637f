"""Operation Encompass (G-13): a key adult is written to at its setting's verified address and nobody else is, of its
own children alone; each has a deadline; and for whoever could not be told a person was alarmed.
"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify.checks.school_children import concerns, everybody_told, problems
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Email
from mashbus.verify.incidents import school_hash
from mashbus.verify.meeting_facts import Undelivered
from mashbus.verify.procedure_facts import Called, Raised
from mashbus.verify.taking.procedure import address
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at

KIND = EmailKind.ENCOMPASS_NOTIFICATION
PREFIX = "encompass-"
UNDATED, UNDELIVERED = "no_school_day", "undelivered"


def alarm(problem: str) -> str:
    return PREFIX + problem.replace("_", "-")


def schools(evidence: Evidence) -> Verdict:
    verdict = Verdict("schools", "key adults are told at verified addresses alone, and where that fails a person is")
    letters: dict[UUID | None, list[Email]] = defaultdict(list)
    for email in evidence.index.emails.values():
        if email.kind == KIND:
            letters[email.cause_id].append(email)
    for cause_id in letters.keys() - evidence.index.called.keys():
        verdict.fault(
            "a school was written to, and nothing called for it", *(one.event_id for one in letters[cause_id])
        )
    raised = {(one.alert, one.cause_id): one for one in _alarms(evidence)}
    for called in evidence.index.called.values():
        verdict.looked["incidents"] += 1
        _told(evidence, verdict, called, letters[called.event_id])
        _concerned(evidence, verdict, called)
        _dated(verdict, called, letters[called.event_id])
        for problem in (*called.problems, *(() if called.subjects else (UNDATED,))):
            _alarmed(evidence, verdict, called, raised, problem, called.event_id)
    for end in evidence.index.undelivered:
        verdict.looked["not delivered"] += 1
        _alarmed(evidence, verdict, end, raised, UNDELIVERED, end.event_id)
    everybody_told(evidence, verdict)
    return verdict


def _told(evidence: Evidence, verdict: Verdict, called: Called, letters: list[Email]) -> None:
    profiles = [one for one in profiles_at(evidence, called.partnership, called.ms) if one.encompass is not None]
    if not profiles:
        verdict.looked["by a profile that is not kept"] += 1
        return
    verified = [{urn: to for urn in called.settings if (to := _verified(profile, urn, called))} for profile in profiles]
    allowed = {to for one in verified for to in one.values()}
    for letter in letters:
        verdict.looked["key adults written to"] += 1
        if letter.to not in allowed:
            verdict.fault(
                "a school was written to at an address that nobody verified", letter.event_id, called.event_id
            )
        _shown(evidence, verdict, called, letter, verified)
    sent = {one.to for one in letters}
    if any(not any(one.get(urn) in sent for one in verified) for urn in called.settings) and not _gave_up(
        evidence, called
    ):
        verdict.missing(
            evidence, "a school that is told was not written to", called.event_id,
            case_id=called.case_id, service="triage", after=called.place, ms=called.ms,
        )  # fmt: skip


def _shown(evidence: Evidence, verdict: Verdict, called: Called, letter: Email, verified: list[dict[str, int]]) -> None:
    """Who its own children are, and nothing else."""
    shown = evidence.index.to_settings[letter.event_id]
    own = {child for child, urn in called.notified if any(one.get(urn) == letter.to for one in verified)}
    if own and not all(who & own for who in shown.named):
        verdict.fault("a school was told of a child that is not its own", letter.event_id, called.event_id)
    if shown.story:
        verdict.fault("a school was told what happened", letter.event_id, called.event_id)


def _concerned(evidence: Evidence, verdict: Verdict, called: Called) -> None:
    """Children of that age of such an incident, each with its own school or the reason why nobody can be told."""
    incident = evidence.index.notified.get(called.case_id)
    profiles = [one for one in profiles_at(evidence, called.partnership, called.ms) if one.encompass is not None]
    if not profiles:
        return
    if incident is None or not any(concerns(incident, profile) for profile in profiles):
        verdict.fault("schools are told of an incident that is none of theirs", called.event_id, called.case_id)
        return
    stated = {**dict.fromkeys(child for child, _ in called.notified), **dict(called.unresolved)}
    right = [problems(incident, profile, called.incident_at) for profile in profiles]
    for child, problem in stated.items():
        said = {one[child] for one in right if child in one}
        if not said:
            verdict.fault("a school is told of a child who is not of that age", called.event_id, called.case_id)
        elif problem not in said and (problem != UNDATED or called.subjects):
            verdict.fault("a child whose school can be told is not, or the other way round", called.event_id)
    for child, urn in called.notified:
        if child < len(incident.children) and incident.children[child].school != school_hash(urn):
            verdict.fault("a school is told that is not the child's own", called.event_id, called.case_id)


def _dated(verdict: Verdict, called: Called, letters: list[Email]) -> None:
    """Each email has a deadline of its own, and so has what a person must do."""
    owed = {one.event_id for one in letters} | ({called.event_id} if called.unresolved else set())
    if called.subjects and owed - set(called.subjects):
        verdict.fault("a school has no deadline by which it is told", called.event_id, *(owed - set(called.subjects)))


def _verified(profile: Partnership, urn: str, called: Called) -> int | None:
    """A hash of the address, as it stood on the day of the incident."""
    setting = profile.encompass.settings.get(urn) if profile.encompass else None
    day = called.incident_at.astimezone(profile.zone).date()
    if setting is None or setting.verified_on is None or setting.verified_on > day:
        return None
    return address(setting.email)


def _gave_up(evidence: Evidence, called: Called) -> bool:
    """The directory lost an address before the email was made: that is said, and alarmed."""
    return any(end.kind == "EmailSuppressed" for end in evidence.index.email_ends.get(called.event_id, ()))


def _alarms(evidence: Evidence) -> Iterator[Raised]:
    turns = (turn for case in evidence.index.turns.values() for turn in case)
    return (one for one in turns if isinstance(one, Raised) and one.alert.startswith(PREFIX))


def _alarmed(
    evidence: Evidence, verdict: Verdict, called: Called | Undelivered,
    raised: dict[tuple[str, UUID | None], Raised], problem: str, cause_id: UUID,
) -> None:  # fmt: skip
    verdict.looked["alarms called for"] += 1
    if (alarm(problem), cause_id) not in raised:
        verdict.missing(
            evidence, f"{alarm(problem)} was called for and not raised", called.case_id, cause_id,
            case_id=called.case_id, service="triage", after=called.place, ms=called.ms,
        )  # fmt: skip
