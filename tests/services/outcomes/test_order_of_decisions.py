"""People's decisions on one case are acted on one at a time, in the order of the log: triage and outcomes never race."""

from core_story import CASE_ONE as CASE
from core_story import opened, outcome, rating

from mashbus.contracts import hub
from mashbus.domain.vocabulary import Rag


def test_an_outcome_waits_until_the_rating_before_it_was_acted_on() -> None:
    """Otherwise the re-rating's new requests would be left open by an outcome that had not heard of them."""
    story = opened().hear(rating(CASE, Rag.RED), outcome(CASE))
    assert story.outcomes() == []
    (rerated,) = story.triage()
    assert isinstance(rerated, hub.CaseRerated)
    collated, decided = story.outcomes()
    assert isinstance(collated, hub.EnquiryCollated)
    assert {one.request_id for one in decided.withdrawn} == set(story.case.requests)


def test_a_rating_waits_until_the_outcome_before_it_was_acted_on_and_is_then_refused() -> None:
    story = opened().hear(outcome(CASE), rating(CASE, Rag.RED))
    assert story.triage() == []
    story.outcomes()
    (refused,) = story.triage()
    assert isinstance(refused, hub.DecisionRefused)
    assert "outcome" in refused.reason


def test_a_refused_outcome_lets_the_rating_behind_it_go_on() -> None:
    story = opened().hear(outcome(CASE, outcomes=("none-such",)), rating(CASE, Rag.RED))
    (refused,) = story.outcomes()
    assert isinstance(refused, hub.DecisionRefused)
    (rerated,) = story.triage()
    assert isinstance(rerated, hub.CaseRerated)
