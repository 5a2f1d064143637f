"""A deadline that stands still, as readers see it: who stopped it, what is left of it, and no instant that holds."""

from pathlib import Path

from status_story import CASE, EDUCATION, MANAGER, SECRET, Told, at, meta, story

from mashbus.contracts import hub, topics
from mashbus.domain.case import Case
from mashbus.domain.clocks import resumed
from mashbus.domain.vocabulary import Knowledge
from mashbus.profiles import load
from services.status.answers import CaseAnswer, whole_case
from services.status.view import VIEW, View, evolve

HACKNEY = load("hackney", Path(__file__).parents[3] / "partnerships")
ORGANISATION = "hackney-education"
OWED = EDUCATION.deadline
SAID = {"actor": MANAGER, "clock": OWED.clock, "organisation": ORGANISATION, "rationale": SECRET}
DONE = {"decided_by": MANAGER, "rationale": SECRET}


def stopped() -> list[Told]:
    given = hub.SuspensionGiven(meta=meta("stop", 4), **SAID)
    still = hub.DeadlineSuspended(
        meta=meta("stopped", 4.5, given.meta.event_id), deadline_id=OWED.deadline_id, subject=OWED.subject,
        clock=OWED.clock, organisation=ORGANISATION, suspended_at=at(4),
        left_microseconds=(OWED.due - at(4)).seconds * 10**6, **DONE,
    )  # fmt: skip
    return [(given, at(4)), (still, at(4.5))]


def running_again() -> list[Told]:
    given = hub.ResumptionGiven(meta=meta("go on", 40), **SAID)
    deadline = resumed(HACKNEY.clocks[OWED.clock], OWED, OWED.due - at(4), at(40), revision=2)
    return [(given, at(40)), (hub.DeadlineResumed(meta=meta("gone on", 40), deadline=deadline, **DONE), at(40))]


def answer() -> Told:
    record = hub.AnswerReceived(
        meta=meta("at last", 50), request_id=EDUCATION.request_id, organisation=ORGANISATION, arrived_at=at(50),
        knowledge=Knowledge.KNOWN, summary=SECRET, analysis=None, chronology=(),
    )  # fmt: skip
    return record, at(50)


def seen(*more: Told) -> CaseAnswer:
    """The case of the story until its second hour, and what happened then."""
    view = View(case=Case.of(CASE))
    for record, appended in [one for one in story()[topics.CASES] if one[1] < at(2)] + list(more):
        view = evolve(view, record, appended)
    assert SECRET not in VIEW.dump_json(view).decode()
    return whole_case(view, HACKNEY)


def asked(case: CaseAnswer) -> tuple[str, object]:
    (one,) = [one for one in case.requests if one.organisation == ORGANISATION]
    return one.status, one.due


def states(case: CaseAnswer) -> list[str]:
    return [one.state for one in case.deadlines if one.owner == ORGANISATION]


def test_while_it_stands_still_no_instant_is_told_and_the_answer_is_awaited() -> None:
    assert asked(seen()) == ("awaited", OWED.due)
    case = seen(*stopped())
    assert asked(case) == ("awaited", None)
    assert states(case) == ["suspended"]
    assert case.next_due == min(one.due for one in case.deadlines if one.state == "running")


def test_resumed_the_new_instant_is_told() -> None:
    case = seen(*stopped(), *running_again())
    assert asked(case) == ("awaited", OWED.due + (at(40) - at(4)))
    assert states(case) == ["superseded", "running"]


def test_an_answer_is_late_by_the_instant_that_held_and_by_no_other() -> None:
    assert asked(seen(*stopped(), answer()))[0] == "answered"
    assert asked(seen(*stopped(), *running_again(), answer()))[0] == "answered"
    assert asked(seen(answer()))[0] == "late"


def test_the_timeline_says_who_and_what_is_left_and_until_when_and_nobody_s_narrative() -> None:
    told = {
        moment.what: (moment.who, moment.detail, moment.at) for moment in seen(*stopped(), *running_again()).timeline
    }
    whose = f"{ORGANISATION}, agency response"
    left = "stands still until a person resumes it, with 20:06:00 of its time left"
    assert told[f"Suspension given: {whose}"] == ("mash_manager", "", at(4))
    assert told[f"Deadline suspended: {whose}"] == ("mash_manager", left, at(4))
    assert told[f"Resumption given: {whose}"][0] == "mash_manager"
    assert told[f"Deadline resumed: {whose} (amber)"] == ("mash_manager", "runs until 2026-06-10 20:06:00 UTC", at(40))
