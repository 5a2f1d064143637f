"""Promises P5 and P7: each organisation sees its own, with the fields it may see; keys and headers say nothing."""

from uuid import UUID

from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Copy, Fields, Told
from mashbus.verify.memory_facts import Handed
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profile_of


def addressed(evidence: Evidence) -> Verdict:
    verdict = Verdict("addressing", "an organisation is shown only what is addressed to it, and only fields it may see")
    for copies in evidence.index.copies.values():
        for copy in copies:
            verdict.looked["copies"] += 1
            _to_whom(verdict, copy)
            _fields(evidence, verdict, copy, copy.request_id)
    for handed in (one for several in evidence.index.handed.values() for one in several):
        verdict.looked["passed on"] += 1
        _to_whom(verdict, handed)
        _fields(evidence, verdict, handed, handed.event_id)
    for told in evidence.index.told:
        verdict.looked["other records"] += 1
        _to_whom(verdict, told)
        if told.held - (_allowed(evidence, told.partnership, told.organisation, None) or frozenset()):
            verdict.fault("shows fields that the sharing rule does not allow", told.event_id, told.place)
    for exposed in evidence.index.exposed:
        verdict.fault(exposed.what, exposed.place)
    for place in evidence.index.misplaced:
        verdict.fault("a record outside its case's partition", place)
    verdict.looked["keys and headers"] = sum(
        count for topic, count in evidence.index.records.items() if not topic.endswith((".responses", ".submissions"))
    )
    return verdict


def _to_whom(verdict: Verdict, one: Copy | Told | Handed) -> None:
    if one.names != one.organisation:
        verdict.fault(f"addressed to {one.names} and on the topic of {one.organisation}", one.event_id, one.place)
    if one.referrer:
        verdict.fault("something of the referrer is in it (G-21)", one.event_id, one.place)
    if one.others:
        verdict.fault(
            "something of another professional or a child's own view is in it (G-21)", one.event_id, one.place
        )


def _fields(evidence: Evidence, verdict: Verdict, copy: Copy | Handed, about: UUID) -> None:
    """`about`: what its DisclosureMade is of."""
    allowed = _allowed(evidence, copy.partnership, copy.organisation, about)
    if allowed is None:
        verdict.fault(f"{copy.organisation} is no organisation of {copy.partnership}", copy.event_id, copy.place)
        return
    held = copy.held - {"adult"} if any(name.startswith("adult.") for name in allowed) else copy.held
    _more(verdict, "shows fields that the sharing rule does not allow", held - allowed, copy)
    _more(verdict, "shows fields that it does not disclose", held - {"adult"} - copy.disclosed, copy)
    _more(verdict, "discloses fields that the sharing rule does not allow", copy.disclosed - allowed, copy)
    _more(verdict, "shows what its case's contact does not say", copy.foreign, copy)


def _more(verdict: Verdict, what: str, names: Fields, copy: Copy | Handed) -> None:
    if names:
        verdict.fault(f"{what} ({', '.join(sorted(names))})", copy.event_id, copy.place)


def _allowed(evidence: Evidence, partnership: str, organisation: str, request_id: UUID | None) -> Fields | None:
    """By the version that its DisclosureMade names, where that is kept; else as the profile is now."""
    profile = evidence.profiles.get(partnership)
    for one in evidence.index.disclosures.get(request_id, ()) if request_id else ():
        if one.profile and one.organisation == organisation:
            profile = profile_of(evidence, partnership, one.profile) or profile
    found = profile.organisation(organisation) if profile else None
    return found.shared if found else None
