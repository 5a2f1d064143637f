"""What became of each deadline, worked out anew from the log: when it was stated, what came when, what ended it.

An answer came when the broker appended it to the organisation's own topic; what acts on a person's decision or word
counts from when the broker took that; everything else from when the broker took it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.contracts.topics import responses_of
from mashbus.verify.deadline_facts import Owed
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Response

ANSWERS = {"InformationReturned": "AnswerReceived", "RequestDeclined": "AnswerDeclined"}
"""What an organisation says, and how the hub restates it."""
DECISIONS = {"OutcomeDecided", "CaseRouted", "ContactDirected", "PassedToHolder", "CaseLinked"}
ASIDE = {"PassedToHolder", "CaseLinked"}
"""By which others stand for the hub."""
EMAIL, MILESTONE = "EmailSent:", "MilestoneRecorded:"


class Story(NamedTuple):
    owed: Owed
    met: datetime | None
    ended: datetime | None
    """When it was superseded, suspended or withdrawn, or when what it waits for was given up."""
    lapses: bool


def unknown(owed: Owed) -> set[str]:
    """Records that meet it and that nothing here knows how to find."""
    return {
        one for one in owed.met_by if one not in ANSWERS.keys() | DECISIONS and not one.startswith((EMAIL, MILESTONE))
    }


def stories(evidence: Evidence) -> Iterator[Story]:
    happened = Happened(evidence)
    revisions: dict[tuple[UUID, str], list[Owed]] = defaultdict(list)
    for owed in evidence.index.deadlines.values():
        revisions[owed.subject, owed.clock].append(owed)
    for chain in revisions.values():
        chain.sort(key=lambda owed: owed.revision)
        lapsed: set[datetime] = set()
        for owed, newer in zip(chain, (*chain[1:], None), strict=True):
            story = _story(owed, happened.met(owed), happened.ended(owed, newer), lapsed)
            if story.lapses:
                lapsed.add(owed.due)
            yield story


def _story(owed: Owed, met: datetime | None, ended: datetime | None, lapsed: Collection[datetime]) -> Story:
    """Exactly at the due instant is in time (reading 6). A lapse is not said again by a re-rating that kept its instant
    or was due at once (reading 7). `lapsed`: instants of earlier revisions.
    """
    stopped = any(at is not None and at <= owed.due for at in (met, ended))
    again = owed.due in lapsed or (bool(lapsed) and owed.due <= owed.stated)
    return Story(owed, met, ended, lapses=not (stopped or again))


class Happened:
    """What can meet or end deadlines, and when."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._answers = _answers(evidence)
        self._freed, self._withdrawn = _withdrawals(evidence)
        self._suspended: dict[UUID, list[datetime]] = defaultdict(list)
        for one in evidence.index.suspended:
            self._suspended[one.deadline_id].append(one.suspended_at)

    def met(self, owed: Owed) -> datetime | None:
        return min((at for name in owed.met_by for at in self._came(owed, name)), default=None)

    def _came(self, owed: Owed, name: str) -> Iterable[datetime]:
        index, at = self._evidence.index, self._evidence.at
        if name in ANSWERS:
            found = self._answers.get((owed.subject, name))
            return (found,) if found else ()
        if name == "OutcomeDecided":
            decided = index.decided.get(owed.case_id)
            return (decided.decided_at,) if decided else ()
        if name == "CaseRouted":
            return self._routed(owed.case_id)
        if name.startswith(EMAIL):
            ends = (index.sent.get((of, name.removeprefix(EMAIL))) for of in {owed.subject, owed.case_id})
            return tuple(at(sent) for sent in ends if sent is not None)
        if name in ASIDE:
            aside = index.aside.get((owed.case_id, name))
            return () if aside is None else (at(aside),)
        if name == "ContactDirected":
            directed = index.directed.get(owed.case_id)
            return () if directed is None else (at(directed),)
        return self._reached(owed, name.removeprefix(MILESTONE))

    def _reached(self, owed: Owed, milestone: str) -> Iterable[datetime]:
        """From its anchor on. One that names what it answers (a stage of an escalation) meets only what that armed."""
        for one in self._evidence.index.milestones.get((owed.case_id, milestone), ()):
            if one.answers in {None, owed.subject} and (came := self._since(one.cause_id, one.ms)) >= owed.anchor:
                yield came

    def _routed(self, case_id: UUID) -> Iterable[datetime]:
        """By a rule: when the broker took it. By a person: when the broker took the rating that it acts on."""
        index = self._evidence.index
        routed = index.routed.get(case_id)
        if routed is None:
            return ()
        return (self._since(routed.cause_id, routed.ms),)

    def _since(self, word: UUID | None, ms: int) -> datetime:
        given = self._evidence.index.given.get(word) if word else None
        return self._evidence.at(given.ms if given else ms)

    def ended(self, owed: Owed, newer: Owed | None) -> datetime | None:
        """In the broker's time, which goes on where bus time stands still; a suspension says its own instant."""
        ends = [newer.ms] if newer else []
        ends += self._evidence.index.ended.get(owed.deadline_id, ())
        freed = self._freed.get(owed.subject, ()) if owed.coloured else ()
        ends += [ms for ms in (*freed, *self._withdrawn.get(owed.subject, ())) if ms >= owed.ms]
        instants = [*map(self._evidence.at, ends), *self._suspended.get(owed.deadline_id, ())]
        return min([*instants, *self._given_up(owed)], default=None)

    def _given_up(self, owed: Owed) -> Iterable[datetime]:
        """An email that procedure forbids is owed in no other way either; one without an address is still owed."""
        not_owed = self._evidence.index.not_owed
        for one in owed.met_by:
            if one.startswith(EMAIL) and (said := not_owed.get((owed.case_id, one.removeprefix(EMAIL)))) is not None:
                yield self._evidence.at(said)


def _answers(evidence: Evidence) -> Mapping[tuple[UUID, str], datetime]:
    """(request, what was said) -> the earliest instant at which it came."""
    found: dict[tuple[UUID, str], datetime] = {}

    def came(request_id: UUID, name: str, at: datetime) -> None:
        found[request_id, name] = min(at, found.get((request_id, name), at))

    for response in evidence.index.responses.values():
        if response.kind in ANSWERS and response.request_id and _counts(evidence, response):
            came(response.request_id, response.kind, evidence.at(response.ms))
    for answer in _past_retention(evidence):
        came(*answer)
    return found


def _counts(evidence: Evidence, response: Response) -> bool:
    """From the organisation that was asked, and taken by the hub or still to be taken: not refused, not set aside."""
    index = evidence.index
    asked = index.asked.get(response.request_id) if response.request_id else None
    if asked is None or asked.organisation != response.organisation:
        return False
    said = response.organisation, response.event_id
    return said in index.restated or not (said in index.refused or index.is_quarantined(response.place))


def _past_retention(evidence: Evidence) -> Iterator[tuple[UUID, str, datetime]]:
    """Answers whose own records the topic no longer keeps: what the hub restated at the time counts."""
    index, names = evidence.index, {restated: said for said, restated in ANSWERS.items()}
    cut = {topic for (topic, _), (first, _) in index.begins.items() if first > 0}
    for (organisation, event_id), restated in index.restated.items():
        if responses_of(organisation) in cut and (organisation, event_id) not in index.responses:
            for one in restated:
                if one.kind in names:
                    yield one.request_id, names[one.kind], one.arrived_at


def _withdrawals(evidence: Evidence) -> tuple[Mapping[UUID, list[int]], Mapping[UUID, list[int]]]:
    """By request: re-rated to a colour that sets no time, which a clock without colours does not see; and decided."""
    freed: dict[UUID, list[int]] = defaultdict(list)
    withdrawn: dict[UUID, list[int]] = defaultdict(list)
    for one in evidence.index.rerated:
        if one.due is None:
            freed[one.request_id].append(one.ms)
    for decided in evidence.index.decided.values():
        for request_id, _ in decided.withdrawn:
            withdrawn[request_id].append(decided.ms)
    return freed, withdrawn
