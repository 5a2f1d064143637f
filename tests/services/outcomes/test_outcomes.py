"""When an enquiry is closed, and what a manager's outcome does: asked of a folded history, no broker."""

from dataclasses import replace

import pytest
from core_story import (
    CASE_ONE as CASE,
)  # fmt: skip
from core_story import (
    CONCERN,
    HACKNEY,
    HOUR,
    MANAGER,
    MONDAY,
    REFERRER,
    Story,
    answered,
    declined,
    enough,
    notification,
    only,
    opened,
    outcome,
    rating,
    referral,
)

from mashbus.contracts import agency, hub
from mashbus.domain.enquiry import Actor
from mashbus.domain.vocabulary import Collation, EmailKind, Rag
from services.deadlines import decide as deadlines
from services.outcomes import decide as outcomes_decide

READER = Actor(label="desk", role="reader")


def all_answered(story: Story, *organisations: str) -> Story:
    for one in organisations:
        story.hear(answered(CASE, story.request(one), MONDAY + HOUR))
    return story


def decided(story: Story) -> hub.OutcomeDecided:
    (said,) = only([record for record, _ in story.heard], hub.OutcomeDecided)
    return said


def lapsed(story: Story, organisation: str) -> Story:
    deadline = story.request(organisation).deadline
    return story.hear(deadlines.fired(story.case.watch, f"lapse/{deadline.deadline_id}", deadline.due, blind=False))


# -- collation -------------------------------------------------------------------------------------------------------


def test_the_enquiry_waits_while_one_answer_is_out() -> None:
    assert all_answered(opened(), "met-police", "homerton-health").outcomes() == []


def test_it_is_closed_when_all_have_answered_declined_or_lapsed() -> None:
    story = all_answered(opened(), "met-police")
    story.hear(declined(CASE, story.request("homerton-health"), MONDAY + HOUR))
    lapsed(story, "hackney-education")
    (collated,) = story.outcomes()
    assert collated.collation is Collation.ALL
    assert collated.answered == (story.request("met-police").request_id,)
    assert collated.declined == (story.request("homerton-health").request_id,)
    assert collated.lapsed == (story.request("hackney-education").request_id,)
    assert collated.outstanding == ()


def test_a_case_that_asks_nobody_is_collated_at_once() -> None:
    story = opened(referral(concern=replace(CONCERN, category_of_need="N9")))
    story.hear(rating(CASE, Rag.GREEN, pathways=("closure",))).triage()
    (collated,) = story.outcomes()
    assert (collated.collation, collated.answered, story.case.requests) == (Collation.ALL, (), {})


def test_a_manager_s_enough_closes_it_without_the_missing_answers() -> None:
    story = all_answered(opened(), "met-police").hear(enough(CASE))
    (collated,) = story.outcomes()
    assert collated.collation is Collation.ENOUGH
    assert len(collated.outstanding) == 2
    assert story.case.pending_enough is None


def test_a_second_enough_one_before_the_rating_and_one_of_the_wrong_role_are_refused() -> None:
    story = opened().hear(enough(CASE))
    story.outcomes()
    assert "closed already" in story.hear(enough(CASE, "again")).outcomes()[0].reason
    unrated = Story().hear(referral(), enough(CASE))
    assert "not rated" in unrated.outcomes()[0].reason
    assert "may not" in opened().hear(enough(CASE, actor=READER)).outcomes()[0].reason


def test_an_outcome_before_collation_is_a_word_of_enough() -> None:
    story = all_answered(opened(), "met-police").hear(outcome(CASE), at=MONDAY + HOUR)
    collated, said = story.outcomes(MONDAY + 2 * HOUR)
    assert collated.collation is Collation.ENOUGH
    assert said.decided_at == MONDAY + HOUR, "when the broker took the manager's word, however late it is acted on"
    assert {one.organisation for one in said.withdrawn} == {"homerton-health", "hackney-education"}
    assert [one.organisation for one in said.answered] == ["met-police"]


def test_an_outcome_when_nothing_is_awaited_any_more_collates_all() -> None:
    story = all_answered(opened(), "met-police", "homerton-health", "hackney-education").hear(outcome(CASE))
    collated, _ = story.outcomes()
    assert collated.collation is Collation.ALL


# -- refused outcomes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (outcome(CASE, tell=False), "H-10"),
        (outcome(CASE, tell=False, reason="  "), "H-10"),
        (outcome(CASE, outcomes=("abracadabra",)), "no such outcome: abracadabra"),
        (outcome(CASE, outcomes=()), "at least one"),
        (outcome(CASE, actor=READER), "may not"),
        (outcome(CASE, partnership="medway"), "another partnership"),
    ],
)
def test_what_is_not_allowed_is_refused_with_the_reason_and_closes_nothing(given: hub.OutcomeGiven, says: str) -> None:
    story = opened().hear(given)
    (refused,) = story.outcomes()
    assert isinstance(refused, hub.DecisionRefused)
    assert (refused.refused_id, refused.decision) == (given.meta.event_id, "OutcomeGiven")
    assert says in refused.reason
    assert not story.case.collated


def test_an_outcome_before_the_rating_is_refused() -> None:
    assert "rate it first" in Story().hear(referral(), outcome(CASE)).outcomes()[0].reason


def test_H_19_a_second_outcome_is_refused_and_the_first_stands() -> None:
    story = opened().hear(outcome(CASE), outcome(CASE, "second", outcomes=("early-help-assessment",)))
    *_, refused = story.outcomes()
    assert "escalation" in refused.reason
    assert decided(story).outcomes == ("no-further-action",)


# -- what an outcome calls for ---------------------------------------------------------------------------------------


def copies(story: Story, given: hub.OutcomeGiven) -> list:
    story.hear(given)
    story.outcomes()
    return story.copies_of_outcomes(decided(story))


def test_J_17_the_outcome_is_shared_only_with_those_who_answered_and_the_others_are_let_go() -> None:
    said = copies(all_answered(opened(), "met-police"), outcome(CASE))
    assert [one.organisation for one in only(said, agency.OutcomeShared)] == ["met-police"]
    assert {one.organisation for one in only(said, agency.RequestWithdrawn)} == {"homerton-health", "hackney-education"}


def test_one_who_declined_is_neither_told_the_outcome_nor_withdrawn() -> None:
    story = opened()
    story.hear(declined(CASE, story.request("met-police"), MONDAY))
    said = copies(story, outcome(CASE))
    assert "met-police" not in {getattr(one, "organisation", None) for one in said}


def test_H_10_the_referrer_is_told_in_the_partnership_s_words() -> None:
    (letter,) = only(copies(opened(), outcome(CASE, outcomes=("early-help-assessment",))), hub.EmailRequested)
    assert (letter.kind, letter.to) == (EmailKind.OUTCOME, REFERRER.email)
    assert HACKNEY.outcomes["early-help-assessment"].says in letter.body


def test_H_10_not_told_with_a_reason_is_on_the_record() -> None:
    (none,) = only(copies(opened(), outcome(CASE, tell=False, reason="would raise the risk")), hub.EmailSuppressed)
    assert none.reason == "not_told"
    assert "risk" not in none.model_dump_json()


def test_a_police_notification_has_no_referrer_and_that_is_said() -> None:
    story = opened(notification())
    (none,) = only(copies(story, outcome(story.case.case_id)), hub.EmailSuppressed)
    assert none.reason == "no_referrer"


def test_deciding_twice_yields_the_same_ids() -> None:
    story = all_answered(opened(), "met-police").hear(outcome(CASE))
    while fact := outcomes_decide.decide(story.case, HACKNEY, MONDAY):
        again = outcomes_decide.decide(story.case, HACKNEY, MONDAY + HOUR)
        assert again.meta.event_id == fact.meta.event_id
        story.hear(fact)
    said = decided(story)
    assert (
        story.copies_of_outcomes(said)[0].meta.event_id
        == story.copies_of_outcomes(said, MONDAY + HOUR)[0].meta.event_id
    )
    assert said.decided_by == MANAGER
