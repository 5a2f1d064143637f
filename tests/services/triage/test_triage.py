"""Triage as pure questions of a folded history: returned, opened, routed, re-rated, refused; and what that calls for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from core_story import (
    ADULT,
    CHILD,
    CONCERN,
    HACKNEY,
    HOUR,
    MANAGER,
    MONDAY,
    REFERRER,
    Story,
    answered,
    case_of,
    notification,
    only,
    opened,
    outcome,
    rating,
    referral,
)  # fmt: skip

from mashbus.contracts import agency, hub
from mashbus.contracts.addressing import topic_of
from mashbus.domain.enquiry import Actor
from mashbus.domain.referral import Child, Concern, Referrer
from mashbus.domain.vocabulary import EmailKind, Rag
from services.triage import decide as triage_decide
from services.triage.app import OtherContent, repeated

CASE = case_of("one")
LACKING = {
    "referrer": Referrer(),
    "children": (Child(given_name="Tamsin"),),
    "concern": Concern(),
}
NOBODYS = replace(CONCERN, category_of_need="N9")
"""No rule of Hackney's names it."""


def told(**changes: object) -> list:
    story = Story()
    return story.hear(referral(**changes)).triage()


def facts(story: Story) -> list:
    return [record for record, _ in story.heard]


# -- returned or opened ----------------------------------------------------------------------------------------------


def test_M_11_an_incomplete_referral_is_returned_with_every_missing_item() -> None:
    (returned,) = told(**LACKING)
    assert isinstance(returned, hub.ReferralReturned)
    assert returned.missing == (
        "referrer.name", "referrer.contact", "children[0].family_name", "children[0].birth", "concern.summary"
    )  # fmt: skip


def test_P8_a_report_of_immediate_harm_is_never_returned_whatever_is_missing() -> None:
    first, *_, routed = told(**{**LACKING, "concern": Concern(immediate_harm=True)})
    assert isinstance(first, hub.CaseOpened)
    assert (routed.rag, routed.rule) == (Rag.RED, "immediate-harm")


def test_a_police_notification_is_never_returned() -> None:
    story = opened(notification(children=(), concern=Concern()))
    assert isinstance(facts(story)[1], hub.CaseOpened)


def test_the_returned_referrer_is_told_every_item_and_a_silent_one_is_on_the_record() -> None:
    story = Story().hear(referral(children=()))
    (returned,) = story.triage()
    (letter,) = story.copies_of_triage(returned)
    assert (letter.kind, letter.to) == (EmailKind.RETURNED, REFERRER.email)
    assert "- children" in letter.body

    mute = Story().hear(referral(children=(), referrer=replace(REFERRER, email=None)))
    (returned,) = mute.triage()
    (none,) = mute.copies_of_triage(returned)
    assert isinstance(none, hub.EmailSuppressed)
    assert none.reason == "no_address"


def test_a_rating_of_a_returned_referral_is_refused_and_not_left_waiting() -> None:
    story = Story().hear(referral(children=()))
    story.triage()
    (refused,) = story.hear(rating(CASE, Rag.RED)).triage()
    assert isinstance(refused, hub.DecisionRefused)
    assert "returned" in refused.reason
    assert not story.case.requests


def test_an_opened_referrer_is_acknowledged_with_the_reference_once() -> None:
    story = Story().hear(referral())
    first, _ = story.triage()
    (letter,) = story.copies_of_triage(first)
    assert letter.kind is EmailKind.ACKNOWLEDGEMENT
    assert story.case.contact.reference in letter.subject
    assert story.copies_of_triage(first)[0].meta.event_id == letter.meta.event_id


# -- each rule of hackney.toml ---------------------------------------------------------------------------------------

YOUNG = (replace(CHILD, date_of_birth=date(2023, 1, 1)),)
UNBORN = (Child(family_name="Sampleton", expected_date_of_birth=date(2026, 9, 1)),)
OTHER = "N8"
RULES = [
    ("immediate-harm", referral(concern=replace(CONCERN, immediate_harm=True)), Rag.RED),
    ("sexual-abuse-or-exploitation", referral(concern=replace(CONCERN, factors=("22A",))), Rag.RED),
    ("physical-abuse-of-a-young-child", referral(concern=replace(CONCERN, factors=("18B",)), children=YOUNG), Rag.RED),
    ("unborn-with-abuse-or-neglect", referral(children=UNBORN), Rag.AMBER),
    ("domestic-abuse-from-police", notification(), Rag.AMBER),
    ("abuse-or-neglect", referral(), Rag.AMBER),
    (
        "several-parental-factors",
        referral(concern=replace(CONCERN, category_of_need=OTHER, factors=("3B", "4B"))),
        Rag.AMBER,
    ),
    ("child-missing", notification(nature="missing"), Rag.AMBER),
    ("family-under-stress", referral(concern=replace(CONCERN, category_of_need="N5")), Rag.GREEN),
    ("parental-illness-or-disability", referral(concern=replace(CONCERN, category_of_need="N2")), Rag.GREEN),
]


@pytest.mark.parametrize(("rule", "contact", "rag"), RULES, ids=[name for name, _, _ in RULES])
def test_each_rule_of_hackney_rates_and_routes(rule: str, contact: object, rag: Rag) -> None:
    (routed,) = only(facts(opened(contact)), hub.CaseRouted)
    expected = next(one for one in HACKNEY.rules if one.name == rule)
    assert (routed.rule, routed.rag, routed.pathways) == (rule, rag, expected.pathways)
    assert routed.reasons == (expected.reason,)
    assert routed.decided_by is None


def test_every_rule_of_the_profile_is_among_these() -> None:
    assert {name for name, _, _ in RULES} == {rule.name for rule in HACKNEY.rules}


def test_where_nobody_s_rule_matches_a_person_s_rating_is_awaited() -> None:
    story = opened(referral(concern=NOBODYS))
    assert not story.case.routed
    (routed,) = story.hear(rating(CASE, Rag.GREEN, pathways=("early-help-screening",))).triage(MONDAY + HOUR)
    assert (routed.rule, routed.decided_by, routed.reasons) == (None, MANAGER, ("seen",))
    assert {one.organisation for one in routed.requests} == {"homerton-health", "hackney-education"}
    assert {one.deadline.due for one in routed.requests} == {MONDAY + 73 * HOUR}


# -- deadlines of a routing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "hours"),
    [
        (referral(concern=replace(CONCERN, immediate_harm=True)), 4),
        (referral(), 24),
        (referral(concern=replace(CONCERN, category_of_need="N5")), 72),
    ],
)
def test_H_08_red_amber_green_are_4_24_72_hours_from_the_request(contact: object, hours: int) -> None:
    story = opened(contact, MONDAY + HOUR)
    assert {one.deadline.due for one in story.case.requests.values()} == {MONDAY + HOUR + timedelta(hours=hours)}


@pytest.mark.parametrize(("need", "clock", "hours"), [("N1", "csc-screening", 24), ("N5", "early-help-screening", 72)])
def test_H_06_screenings_run_from_receipt_even_where_that_was_earlier(need: str, clock: str, hours: int) -> None:
    received = MONDAY - 5 * HOUR
    story = opened(referral(concern=replace(CONCERN, category_of_need=need), received_at=received))
    (deadline,) = [one for one in story.case.watch.deadlines.values() if one.subject == CASE]
    assert (deadline.clock, deadline.owner, deadline.due) == (clock, "hub", received + timedelta(hours=hours))


def test_H_06_a_pathway_that_a_re_rating_adds_brings_its_screening_clock_from_receipt() -> None:
    story = opened(referral(concern=replace(CONCERN, factors=("22A",))))
    assert not [one for one in story.case.watch.deadlines.values() if one.subject == CASE]
    (again,) = story.hear(rating(CASE, Rag.RED, pathways=("csc-screening",))).triage(MONDAY + 2 * HOUR)
    assert [(one.clock, one.due) for one in again.deadlines] == [("csc-screening", MONDAY + 24 * HOUR)]
    (third,) = story.hear(rating(CASE, Rag.AMBER, "again", pathways=("csc-screening",))).triage(MONDAY + 3 * HOUR)
    assert third.deadlines == ()


def test_H_11_organisations_that_are_not_connected_are_shown_and_not_asked() -> None:
    (routed,) = only(facts(opened()), hub.CaseRouted)
    assert {one.organisation for one in routed.requests} == {"met-police", "homerton-health", "hackney-education"}
    unconnected = {one.id for one in HACKNEY.organisations if not one.connected}
    assert {one.organisation: one.reason for one in routed.not_asked} == dict.fromkeys(unconnected, "not_connected")


# -- copies ----------------------------------------------------------------------------------------------------------


def test_H_15_each_copy_holds_what_its_organisation_may_see_goes_to_it_alone_and_is_on_the_record() -> None:
    story = opened()
    (routed,) = only(facts(story), hub.CaseRouted)
    copies = story.copies_of_triage(routed)
    for request in routed.requests:
        (copy,) = [one for one in only(copies, agency.InformationRequested) if one.organisation == request.organisation]
        (made,) = [one for one in only(copies, hub.DisclosureMade) if one.organisation == request.organisation]
        allowed = HACKNEY.organisation(request.organisation).shared
        assert topic_of(copy) == f"agency.{request.organisation}.requests"
        assert set(copy.disclosed) == set(made.disclosed) == allowed
        for name in Child.__dataclass_fields__:
            shown = getattr(copy.children[0], name)
            assert shown == (getattr(CHILD, name) if f"child.{name}" in allowed else getattr(Child(), name))
        assert (copy.due, copy.purpose) == (request.deadline.due, request.purpose)
        assert not [word for word in ("Pat Example", "pat@school.example") if word in copy.model_dump_json()]
    assert len(copies) == 2 * len(routed.requests)


def test_copies_are_a_pure_function_of_the_fact_whenever_they_are_made() -> None:
    story = opened()
    (routed,) = only(facts(story), hub.CaseRouted)
    assert story.copies_of_triage(routed) == story.copies_of_triage(routed, MONDAY + 99 * HOUR)


# -- ratings by people -----------------------------------------------------------------------------------------------


def refused(story: Story, given: hub.RatingGiven) -> hub.DecisionRefused:
    before = story.case.round
    (said,) = story.hear(given).triage()
    assert isinstance(said, hub.DecisionRefused)
    assert (said.refused_id, said.decision, said.actor) == (given.meta.event_id, "RatingGiven", given.actor)
    assert story.case.round == before
    return said


def test_the_wrong_role_is_refused_and_told_who_may() -> None:
    reason = refused(opened(), rating(CASE, Rag.RED, actor=Actor(label="desk", role="reader"))).reason
    assert "'reader'" in reason
    assert "mash_manager, social_work_manager" in reason


def test_a_rating_from_another_partnership_is_refused_whatever_the_role() -> None:
    assert "another partnership" in refused(opened(), rating(CASE, Rag.RED, partnership="medway")).reason


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (rating(CASE, Rag.BLUE), "no rating here"),
        (rating(CASE, Rag.UNKNOWN), "no rating here"),
        (rating(CASE, Rag.RED, pathways=("teleport",)), "no such pathway: teleport"),
        (rating(CASE, Rag.AMBER), "nothing changes"),
    ],
)
def test_what_the_profile_does_not_know_or_what_changes_nothing_is_refused(given: hub.RatingGiven, says: str) -> None:
    assert says in refused(opened(), given).reason


def test_a_first_rating_names_a_pathway_and_a_rating_after_the_outcome_is_refused() -> None:
    assert "pathway" in refused(opened(referral(concern=NOBODYS)), rating(CASE, Rag.RED, pathways=())).reason
    story = opened().hear(outcome(CASE))
    story.outcomes()
    assert "outcome" in refused(story, rating(CASE, Rag.RED)).reason


def test_a_refused_rating_does_not_stand_in_the_way_of_the_next() -> None:
    story = opened().hear(rating(CASE, Rag.BLUE, "bad"), rating(CASE, Rag.RED, "good"))
    no, yes = story.triage()
    assert isinstance(no, hub.DecisionRefused)
    assert isinstance(yes, hub.CaseRerated)


def test_reading_7_a_re_rating_changes_every_unanswered_request_and_no_answered_one() -> None:
    story = opened()
    story.hear(answered(CASE, story.request("met-police"), MONDAY + HOUR), rating(CASE, Rag.RED))
    (again,) = story.triage(MONDAY + 2 * HOUR)
    assert (again.round, again.previous, again.rag, again.decided_by) == (1, Rag.AMBER, Rag.RED, MANAGER)
    assert {one.organisation: one.deadline.due for one in again.rerated} == {
        "homerton-health": MONDAY + 6 * HOUR,
        "hackney-education": MONDAY + 6 * HOUR,
    }
    assert {one.deadline.revision for one in again.rerated} == {2}
    copies = story.copies_of_triage(again)
    assert {(one.organisation, one.due) for one in only(copies, agency.RequestRerated)} == {
        (one.organisation, one.deadline.due) for one in again.rerated
    }


def test_a_re_rating_that_adds_a_pathway_asks_only_those_who_were_not_asked() -> None:
    story = opened(referral(concern=replace(CONCERN, category_of_need="N5")))
    (again,) = story.hear(rating(CASE, Rag.GREEN)).triage(MONDAY + HOUR)
    assert [one.organisation for one in again.requests] == ["met-police"]
    assert again.rerated == ()
    assert again.pathways == ("early-help-screening", "mash-checks")


def test_rounds_are_counted_and_each_has_an_id_of_its_own() -> None:
    story = opened()
    story.hear(rating(CASE, Rag.RED, "1"), rating(CASE, Rag.GREEN, "2"))
    one, two = story.triage(MONDAY + HOUR)
    assert (one.round, two.round) == (1, 2)
    assert one.meta.event_id != two.meta.event_id


# -- again -----------------------------------------------------------------------------------------------------------


def test_deciding_twice_yields_the_same_ids() -> None:
    story = Story().hear(referral())
    said = {}
    while fact := triage_decide.decide(story.case, HACKNEY, MONDAY):
        later = triage_decide.decide(story.case, HACKNEY, MONDAY + HOUR)
        assert later.meta.event_id == fact.meta.event_id
        story.hear(fact)
        said[type(fact)] = fact
    now, then = (
        [one.meta.event_id for one in story.copies_of_triage(said[hub.CaseRouted], at)]
        for at in (MONDAY, MONDAY + HOUR)
    )
    assert now == then


def test_the_same_contact_again_is_counted_and_other_content_under_its_key_is_set_aside() -> None:
    case = opened(referral(content="first")).case
    assert repeated(case, referral(content="first")) is None
    assert isinstance(repeated(case, referral(content="second")), OtherContent)
    assert repeated(case, rating(CASE, Rag.RED)) is None


def test_an_adult_is_shown_only_to_those_who_may_see_adults() -> None:
    story = opened()
    (routed,) = only(facts(story), hub.CaseRouted)
    shown = {one.organisation: one.adults for one in only(story.copies_of_triage(routed), agency.InformationRequested)}
    assert shown["hackney-education"] == ()
    assert shown["met-police"][0].family_name == ADULT.family_name
    assert shown["met-police"][0].phone is None
