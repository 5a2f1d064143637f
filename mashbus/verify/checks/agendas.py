"""Meetings (H-12, G-12, G-14): a case is on the agenda that a rule puts it on, of a meeting that takes place; what was
decided there was decided by who may, on what was on the agenda; and what re-levels a case is a rating in the same name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import AgendaRule, Meeting
from mashbus.verify.conditions import hold
from mashbus.verify.evidence import Evidence
from mashbus.verify.meeting_facts import FromMeeting, Met, Placed
from mashbus.verify.moments import Course, Standing, between, cases, known_of_case
from mashbus.verify.procedure_facts import Particulars
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import Profiles, profiles_at


def agendas(evidence: Evidence) -> Verdict:
    verdict = Verdict("agendas", "a meeting decides on what was put on its agenda, and re-levels it in its own name")
    ratings: dict[UUID, list[FromMeeting]] = defaultdict(list)
    for rating in evidence.index.from_meetings:
        ratings[rating.cause_id].append(rating)
    for case in cases(evidence):
        verdict.looked["cases"] += 1
        placed = [one for one in case.turns if isinstance(one, Placed)]
        for item in placed:
            verdict.looked["items"] += 1
            _item(evidence, verdict, case, item)
        for turn in case.turns:
            if isinstance(turn, Met):
                verdict.looked["results"] += 1
                _result(evidence, verdict, case, turn, placed)
                _rated(evidence, verdict, case, turn, ratings.pop(turn.event_id, []))
        _owed(evidence, verdict, case, placed)
    for several in ratings.values():
        verdict.fault("a rating from a meeting's result that nobody recorded", *(one.event_id for one in several))
    return verdict


# -- what was put on an agenda ----------------------------------------------------------------------------------------


def _item(evidence: Evidence, verdict: Verdict, case: Course, item: Placed) -> None:
    profiles = profiles_at(evidence, case.of.partnership, item.ms)
    if not profiles:
        verdict.looked["by a profile that is not kept"] += 1
        return
    meetings = [(profile, profile.meetings[item.meeting]) for profile in profiles if item.meeting in profile.meetings]
    if not any(meeting.requirement == item.requirement for _, meeting in meetings):
        verdict.fault(f"on the agenda of {item.meeting}, which is no meeting of the profile", item.event_id)
        return
    if not any(_takes_place(item, meeting, profile) for profile, meeting in meetings):
        verdict.fault(f"on an agenda of {item.meeting} of a time at which it does not meet", item.event_id)
    if item.meets_at <= item.occurred_at:
        verdict.fault("on the agenda of a meeting that was over", item.event_id, case.case_id)
    if not any(_called_for(evidence, case, item, *pair) for pair in meetings):
        verdict.fault(f"on the agenda of {item.meeting}, and no rule of it held", item.event_id, case.case_id)


def _takes_place(item: Placed, meeting: Meeting, profile: Partnership) -> bool:
    local = item.meets_at.astimezone(profile.zone)
    return local.weekday() in meeting.days and local.time().replace(tzinfo=None) == meeting.at


def _called_for(evidence: Evidence, case: Course, item: Placed, profile: Partnership, meeting: Meeting) -> bool:
    """In some state before, by a rule with that reason, of a case that the meeting is about."""
    return any(
        _concerns(meeting, state)
        and any(rule.reason in item.reasons for rule in _rules(evidence, one, state, meeting, profile))
        for state in between(case.standings, -1, item.place.offset)
        for one in case.contacts(item.ms)
    )


def _rules(
    evidence: Evidence, of: Particulars, state: Standing, meeting: Meeting, profile: Partnership
) -> Iterator[AgendaRule]:
    known = known_of_case(evidence, of, profile, state)
    return (rule for rule in meeting.items if hold(rule.conditions, known))


def _concerns(meeting: Meeting, state: Standing) -> bool:
    """Not what another case stands for; what is closed, or its holder's, only where the meeting says so."""
    theirs = state.rating is None
    if (state.stood_for and theirs) or not state.opened:
        return False
    return meeting.also_closed or not (state.decided or (state.handed_over and theirs))


def _owed(evidence: Evidence, verdict: Verdict, case: Course, placed: Iterable[Placed]) -> None:
    """As the case stands now. What a meeting has decided on since may be no news to it."""
    if not case.turns:
        return
    last, state = case.turns[-1], case.standings[-1]
    there = {(one.meeting, reason) for one in placed for reason in one.reasons}
    met = {one.meeting for one in case.turns if isinstance(one, Met)}
    profiles = profiles_at(evidence, case.of.partnership, last.ms)
    due = [set(_due(evidence, case, state, profile)) for profile in profiles]
    for meeting, reason in sorted(set.intersection(*due) if due else ()):
        verdict.looked["called for"] += 1
        if (meeting, reason) not in there and meeting not in met:
            verdict.missing(
                evidence, f"to be on the agenda of {meeting}, and is not", case.case_id,
                case_id=case.case_id, service="triage", after=last.place, ms=last.ms,
            )  # fmt: skip


def _due(evidence: Evidence, case: Course, state: Standing, profile: Partnership) -> Iterator[tuple[str, str]]:
    for meeting in profile.meetings.values():
        if _concerns(meeting, state):
            rules = _rules(evidence, case.last, state, meeting, profile)
            yield from ((meeting.name, rule.reason) for rule in rules)


# -- what was decided there -------------------------------------------------------------------------------------------


def _result(evidence: Evidence, verdict: Verdict, case: Course, turn: Met, placed: list[Placed]) -> None:
    """What was about to be put on the agenda when it was decided on, was put there afterwards."""
    if not any(one.meeting == turn.meeting for one in placed):
        verdict.fault(f"{turn.meeting} decided on what was not on its agenda", turn.event_id, case.case_id)
    profiles: Profiles = profiles_at(evidence, case.of.partnership, turn.ms)
    meetings = [profile.meetings[turn.meeting] for profile in profiles if turn.meeting in profile.meetings]
    if profiles and not any(turn.result in one.results for one in meetings):
        verdict.fault(f"{turn.result} is no result of {turn.meeting}", turn.event_id, case.case_id)
    elif profiles and not any(turn.role in one.roles for one in meetings):
        verdict.fault(f"the role '{turn.role}' may not record what {turn.meeting} decided", turn.event_id, case.case_id)
    word = evidence.index.given.get(turn.cause_id) if turn.cause_id else None
    if word is None or (word.kind, word.case_id) != ("MeetingResultGiven", case.case_id):
        verdict.fault("a meeting's result recorded without anybody's word", turn.event_id, case.case_id)
    elif profiles and not any(turn.met_on <= evidence.at(word.ms).astimezone(one.zone).date() for one in profiles):
        verdict.fault("a result of a meeting that was still to come", turn.event_id, case.case_id)


def _rated(evidence: Evidence, verdict: Verdict, case: Course, turn: Met, ratings: list[FromMeeting]) -> None:
    """One rating where it re-levels the case, by the same person and saying the same; none where it does not."""
    for rating in ratings:
        if (rating.by, rating.levels, rating.case_id) != (turn.by, turn.levels, case.case_id):
            verdict.fault(
                "a rating by somebody else, or another one, than the meeting's", rating.event_id, turn.event_id
            )
    if len(ratings) > 1:
        verdict.fault("one result is several ratings", turn.event_id, *(one.event_id for one in ratings))
    if turn.levels is not None and not ratings:
        verdict.missing(
            evidence, "a meeting re-levelled the case, and no rating was made of it", turn.event_id, case.case_id,
            case_id=case.case_id, service="triage", after=turn.place, ms=turn.ms,
        )  # fmt: skip
