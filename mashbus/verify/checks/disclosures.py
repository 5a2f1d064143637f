"""H-15: what was shared, with whom, under which rule of which profile, is on the case; once for every copy.

The fields are those that the named version's sharing rule allows, neither more nor fewer, and a copy holds no others.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Copy, Disclosure, Fields
from mashbus.verify.memory_facts import Handed, Passed
from mashbus.verify.places import Place
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profile_of

REQUEST, OUTCOME, PASSED_ON = "InformationRequested", "OutcomeShared", "CasePassedOn"
CLASS_ONLY = frozenset({"outcomes"})
"""Of an outcome, the class of the decision and nothing else."""


class Share(NamedTuple):
    """A record on an organisation's topic that shows something of a case."""

    kind: str
    event_id: UUID
    case_id: UUID
    request_id: UUID
    organisation: str
    service: str
    after: Place
    ms: int


def disclosed(evidence: Evidence) -> Verdict:
    verdict = Verdict("disclosures", "what was shared is on the case: with whom, what, under which rule and version")
    said: dict[tuple[UUID, str], list[Disclosure]] = defaultdict(list)
    for disclosures in evidence.index.disclosures.values():
        for one in disclosures:
            verdict.looked["disclosures"] += 1
            said[one.request_id, one.shared_by].append(one)
            _itself(evidence, verdict, one)
    for same in said.values():
        if len(same) > 1:
            verdict.fault("disclosed under several ids", same[0].request_id, *(one.event_id for one in same))
    for share in _shares(evidence):
        verdict.looked[share.kind] += 1
        of = [one for one in said.get((share.request_id, share.kind), ()) if one.organisation == share.organisation]
        if not of:
            verdict.missing(
                evidence, f"{share.kind} was shared, and no DisclosureMade says so", share.request_id, share.event_id,
                case_id=share.case_id, service=share.service, after=share.after, ms=share.ms,
            )  # fmt: skip
    return verdict


def _shares(evidence: Evidence) -> Iterator[Share]:
    """Copies that a fact calls for; what lies elsewhere is another check's."""
    index = evidence.index
    for request_id, copies in index.copies.items():
        asked = index.asked.get(request_id)
        for copy in copies:
            if asked and copy.organisation == asked.organisation:
                yield Share(
                    REQUEST,
                    copy.event_id,
                    asked.case_id,
                    request_id,
                    copy.organisation,
                    "triage",
                    asked.place,
                    asked.ms,
                )
    for case_id, turn in passings(evidence):
        for one in index.handed.get(turn.event_id, ()):
            yield Share(PASSED_ON, one.event_id, case_id, one.event_id, one.organisation, "triage", turn.place, turn.ms)
    for told in index.told:
        decided = index.decided.get(told.case_id) if told.case_id else None
        if told.kind == OUTCOME and decided and (told.request_id, told.organisation) in decided.answered:
            assert told.request_id is not None
            yield Share(
                OUTCOME, told.event_id, decided.case_id, told.request_id, told.organisation, "outcomes",
                decided.place, decided.ms,
            )  # fmt: skip


def _itself(evidence: Evidence, verdict: Verdict, one: Disclosure) -> None:
    asked = evidence.index.asked.get(one.request_id)
    if one.shared_by == PASSED_ON:
        _of_passing(evidence, verdict, one)
    elif asked is None:
        verdict.fault("a DisclosureMade of what nobody asked", one.request_id, one.event_id)
    elif (asked.organisation, asked.case_id) != (one.organisation, one.case_id):
        verdict.fault(
            "a DisclosureMade names another organisation or case than was asked", one.event_id, one.request_id
        )
    if one.profile is None or one.rule is None:
        verdict.fault("a DisclosureMade names no rule or no version of the profile", one.event_id, one.request_id)
        return
    allowed = _allowed(evidence, verdict, one, one.profile)
    if allowed is not None and one.disclosed != allowed:
        differs = ", ".join(sorted(one.disclosed ^ allowed))
        verdict.fault(f"discloses other fields than the rule of its version allows ({differs})", one.event_id)
    copies: Iterable[Copy | Handed] = ()
    if one.shared_by == REQUEST:
        copies = evidence.index.copies.get(one.request_id, ())
    elif one.shared_by == PASSED_ON:
        copies = evidence.index.handed_ids.get(one.request_id, ())
    for copy in copies:
        _as_copied(verdict, one, copy)


def _of_passing(evidence: Evidence, verdict: Verdict, one: Disclosure) -> None:
    """Of a contact that was passed on to that organisation."""
    turns = evidence.index.turns.get(one.case_id, ())
    holders = {holder.organisation for turn in turns if isinstance(turn, Passed) for holder in turn.holders}
    if one.organisation not in holders:
        verdict.fault("a DisclosureMade of a contact that was not passed on there", one.request_id, one.event_id)


def passings(evidence: Evidence) -> Iterator[tuple[UUID, Passed]]:
    for case_id, turns in evidence.index.turns.items():
        yield from ((case_id, turn) for turn in turns if isinstance(turn, Passed))


def _allowed(evidence: Evidence, verdict: Verdict, one: Disclosure, version: str) -> Fields | None:
    """None where it can't be said."""
    if one.shared_by == OUTCOME:
        return CLASS_ONLY
    profile = profile_of(evidence, one.partnership, version)
    if profile is None:
        verdict.looked["by a profile that is not kept"] += 1
        return None
    organisation = profile.organisation(one.organisation)
    if organisation is None or one.rule != f"organisations.{one.organisation}.shared":
        verdict.fault("a DisclosureMade names a rule that its version does not have", one.event_id, one.request_id)
        return None
    if one.shared_by == PASSED_ON:
        return frozenset(name for name in organisation.shared if not name.startswith("adult."))
    return organisation.shared


def _as_copied(verdict: Verdict, one: Disclosure, copy: Copy | Handed) -> None:
    if copy.organisation == one.organisation and (
        copy.disclosed != one.disclosed or copy.held - {"adult"} - one.disclosed
    ):
        verdict.fault("a copy shows or names other fields than were disclosed", copy.event_id, one.event_id)
