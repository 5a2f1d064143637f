"""Cases that belong together (G-01): linked and never merged, each told of the other; of a duplicate nobody is asked.

What the bus links by itself it can show: the same content within the profile's window, or an identifier under which
both contacts lie in mash.contacts, the earlier one first. Retention may have taken the claims; then that is counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from mashbus.contracts.topics import CONTACTS
from mashbus.domain.partnership import Partnership
from mashbus.verify.already_known import begins
from mashbus.verify.evidence import Evidence
from mashbus.verify.memory_facts import BY_MATCH, CONTENT, DUPLICATE, Claim, Linked
from mashbus.verify.moments import Course, cases, received_at
from mashbus.verify.procedure_facts import Rated
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at

Claims = Mapping[UUID, Mapping[tuple[str, str], Claim]]
"""By case and by what it was found by: the first claim of each."""


def linked(evidence: Evidence) -> Verdict:
    verdict = Verdict("links", "cases are linked by what shows it, each knows of the other, and duplicates ask nobody")
    claims = _claims(evidence)
    for link in evidence.index.links:
        verdict.looked["links"] += 1
        if not link.person:
            _shown(evidence, verdict, link, claims)
        _of_one_hub(evidence, verdict, link)
    _asked(evidence, verdict)
    _circles(evidence, verdict)
    _noted(evidence, verdict)
    return verdict


def _claims(evidence: Evidence) -> Claims:
    found: dict[UUID, dict[tuple[str, str], Claim]] = defaultdict(dict)
    for key, claims in evidence.index.claims.items():
        for one in claims:
            found[one.case_id].setdefault(key, one)
    return found


# -- what the bus links by itself -------------------------------------------------------------------------------------


def _shown(evidence: Evidence, verdict: Verdict, link: Linked, claims: Claims) -> None:
    if link.kind == DUPLICATE:
        _same_content(evidence, verdict, link)
    elif set(link.by) <= {BY_MATCH}:
        verdict.looked["by people's decisions on matches"] += 1
        return
    ours, theirs = claims.get(link.case_id, {}), claims.get(link.to, {})
    shared = [(ours[key], theirs[key]) for key in ours.keys() & theirs.keys() if _is_meant(ours[key], link)]
    if not shared and _is_cut(evidence):
        verdict.looked["past retention"] += 1
    elif not any(their.place < our.place for our, their in shared):
        verdict.fault(
            "linked, and nothing in mash.contacts shows the earlier case", link.event_id, link.case_id, link.to
        )
    elif not _in_window(evidence, link, [their.received_at for _, their in shared]):
        verdict.fault("linked to a case that lies further back than the window", link.event_id, link.case_id, link.to)


def _is_meant(claim: Claim, link: Linked) -> bool:
    return (claim.kind == CONTENT) is (link.kind == DUPLICATE)


def _same_content(evidence: Evidence, verdict: Verdict, link: Linked) -> None:
    contacts = evidence.index.contacts
    ours, theirs = contacts.get(link.case_id), contacts.get(link.to)
    if ours is None or theirs is None or ours.content_hash != theirs.content_hash:
        verdict.fault("linked as a duplicate of another content", link.event_id, link.case_id, link.to)


def _in_window(evidence: Evidence, link: Linked, received: Iterable[datetime]) -> bool:
    of = evidence.index.particulars.get(link.case_id)
    profiles = profiles_at(evidence, of.partnership, link.ms) if of else ()
    if of is None or not profiles:
        return True
    at = received_at(evidence, of)
    return any(_is_recent(one, at, link, profile) for one in received for profile in profiles)


def _is_recent(earlier: datetime, at: datetime, link: Linked, profile: Partnership) -> bool:
    if link.kind == DUPLICATE:
        return at - earlier <= profile.known.duplicate
    today = at.astimezone(profile.zone).date()
    return earlier.astimezone(profile.zone).date() >= begins(profile.known.re_referral, today)


def _is_cut(evidence: Evidence) -> bool:
    return any(first > 0 for (topic, _), (first, _) in evidence.index.begins.items() if topic == CONTACTS)


# -- what holds of every link -----------------------------------------------------------------------------------------


def _of_one_hub(evidence: Evidence, verdict: Verdict, link: Linked) -> None:
    ours, theirs = (evidence.index.contacts.get(one) for one in (link.case_id, link.to))
    if link.case_id == link.to or theirs is None or (ours and ours.partnership != theirs.partnership):
        verdict.fault("linked to itself, or to no case of its partnership", link.event_id, link.case_id, link.to)


def _asked(evidence: Evidence, verdict: Verdict) -> None:
    for case in cases(evidence):
        for turn, before in zip(case.turns, case.standings, strict=False):
            if isinstance(turn, Rated) and turn.first and before.stood_for and not _said_since(evidence, case, turn):
                verdict.fault("routed, where an earlier case stands for it", turn.event_id, case.case_id, *turn.asked)
            if isinstance(turn, Linked) and turn.stands_aside and before.asked:
                verdict.fault(f"linked as {turn.kind} after its requests were out", turn.event_id, case.case_id)


def _said_since(evidence: Evidence, case: Course, turn: Rated) -> bool:
    """A person who could know of the link rated it all the same: it was a mistake."""
    word = evidence.index.given.get(turn.cause_id) if turn.cause_id else None
    linked_at = (one.place.offset for one in case.turns if isinstance(one, Linked) and one.stands_aside)
    return word is not None and word.place.offset > min(linked_at)


def _circles(evidence: Evidence, verdict: Verdict) -> None:
    """A case that stands for another one does not wait for that one."""
    stands_for: dict[UUID, set[UUID]] = defaultdict(set)
    for link in evidence.index.links:
        if link.stands_aside:
            stands_for[link.case_id].add(link.to)
    for case_id, others in stands_for.items():
        reached, todo = set(), list(others)
        while todo:
            one = todo.pop()
            if one not in reached:
                reached.add(one)
                todo += stands_for.get(one, ())
        if case_id in reached:
            verdict.fault("cases that stand for one another: nobody works on either", case_id, *sorted(reached))


def _noted(evidence: Evidence, verdict: Verdict) -> None:
    """The earlier case's story tells of the later one, once."""
    links = {one.event_id: one for one in evidence.index.links}
    told: dict[UUID, list[UUID]] = defaultdict(list)
    for noted in evidence.index.noted:
        link = links.get(noted.cause_id) if noted.cause_id else None
        if link is None or (link.to, link.case_id, link.kind) != (noted.case_id, noted.later, noted.kind):
            verdict.fault("a later case was noted that is not linked", noted.event_id, noted.case_id, noted.later)
        else:
            told[link.event_id].append(noted.event_id)
    for link in links.values():
        if len(told[link.event_id]) > 1:
            verdict.fault("one link was noted under several ids", link.event_id, *told[link.event_id])
        if not told[link.event_id]:
            verdict.missing(
                evidence, "linked, and the earlier case was not told", link.event_id, link.to,
                case_id=link.case_id, service="triage", after=link.place, ms=link.ms,
            )  # fmt: skip
