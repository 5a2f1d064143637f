"""Who is written to about an outcome: every referrer who is to be told, every agency that answered, and nobody else
(H-10, J-17, J-18, J-22). And no letter of any kind goes to a kind of referrer that the profile's message is not for.
"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Email
from mashbus.verify.moments import Course, Standing, cases
from mashbus.verify.procedure_facts import Ruled
from mashbus.verify.recipients import Teller, referrers
from mashbus.verify.taking.procedure import address
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import Profiles, profiles_at

OUTCOME, TO_AGENCY = EmailKind.OUTCOME, EmailKind.OUTCOME_TO_AGENCY
REFERRERS = ("referrer", "further_referrer")


def written(evidence: Evidence) -> Verdict:
    verdict = Verdict("letters", "an outcome is told in writing to whom the procedure tells it, and to nobody else")
    by_case: dict[UUID, list[Email]] = defaultdict(list)
    for email in evidence.index.emails.values():
        by_case[email.case_id].append(email)
    for case in cases(evidence):
        letters = by_case.get(case.case_id, [])
        for turn, before in zip(case.turns, case.standings, strict=False):
            if isinstance(turn, Ruled):
                verdict.looked["outcomes"] += 1
                _outcome(
                    evidence, verdict, case, turn, before, [one for one in letters if one.cause_id == turn.event_id]
                )
        decided = {turn.event_id for turn in case.turns if isinstance(turn, Ruled)}
        for email in letters:
            verdict.looked["letters"] += 1
            if email.kind in {OUTCOME, TO_AGENCY} and email.cause_id not in decided:
                verdict.fault("an outcome told before there is one", email.event_id, case.case_id)
            _kinds(evidence, verdict, case, email)
    return verdict


def _outcome(
    evidence: Evidence, verdict: Verdict, case: Course, turn: Ruled, before: Standing, letters: list[Email]
) -> None:
    profiles = profiles_at(evidence, case.of.partnership, turn.ms)
    if not profiles:
        verdict.looked["by a profile that is not kept"] += 1
        return
    everybody = list(referrers(evidence, case.case_id, before=turn.place.offset))
    for kind, wanted in (
        (OUTCOME, [set(_to_be_told(turn, before, everybody, profile)) for profile in profiles]),
        (TO_AGENCY, [set(_agencies(turn, profile)) for profile in profiles]),
    ):
        sent = {one.to: one for one in letters if one.kind == kind}
        for to in sent.keys() - set.union(*wanted):
            verdict.fault(f"the {kind} email went to somebody who is not told", sent[to].event_id, turn.event_id)
        if set.intersection(*wanted) - sent.keys():
            verdict.missing(
                evidence, f"somebody who is told was not sent the {kind} email", turn.event_id, case.case_id,
                case_id=case.case_id, service="outcomes", after=turn.place, ms=turn.ms,
            )  # fmt: skip


def _to_be_told(turn: Ruled, before: Standing, everybody: list[Teller], profile: Partnership) -> Iterator[int]:
    """Addresses of those with a decision to tell them, of a kind that every pathway and the message itself tells."""
    withheld = {referrer_id for referrer_id, _ in turn.withheld}
    message = profile.messages.get(OUTCOME)
    ways = [profile.pathways[name].tells for name in before.pathways if name in profile.pathways]
    for one in everybody:
        told = turn.tells if one.referrer_id is None else one.referrer_id not in withheld
        kinds = [*ways, message.to] if message else []
        if message and told and one.to is not None and all(among is None or one.kind in among for among in kinds):
            yield one.to


def _agencies(turn: Ruled, profile: Partnership) -> Iterator[int]:
    """Mailboxes of those that answered (J-17)."""
    for name in turn.answered if TO_AGENCY in profile.messages else ():
        organisation = profile.organisation(name)
        if organisation and (to := address(organisation.email)) is not None:
            yield to


def _kinds(evidence: Evidence, verdict: Verdict, case: Course, email: Email) -> None:
    """J-18: whoever the message is not for gets none, whatever it is about."""
    profiles: Profiles = profiles_at(evidence, case.of.partnership, email.ms)
    if email.recipient not in REFERRERS or not profiles:
        return
    kinds = {one.kind for one in referrers(evidence, case.case_id) if one.to == email.to}
    if not kinds:
        verdict.fault("a letter to a referrer whom the case does not have", email.event_id, case.case_id)
    messages = [profile.messages.get(EmailKind(email.kind)) for profile in profiles]
    if kinds and not any(one and (one.to is None or kinds & set(one.to)) for one in messages):
        verdict.fault(f"the {email.kind} email is not for this kind of referrer", email.event_id, case.case_id)
