"""What the people that the demonstration plays record: the milestones and calls of their own profile."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from mashbus.demo.keys import permissions
from mashbus.demo.recording import Course, body, courses, drawn
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Calls, MilestoneKind
from mashbus.synthetic.chance import chance
from tests.unit.demo.played import WEEKS


def kind(name: str, **more: Any) -> MilestoneKind:
    return MilestoneKind(name=name, title=name, requirement="C-09", roles=frozenset({"manager"}), **more)


def profile(*kinds: MilestoneKind) -> Partnership:
    return replace(WEEKS["cambridgeshire"].partnership, milestones={one.name: one for one in kinds})


DECIDED, HELD = kind("strategy-discussion-decided"), kind("strategy-discussion-held")
TOLD = kind("family-told")


def names(found: list[Course]) -> list[tuple[str, str | None]]:
    return [(one.kind.name, one.met_by.name if one.met_by else None) for one in found]


def test_C_09_what_starts_a_clock_is_followed_by_what_meets_it_and_the_rest_stands_alone() -> None:
    found = list(courses(profile(DECIDED, HELD, TOLD)))
    assert names(found) == [(DECIDED.name, HELD.name), (TOLD.name, None)]


def test_M_12_an_answer_is_never_recorded_by_itself() -> None:
    reply = kind("reply", answers="family-told")
    assert names(list(courses(profile(TOLD, reply)))) == [(TOLD.name, None)]


@pytest.mark.parametrize("name", WEEKS)
def test_every_profile_s_milestones_can_be_played(name: str) -> None:
    partnership = WEEKS[name].partnership
    may = permissions(partnership)
    for course in courses(partnership):
        for one in (course.kind, course.met_by):
            assert one is None or all("record" in may[role] for role in one.roles)


def test_few_cases_have_one() -> None:
    there_are = courses(profile(DECIDED, HELD, TOLD))
    found = Counter(course and course.kind.name for course in (drawn(chance(n), there_are) for n in range(400)))
    assert 20 < found[DECIDED.name] < 90
    assert 15 < found[TOLD.name] < 80
    assert not any(drawn(chance(number), []) for number in range(50))


def test_a_milestone_says_its_stage_and_what_it_answers_where_it_has_such() -> None:
    said: Mapping[str, Any] = body(kind("x", stages=("manager", "director"), answers="y"), answers=str(uuid4()))
    assert said["stage"] == "manager"
    assert "answers" in said
    assert set(body(TOLD, answers=str(uuid4()))) == {"milestone", "note"}


def test_H_14_who_takes_calls_may_log_them() -> None:
    calls = Calls(topics={"consent": "Consent"}, outcomes={"advice": "Advice"}, roles=frozenset({"adviser"}))
    assert permissions(replace(profile(), calls=calls))["adviser"] == {"read", "calls"}
