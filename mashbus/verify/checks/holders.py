"""Who is told that a contact was passed on: each organisation on the bus that holds one of its children, of those
children only; the allocated workers and their managers, or the profile's team; and nobody else.
"""

from mashbus.contracts.topics import requests_of
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Email
from mashbus.verify.memory_facts import Handed, Passed
from mashbus.verify.moments import Course
from mashbus.verify.taking.procedure import address
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import Profiles, profiles_at

LETTER, TO_REFERRER = EmailKind.PASSED_ON, EmailKind.DIRECTED
REFERRAL = "referral"


def told_of(evidence: Evidence, verdict: Verdict, case: Course, turn: Passed, letters: list[Email]) -> None:
    profiles = profiles_at(evidence, case.of.partnership, turn.ms)
    if not profiles:
        return
    _organisations(evidence, verdict, case, turn, profiles)
    _people(evidence, verdict, case, turn, letters, profiles)
    _referrer(evidence, verdict, case, turn, letters, profiles)


def _organisations(evidence: Evidence, verdict: Verdict, case: Course, turn: Passed, profiles: Profiles) -> None:
    wanted = [set(_on_the_bus(turn, profile)) for profile in profiles]
    copies = evidence.index.handed.get(turn.event_id, [])
    for copy in copies:
        verdict.looked["copies to holders"] += 1
        if copy.organisation not in set.union(*wanted):
            verdict.fault("passed on to an organisation that holds none of the children", copy.event_id, copy.place)
        else:
            _its_own(verdict, case, turn, copy)
    for organisation in sorted(set.intersection(*wanted)):
        topic, ids = requests_of(organisation), [one.event_id for one in copies if one.organisation == organisation]
        if len(ids) > 1:
            verdict.fault("passed on to one organisation under several ids", *ids)
        if not ids and not evidence.index.expired(topic, turn.place.partition, turn.ms):
            verdict.missing(
                evidence, f"CasePassedOn is not on {topic}", turn.event_id, case.case_id,
                case_id=case.case_id, service="triage", after=turn.place, ms=turn.ms,
            )  # fmt: skip


def _on_the_bus(turn: Passed, profile: Partnership) -> set[str]:
    return {one.id for one in profile.organisations if one.connected} & {one.organisation for one in turn.holders}


def _its_own(verdict: Verdict, case: Course, turn: Passed, copy: Handed) -> None:
    """Its own children, each of them, in their order among the contact's."""
    places = sorted({one.child for one in turn.holders if one.organisation == copy.organisation})
    own = len(copy.who) == len(places) and all(place in who for place, who in zip(places, copy.who, strict=True))
    if not own or copy.case_id != case.case_id:
        verdict.fault("passed on with other children than the organisation's own", copy.event_id, copy.place)


def _people(
    evidence: Evidence, verdict: Verdict, case: Course, turn: Passed, letters: list[Email], profiles: Profiles
) -> None:
    sent = {one.to: one.event_id for one in letters if one.kind == LETTER}
    wanted = [_addresses(turn, profile) for profile in profiles]
    for to in sent.keys() - set.union(*wanted):
        verdict.fault("an email about a passed on case went to somebody who does not hold it", sent[to], turn.event_id)
    if set.intersection(*wanted) - sent.keys():
        verdict.missing(
            evidence, "somebody who holds the case was not written to", turn.event_id, case.case_id,
            case_id=case.case_id, service="triage", after=turn.place, ms=turn.ms,
        )  # fmt: skip


def _addresses(turn: Passed, profile: Partnership) -> set[int]:
    """Workers and managers; the team's where one of the holders has neither, or there is no holder."""
    if LETTER not in profile.messages:
        return set()
    found = {to for one in turn.holders for to in one.spell.to}
    team = profile.teams.get(turn.team or "")
    if team is not None and (not turn.holders or not all(one.spell.to for one in turn.holders)):
        found |= {to for to in (address(team.email),) if to is not None}
    return found


def _referrer(
    evidence: Evidence, verdict: Verdict, case: Course, turn: Passed, letters: list[Email], profiles: Profiles
) -> None:
    """Where the hub plays no further part the referrer hears where it went, or the log says why not."""
    if not turn.instead or case.of.shape.opening != REFERRAL:
        return
    if not all(TO_REFERRER in profile.messages for profile in profiles):
        return
    said = any(one.kind == TO_REFERRER for one in letters) or (case.case_id, TO_REFERRER) in evidence.index.suppressed
    if not said:
        verdict.missing(
            evidence, "the referrer was not told that it was passed on", turn.event_id, case.case_id,
            case_id=case.case_id, service="triage", after=turn.place, ms=turn.ms,
        )  # fmt: skip
