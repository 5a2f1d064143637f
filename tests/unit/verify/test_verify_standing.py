"""Verify and triage agree on what still stands, whatever is recorded in whatever order, late or by name (G-14)."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from test_verify_facts import T0, taken
from verified_log import HACKNEY, MANAGER, uid

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.story import evolve
from mashbus.domain.case import Case
from mashbus.domain.facts import standing
from mashbus.domain.procedure import MilestoneKind
from mashbus.verify.index import Index
from mashbus.verify.moments import _still_there, moments
from mashbus.verify.taking.records import Taking

ENDS = {"missing": None, "found": "missing", "held": None, "freed": "held", "visit": None}
PROFILE = replace(
    HACKNEY,
    milestones={
        name: MilestoneKind(name=name, title=name, requirement="G-14", roles=frozenset({"mash_manager"}), ends=ends)
        for name, ends in ENDS.items()
    },
)


def a_milestone(chance, number):
    return hub.MilestoneRecorded(
        meta=Meta(
            event_id=uid(f"m{number}"), partnership="hackney", case_id=uid("case"), occurred_at=T0, cause_id=None
        ),
        actor=MANAGER, milestone=chance.choice([*ENDS, "missing", "found", "of an older profile"]),
        reached_at=T0 - timedelta(hours=chance.randrange(4)),
        answers=uid(f"m{chance.randrange(number + 1)}") if chance.random() < 0.2 else None,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_both_say_the_same_of_what_still_stands(seed):
    chance = random.Random(seed)
    several = 0
    for _ in range(100):
        index = Index()
        taking, case = Taking(index), Case.of(uid("case"))
        for number in range(chance.randrange(1, 9)):
            record = a_milestone(chance, number)
            taken(record, taking, number, T0)
            case = evolve(case, record, T0)
            there = standing(case, PROFILE)
            several += len(there) > 1
            last = moments(index.turns[uid("case")])[-1]
            assert _still_there(last.reached, PROFILE) == frozenset(there.values())
    assert several
