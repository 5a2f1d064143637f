"""Promise P1: what a client was told is taken, is in the log, and has become a case, or was returned or quarantined."""

from collections import Counter, defaultdict
from uuid import UUID

from mashbus.contracts.topics import DIRECTORY
from mashbus.verify.evidence import Evidence
from mashbus.verify.receipts import Receipt
from mashbus.verify.verdict import Verdict

_DECISIONS = {
    "rating": "RatingGiven",
    "outcome": "OutcomeGiven",
    "enough": "EnoughGiven",
    "suspension": "SuspensionGiven",
    "resumption": "ResumptionGiven",
    "milestones": "MilestoneGiven",
    "links": "LinkGiven",
    "matches": "MatchDecided",
    "meeting-results": "MeetingResultGiven",
}
_FACTS = {"consent", "involvement", "referrers"}
"""What a person found out and no service acts on."""
_NO_FACT = {"receipts"}
"""What became of an email, as its channel says: repeated by it, and no promise."""


def accepted(evidence: Evidence) -> Verdict:
    verdict = Verdict("accepted", "every accepted referral is in the story, returned or quarantined")
    _receipts(evidence, verdict)
    _contacts(evidence, verdict)
    _batches(evidence, verdict)
    return verdict


def _receipts(evidence: Evidence, verdict: Verdict) -> None:
    decisions: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    children: set[str] = set()
    for receipt in evidence.receipts or ():
        verdict.looked["receipts"] += 1
        case_id, parts = _uuid(receipt.body.get("case_id")), receipt.path.strip("/").split("/")
        if parts[-1] == "referrals":
            _referral(evidence, verdict, receipt, case_id)
        elif parts[-1] == "notifications":
            _batch_receipt(evidence, verdict, receipt)
        elif len(parts) > 1 and parts[-1] in _DECISIONS and (case_id := _uuid(parts[-2])):
            decisions[case_id, _DECISIONS[parts[-1]]].add(receipt.idempotency_key)
            _decision(evidence, verdict, receipt, case_id)
        elif parts[-1] == "holdings":
            children.add(receipt.idempotency_key)
        else:
            _other(evidence, verdict, receipt, parts)
    _children(evidence, verdict, len(children))
    taken = Counter((one.case_id, one.kind) for one in evidence.index.given.values())
    for (case_id, kind), keys in decisions.items():
        if taken[case_id, kind] < len(keys):
            verdict.fault(f"{len(keys)} x {kind} accepted and {taken[case_id, kind]} in mash.cases", case_id)


def _children(evidence: Evidence, verdict: Verdict, told: int) -> None:
    """A receipt names no child and no record: they are counted."""
    held = len(evidence.index.held)
    if told > held and not evidence.index.has_gaps(DIRECTORY, evidence.ends):
        verdict.fault(f"{told} children were told of and {held} such are in mash.directory")


def _referral(evidence: Evidence, verdict: Verdict, receipt: Receipt, case_id: UUID | None) -> None:
    contact = evidence.index.contacts.get(case_id) if case_id else None
    if contact is None or contact.kind != "ReferralReceived":
        verdict.fault("a referral was accepted and is not in mash.referrals", str(case_id), f"line {receipt.line}")


def _decision(evidence: Evidence, verdict: Verdict, receipt: Receipt, case_id: UUID) -> None:
    said = receipt.body.get("event_id")
    given = evidence.index.given.get(_uuid(said) or case_id)
    if said is not None and (given is None or given.case_id != case_id):
        verdict.fault("a decision was accepted and is not in mash.cases", str(said), case_id)


def _other(evidence: Evidence, verdict: Verdict, receipt: Receipt, parts: list[str]) -> None:
    if len(parts) > 1 and parts[-1] in _FACTS and (case_id := _uuid(parts[-2])):
        _stated(evidence, verdict, receipt, case_id)
    elif parts[-1] == "calls":
        if receipt.body.get("reference") not in evidence.index.calls:
            verdict.fault("a call was accepted and is not in mash.hub", f"line {receipt.line}")
    elif parts[-1] not in _NO_FACT:
        verdict.fault("a receipt for what no check knows", f"line {receipt.line}", receipt.path)


def _stated(evidence: Evidence, verdict: Verdict, receipt: Receipt, case_id: UUID) -> None:
    said = _uuid(receipt.body.get("event_id"))
    if said not in {turn.event_id for turn in evidence.index.turns.get(case_id, ())}:
        verdict.fault("what a person found out was accepted and is not in mash.cases", str(said), case_id)


def _batch_receipt(evidence: Evidence, verdict: Verdict, receipt: Receipt) -> None:
    batch_id = _uuid(receipt.body.get("batch_id"))
    batch = evidence.index.batches.get(batch_id) if batch_id else None
    if batch_id is None or batch is None:
        verdict.fault("a batch was accepted and has no account in mash.police-notifications", str(batch_id))
        return
    told = tuple(receipt.body.get(name) for name in batch._fields[1:])
    if told != batch[1:]:
        verdict.fault("a batch's account says other numbers than its receipt", batch_id)


def _contacts(evidence: Evidence, verdict: Verdict) -> None:
    index = evidence.index
    for case_id, contact in index.contacts.items():
        verdict.looked[contact.kind] += 1
        back = index.sent_back.get(case_id)
        if back and back.missing and contact.harm:
            verdict.fault("a report of immediate harm was returned for missing items (P8)", case_id, back.event_id)
        if (case_id, "CaseOpened") in index.stated or case_id in index.returned:
            continue
        if not index.is_quarantined(contact.place, "triage"):
            verdict.missing(
                evidence, "accepted, and neither opened nor returned nor quarantined", case_id, contact.event_id,
                case_id=case_id, service="triage", after=contact.place, ms=contact.ms,
            )  # fmt: skip


def _batches(evidence: Evidence, verdict: Verdict) -> None:
    for batch_id, batch in evidence.index.batches.items():
        verdict.looked["batches"] += 1
        # More is possible: a second content under the batch's key was taken and not reconciled.
        if batch.incidents > len(evidence.index.incidents.get(batch_id, ())):
            verdict.fault("a batch's account counts more incidents than the log holds", batch_id, batch.event_id)


def _uuid(said: object) -> UUID | None:
    try:
        return UUID(str(said))
    except ValueError:
        return None
