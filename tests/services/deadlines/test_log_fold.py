"""The log's deadlines without a service: the same watch as the services fold, and nothing decoded in vain."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from core_story import CASE_ONE, HOUR, MONDAY, answered, opened, rating
from deadline_log import case_of, folded, lapse, owed, received

from mashbus.contracts import hub
from mashbus.contracts.catalogue import VIEWS
from mashbus.contracts.deadlines import watched
from mashbus.domain.vocabulary import Rag
from mashbus.domain.watch import Watch
from services.deadlines.reconciling.log_fold import PASSED_OVER

EXAMPLES = Path(__file__).parents[3] / "schemas" / "examples"


def test_the_watch_is_the_one_that_the_services_fold() -> None:
    story = opened()
    story.hear(answered(CASE_ONE, story.request("met-police"), MONDAY + HOUR), at=MONDAY + HOUR)
    story.hear(rating(CASE_ONE, Rag.RED), at=MONDAY + 2 * HOUR)
    story.triage(MONDAY + 2 * HOUR)
    assert case_of(story).watch == story.case.watch


def test_the_first_record_of_an_id_is_the_fact() -> None:
    story = opened()
    police = owed(story)
    breach = lapse(story, police, police.due)
    again = breach.model_copy(update={"blind": True})
    case = folded(*story.heard, (breach, police.due), (again, police.due + HOUR)).cases[CASE_ONE]
    (said,) = case.breaches
    assert (said.event_id, said.deadline_id, said.early) == (breach.meta.event_id, police.deadline_id, False)
    assert case.doubled == []


def test_what_cannot_be_read_or_is_keyed_by_another_case_is_counted_and_left_out() -> None:
    story = opened()
    fold = folded(*story.heard)
    before = case_of(story).watch
    record = rating(CASE_ONE, Rag.RED)
    good = received(record, MONDAY)
    fold.take(type(good)(**{**vars(good), "value": b"rubbish"}))
    fold.take(type(good)(**{**vars(good), "key": b"another"}))
    assert fold.unread == 2
    assert fold.cases[CASE_ONE].watch == before


@pytest.mark.parametrize("name", sorted(PASSED_OVER))
def test_what_is_passed_over_unread_would_change_no_watch(name: str) -> None:
    kind = VIEWS[name]
    example = json.loads((EXAMPLES / name / f"{kind.version}.json").read_text())
    record = kind.model_validate(example)
    watch = Watch(case_id=CASE_ONE)
    assert watched(watch, record, MONDAY) is watch


def test_bus_time_of_the_broker_counts_and_its_millisecond_is_cut() -> None:
    story = opened()
    police = owed(story)
    breach = lapse(story, police, police.due)
    in_its_millisecond = police.due.replace(microsecond=police.due.microsecond // 1000 * 1000)
    (said,) = folded(*story.heard, (breach, in_its_millisecond)).cases[CASE_ONE].breaches
    assert not said.early
    (said,) = folded(*story.heard, (breach, police.due - timedelta(milliseconds=2))).cases[CASE_ONE].breaches
    assert said.early
    assert said.kind == hub.SlaBreached.__name__
