"""Operation Encompass (G-13): a key adult is written to at its setting's verified address and nobody else is, each has a
deadline, and for whoever could not be told a person was alarmed.
"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Email
from mashbus.verify.procedure_facts import Called, Raised
from mashbus.verify.taking_procedure import address
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at

KIND = EmailKind.ENCOMPASS_NOTIFICATION
PREFIX = "encompass-"
UNDATED, UNDELIVERED = "no_school_day", "undelivered"
FAILED = ("EmailFailed", "EmailSuppressed")


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
        for problem in (*called.problems, *(() if called.dated else (UNDATED,))):
            _alarmed(evidence, verdict, called, raised, problem, called.event_id)
        for end in _undelivered(evidence, letters[called.event_id]):
            _alarmed(evidence, verdict, called, raised, UNDELIVERED, end)
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
    sent = {one.to for one in letters}
    if any(not any(one.get(urn) in sent for one in verified) for urn in called.settings) and not _gave_up(
        evidence, called
    ):
        verdict.missing(
            evidence, "a school that is told was not written to", called.event_id,
            case_id=called.case_id, service="triage", after=called.place, ms=called.ms,
        )  # fmt: skip


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


def _undelivered(evidence: Evidence, letters: list[Email]) -> Iterator[UUID]:
    for letter in letters:
        ends = evidence.index.email_ends.get(letter.event_id, ())
        yield from (end.event_id for end in ends if end.kind in FAILED)


def _alarms(evidence: Evidence) -> Iterator[Raised]:
    turns = (turn for case in evidence.index.turns.values() for turn in case)
    return (one for one in turns if isinstance(one, Raised) and one.alert.startswith(PREFIX))


def _alarmed(
    evidence: Evidence, verdict: Verdict, called: Called, raised: dict[tuple[str, UUID | None], Raised], problem: str,
    cause_id: UUID,
) -> None:  # fmt: skip
    verdict.looked["alarms called for"] += 1
    if (alarm(problem), cause_id) not in raised:
        verdict.missing(
            evidence, f"{alarm(problem)} was called for and not raised", called.case_id, cause_id,
            case_id=called.case_id, service="triage", after=called.place, ms=called.ms,
        )  # fmt: skip
