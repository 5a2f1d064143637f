"""What the five texts set as data: vocabularies, ways, who is told, and what the guards say of a decision."""

from pathlib import Path

import pytest

from mashbus.domain.clocks import Hours
from mashbus.domain.facts import DECISION_FACTS
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Address, Child
from mashbus.domain.rules import Fact, all_matches, first_match, holds
from mashbus.domain.vocabulary import Handling, Rag, ReferrerKind
from mashbus.profiles import load

FOLDER = Path(__file__).parents[3] / "partnerships"
JERSEY, HACKNEY, MEDWAY, CAMBRIDGESHIRE, GLOUCESTERSHIRE = (
    load(name, FOLDER) for name in ("jersey", "hackney", "medway", "cambridgeshire", "gloucestershire")
)
NOTHING = {"factors", "indicators", "milestones", "case_pathways", "pathways", "outcomes"}


def known(**said: Fact) -> dict[str, Fact]:
    """Facts of a case; what is not said is not known."""
    unsaid: dict[str, Fact] = {fact: frozenset() if fact in NOTHING else None for fact in DECISION_FACTS}
    return {**unsaid, "opening": "referral", "channel": "online_form", "immediate_harm": False, **said}


def held(profile: Partnership, of: str, **said: Fact) -> set[str]:
    """The requirements whose guards refuse a decision."""
    guards = [one for one in profile.guards if one.of == of]
    return {one.requirement for one in all_matches(guards, known(**said))}


def ends(profile: Partnership, way: str) -> set[str]:
    return {name for name, one in profile.outcomes.items() if way in one.belongs_to}


def recommended(profile: Partnership, **said: Fact) -> tuple[Rag, tuple[str, ...]]:
    rule = first_match(profile.rules, known(**said))
    assert rule is not None
    return rule.rag, rule.pathways


def ways(*names: str) -> frozenset[str]:
    return frozenset(names)


def alerts(profile: Partnership, on: str = "opening", **said: Fact) -> set[tuple[str, ...]]:
    """The requirement and the teams of each alert."""
    due = [one for one in profile.alerts if one.on == on and holds(one, known(**said))]
    return {(one.requirement, *one.teams) for one in due}


# -- jersey --------------------------------------------------------------------------------------------------------------


def test_J_02_programmes_and_breaks_go_to_the_responder_and_questions_are_signposted() -> None:
    handled = {name: one.handling for name, one in JERSEY.contact_types.items() if one.requirement == "J-02"}
    assert handled == {
        "parenting-programme": Handling.RESPONDER, "targeted-short-break": Handling.RESPONDER, "information": Handling.SIGNPOSTED,
    }  # fmt: skip


def test_J_03_an_urgent_concern_alerts_a_senior_practitioner_and_nothing_else_does() -> None:
    assert ("J-03", "senior-practitioner") in alerts(JERSEY, immediate_harm=True)
    assert ("J-03", "senior-practitioner") in alerts(JERSEY, urgent=True)
    assert alerts(JERSEY, indicator_count=0) == set()


def test_J_07_four_pathways_and_social_care_for_protection() -> None:
    assert set(JERSEY.pathways) == {"mash", "early-help", "specialist-service", "camhs", "social-care"}


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ({"factors": ways("19C")}, "sexual-abuse"),
        ({"factors": ways("18B")}, "physical-abuse"),
        ({"factors": ways("17A")}, "emotional-abuse"),
        ({"factors": ways("3B")}, "domestic-abuse"),
        ({"opening": "police_notification", "nature": "domestic abuse"}, "domestic-abuse-notified"),
        ({"unborn": True}, "pre-birth"),
        ({"factors": ways("24A")}, "exploitation"),
        ({"factors": ways("2B", "4B", "3A")}, "three-together"),
    ],
)  # fmt: skip
def test_J_08_the_sector_s_codes_show_an_indicator(said: dict[str, Fact], sign: str) -> None:
    signs = [one for one in JERSEY.indicators if one.conditions]
    assert sign in {one.name for one in all_matches(signs, known(**said))}


def test_J_08_two_of_the_three_are_not_the_three_together() -> None:
    together = next(one for one in JERSEY.indicators if one.name == "three-together")
    assert not holds(together, known(factors=ways("1B", "4B")))
    assert not holds(together, known(factors=ways("4B", "3B")))


def test_J_08_every_indicator_of_the_text_can_be_named_and_any_of_them_asks_for_joint_triage() -> None:
    assert {one.name for one in JERSEY.indicators} == {
        "sexual-abuse", "non-accidental-injury", "physical-abuse", "emotional-abuse", "repeat-referrals",
        "recent-child-protection-plan", "social-care-history", "domestic-abuse", "domestic-abuse-notified",
        "police-child-protection", "previous-child-removed", "pre-birth", "three-together", "neglect-despite-early-help",
        "exploitation", "harmful-sexual-behaviour",
    }  # fmt: skip
    assert alerts(JERSEY, indicator_count=1) == {("J-08", "mash-decision-maker")}
    assert JERSEY.milestones["joint-triage-requested"].alerts == ("mash-decision-maker",)


def test_J_09_red_tells_the_police_unit_and_social_care_at_once() -> None:
    assert alerts(JERSEY, rating="red", indicator_count=0) == {
        ("J-09", "police-public-protection-unit", "csc-assessment-and-support")
    }


def test_J_11_a_prison_s_question_is_always_amber() -> None:
    kind = JERSEY.contact_types["prison-visit-check"]
    assert (kind.rag, kind.pathways) == (Rag.AMBER, ("mash",))
    asked = {"contact_type": "prison-visit-check", "pathways": ways("mash")}
    assert held(JERSEY, "routing", rag="red", asks=True, **asked) == {"J-11"}
    assert held(JERSEY, "routing", rag="amber", asks=True, **asked) == set()


def test_J_12_green_asks_nobody() -> None:
    assert JERSEY.asks_nobody == {Rag.GREEN}


def test_J_14_J_15_J_16_each_pathway_has_its_own_words() -> None:
    assert ends(JERSEY, "mash") == {
        "social-work", "designated-officer", "multi-agency-early-help", "single-agency-support", "signposting",
        "no-additional-needs", "support-declined",
    }  # fmt: skip
    assert ends(JERSEY, "early-help") == {
        "multi-agency-early-help-partner", "multi-agency-early-help-community-team", "direct-family-work",
        "single-agency-support", "signposting", "letter-to-parent-or-carer", "no-additional-needs", "support-declined",
    }  # fmt: skip
    assert ends(JERSEY, "camhs") == {
        "camhs-duty-worker", "camhs-assessment", "camhs-neurodevelopmental-meeting", "camhs-early-help-support",
        "signposting", "camhs-no-needs",
    }  # fmt: skip


def test_J_17_J_18_J_22_who_is_told_depends_on_the_way() -> None:
    practitioner, family = ReferrerKind.PRACTITIONER, ReferrerKind.PARENT_OR_CARER
    tells = {name: one.tells for name, one in JERSEY.pathways.items()}
    assert tells["mash"] == {practitioner}
    assert tells["early-help"] == tells["camhs"] == {practitioner, family}
    assert all(ReferrerKind.PUBLIC not in (kinds or {ReferrerKind.PUBLIC}) for kinds in tells.values())
    assert all(one.email for one in JERSEY.organisations)


def test_J_19_checks_for_courts_and_probation_ask_agencies() -> None:
    for kind in ("court-check", "probation-check"):
        assert JERSEY.contact_types[kind].pathways == ("mash",)
        assert held(JERSEY, "routing", contact_type=kind, rag="green", pathways=ways("mash"), asks=False) == {"J-19"}
        assert held(JERSEY, "routing", contact_type=kind, rag="amber", pathways=ways("mash"), asks=True) == set()


def test_J_22_a_specialist_service_is_passed_on_unless_there_is_a_safeguarding_concern() -> None:
    kind = JERSEY.contact_types["specialist-service"]
    assert (kind.handling, kind.team) == (Handling.PASSED_ON, "specialist-service-manager")
    assert holds(kind, known(indicator_count=0, category_of_need="N2"))
    assert not holds(kind, known(indicator_count=1, category_of_need="N2"))
    assert not holds(kind, known(indicator_count=0, category_of_need="N1"))


# -- hackney -------------------------------------------------------------------------------------------------------------


def test_H_02_the_four_screenings_are_pathways() -> None:
    assert {"closure", "section-17", "section-47", "csc-screening", "early-help-screening"} <= set(HACKNEY.pathways)


def test_H_04_H_09_a_manager_is_alerted() -> None:
    assert ("H-04", "duty-manager") in alerts(HACKNEY, immediate_harm=True)
    assert ("H-04", "duty-manager") in alerts(HACKNEY, case_pathways=ways("section-47"))
    assert alerts(HACKNEY, on="risk_flag", flagged=True) == {("H-09", "duty-manager")}


def test_H_06_a_screening_is_met_by_its_own_decision_too() -> None:
    for name in ("csc-screening", "early-help-screening"):
        assert HACKNEY.clocks[name].met_by == ("OutcomeDecided", f"MilestoneRecorded:{name}-decided")


def test_H_07_a_request_to_the_hub_starts_its_clock_and_is_passed_on_to_the_unit() -> None:
    kind = HACKNEY.contact_types["information-to-hub"]
    assert (kind.handling, kind.team, kind.clocks) == (Handling.ANSWERED, "csc-units", ("information-to-hub",))
    assert HACKNEY.clocks["information-to-hub"].started_by == "contact_type"


def test_H_13_consent_is_overridden_only_with_both_reasons() -> None:
    for consent in ("refused", "not_sought"):
        said = {"asks": True, "consent": consent}
        assert held(HACKNEY, "routing", **said) == {"H-13"}
        assert held(HACKNEY, "routing", urgent=True, asking_raises_risk=False, **said) == {"H-13"}
        assert held(HACKNEY, "routing", urgent=False, asking_raises_risk=True, **said) == {"H-13"}
        assert held(HACKNEY, "routing", urgent=True, asking_raises_risk=True, **said) == set()
    assert held(HACKNEY, "routing", asks=True, consent="given") == set()


def test_H_17_the_outcomes_of_contacts() -> None:
    assert {
        "advice-and-guidance",
        "community-or-other-service",
        "early-help-assessment",
        "statutory-assessment",
    } <= set(HACKNEY.outcomes)


def test_H_19_disagreement_has_its_stages() -> None:
    raised = HACKNEY.milestones["disagreement-raised"]
    assert raised.stages == ("mash-manager", "service-manager-or-head-of-service", "escalation-policy")
    assert HACKNEY.milestones["disagreement-answered"].answers == "disagreement-raised"


@pytest.mark.parametrize("profile", [JERSEY, HACKNEY, GLOUCESTERSHIRE], ids=lambda one: one.name)
def test_J_21_H_14_G_01_calls_are_logged_by_topic_and_outcome(profile: Partnership) -> None:
    assert profile.calls is not None
    assert profile.calls.topics
    assert profile.calls.outcomes


# -- medway --------------------------------------------------------------------------------------------------------------


def test_M_01_three_levels_and_no_colours() -> None:
    assert (MEDWAY.ratings, tuple(MEDWAY.levels)) == ((), ("1", "2", "3"))
    assert {one.level for one in MEDWAY.pathways.values()} == {"1", "2", "3"}


def test_M_06_level_3_asks_the_key_partners() -> None:
    asked = {one.asks for one in MEDWAY.pathways.values() if one.level == "3"}
    assert asked == {("police", "health", "education", "probation")}
    assert all(not one.asks for one in MEDWAY.pathways.values() if one.level != "3")


def test_M_09_level_1_is_closed_with_information_advice_and_guidance() -> None:
    closing = {name: one.closes_with for name, one in MEDWAY.pathways.items() if one.closes_with}
    assert closing == {"closure": "information-advice-and-guidance"}


@pytest.mark.parametrize("way", ["early-help", "section-17"])
def test_M_10_level_2_and_section_17_need_consent_or_a_recorded_basis(way: str) -> None:
    level = MEDWAY.pathways[way].level
    for consent in ("refused", "not_sought", None):
        said = {"pathways": ways(way), "level": level, "consent": consent}
        assert held(MEDWAY, "routing", **said) == {"M-10"}
        assert held(MEDWAY, "routing", lawful_basis="consent", **said) == {"M-10"}
        assert held(MEDWAY, "routing", lawful_basis="public_task", **said) == set()
    assert held(MEDWAY, "routing", pathways=ways(way), level=level, consent="given") == set()
    assert held(MEDWAY, "routing", pathways=ways("section-47"), level="3", consent="refused") == set()


def test_M_10_without_consent_a_referral_says_what_was_done_and_why() -> None:
    assert [one.items for one in all_matches(MEDWAY.insists, known(consent="refused"))] == [
        ("consent.reason", "consent.action")
    ]
    assert all_matches(MEDWAY.insists, known(consent="given")) == []


def test_M_11_what_a_good_referral_says() -> None:
    assert set(MEDWAY.required) >= {
        "consent.status", "children[].birth", "children[].ethnicity", "children[].address", "children[].phone",
        "children[].language", "professionals", "concern.summary", "concern.impact", "concern.tried", "referrer.contact",
    }  # fmt: skip


def test_M_12_three_stages_each_answered() -> None:
    assert MEDWAY.milestones["escalation-stage-opened"].stages == ("manager", "safeguarding-lead", "director")
    assert MEDWAY.milestones["escalation-stage-answered"].answers == "escalation-stage-opened"


# -- cambridgeshire --------------------------------------------------------------------------------------------------------


def test_C_01_a_form_is_routed_after_its_review_by_a_senior_practitioner() -> None:
    said = {"rag": "amber", "consent": "given", "role": "mash_manager"}
    assert held(CAMBRIDGESHIRE, "routing", **said) == {"C-01"}
    assert held(CAMBRIDGESHIRE, "routing", milestones=ways("form-reviewed"), **said) == set()
    assert held(CAMBRIDGESHIRE, "routing", **{**said, "channel": "phone"}) == set()
    assert CAMBRIDGESHIRE.milestones["form-reviewed"].roles == {"senior_practitioner"}


@pytest.mark.parametrize(
    ("requirement", "rag", "enough"),
    [("C-02", "red", {"asking_raises_risk": True}), ("C-03", "amber", {"consent_reason": True}), ("C-04", "green", {"consent": "given"})],
)  # fmt: skip
def test_C_02_C_03_C_04_each_colour_has_its_own_word_about_consent(
    requirement: str, rag: str, enough: dict[str, Fact]
) -> None:
    said = {"rag": rag, "consent": "refused", "milestones": ways("form-reviewed")}
    assert held(CAMBRIDGESHIRE, "routing", **said) == {requirement}
    assert held(CAMBRIDGESHIRE, "routing", **{**said, **enough}) == set()
    assert held(CAMBRIDGESHIRE, "routing", **{**said, "consent": "given"}) == set()


def test_C_05_blue_is_closure() -> None:
    assert recommended(CAMBRIDGESHIRE, category_of_need="N9") == (Rag.BLUE, ("closure",))
    assert ends(CAMBRIDGESHIRE, "closure") == {"information-and-signposting", "early-help-assessment-recommended"}


def test_C_06_consent_not_sought_is_not_recorded_unless_there_is_significant_harm() -> None:
    (rule,) = CAMBRIDGESHIRE.not_recorded
    assert holds(rule, known(consent="not_sought", urgent=False, asking_raises_risk=False))
    for exception in ("immediate_harm", "urgent", "asking_raises_risk"):
        assert not holds(rule, known(consent="not_sought", **{exception: True}))
    assert not holds(rule, known(consent="refused"))
    assert not holds(rule, known(opening="police_notification", consent=None))


def test_C_07_the_customer_service_centre_has_hours_of_its_own() -> None:
    assert CAMBRIDGESHIRE.reception is not None
    times = {
        (hours.opens.isoformat("minutes"), hours.closes.isoformat("minutes"))
        for hours in CAMBRIDGESHIRE.reception.calendar.week.values()
        if isinstance(hours, Hours)
    }
    assert times == {("09:00", "17:00")}
    assert sorted(CAMBRIDGESHIRE.reception.calendar.week) == [0, 1, 2, 3, 4]


def test_C_08_out_of_hours_only_significant_harm_goes_to_the_emergency_duty_team() -> None:
    teams = {team for _, *told in alerts(CAMBRIDGESHIRE, immediate_harm=True, out_of_hours=True) for team in told}
    assert "emergency-duty-team" in teams
    named = alerts(CAMBRIDGESHIRE, urgent=True, out_of_hours=True)
    assert named == {("C-08", "emergency-duty-team", "mash-duty-manager")}, "what C-06 takes for significant harm"
    assert alerts(CAMBRIDGESHIRE, urgent=True, out_of_hours=False) == set()
    assert alerts(CAMBRIDGESHIRE, immediate_harm=False, out_of_hours=True) == set()


def test_C_14_a_strategy_discussion_that_is_decided_invites() -> None:
    assert [one.name for one in CAMBRIDGESHIRE.milestones.values() if one.invites] == ["strategy-discussion-decided"]


# -- gloucestershire -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("postcode", "authority"),
    [("BS1 4ND", "Bristol City Council"), ("gl12np", None), ("GL7 1AA", None), ("ZZ99 9ZZ", None), (None, None)],
)  # fmt: skip
def test_G_02_the_right_authority_is_known_by_postcode(postcode: str | None, authority: str | None) -> None:
    """A district that two share, or that the table does not know, stays here."""
    assert GLOUCESTERSHIRE.area is not None
    elsewhere = GLOUCESTERSHIRE.area.elsewhere([Child(address=Address(postcode=postcode))])
    assert (elsewhere.name if elsewhere else None) == authority


def test_G_05_red_is_a_strategy_discussion_with_three_at_least() -> None:
    assert recommended(GLOUCESTERSHIRE, immediate_harm=True) == (Rag.RED, ("strategy-discussion",))
    assert set(GLOUCESTERSHIRE.pathways["strategy-discussion"].asks) >= {"social_care", "health", "police"}


@pytest.mark.parametrize(
    ("outcome", "asks_for", "went_to", "early_help_manager_may"),
    [
        ("early-help", "early_help", "early-help", True),
        ("no-further-action", "early_help", "early-help", True),
        ("no-further-action", "social_care", "early-help", False),
        ("early-help", "social_care", "early-help", False),
        ("early-help", None, "early-help", False),
        ("section-17", "early_help", "early-help", False),
        ("early-help", "early_help", "mash", False),
    ],
)
def test_G_07_who_may_sign_off_what(
    outcome: str, asks_for: str | None, went_to: str, early_help_manager_may: bool
) -> None:
    said = {"outcomes": ways(outcome), "asks_for": asks_for, "case_pathways": ways(went_to), "consent": "given"}
    refused = held(GLOUCESTERSHIRE, "outcome", role="early_help_manager", **said)
    assert refused == (set() if early_help_manager_may else {"G-07"})
    assert held(GLOUCESTERSHIRE, "outcome", role="social_work_manager", **said) == set()


def test_G_09_refused_consent_leaves_closing_or_a_strategy_discussion() -> None:
    said = {
        "consent": "refused",
        "role": "social_work_manager",
        "lawful_basis": "public_task",
        "asks_for": "social_care",
    }
    for way in ("mash", "early-help", "advice"):
        assert held(GLOUCESTERSHIRE, "routing", pathways=ways(way), **said) == {"G-09"}
    for way in ("closure", "strategy-discussion"):
        assert held(GLOUCESTERSHIRE, "routing", pathways=ways(way), **said) == set()


def test_G_20_agencies_are_asked_with_a_basis_on_the_record() -> None:
    said = {"asks": True, "role": "social_work_manager", "pathways": ways("mash"), "consent": "given"}
    assert held(GLOUCESTERSHIRE, "routing", **said) == {"G-20"}
    assert held(GLOUCESTERSHIRE, "routing", lawful_basis="public_task", **said) == set()
    assert held(GLOUCESTERSHIRE, "routing", **{**said, "asks": False}) == set()


def test_G_21_a_missing_referrer_is_no_fault() -> None:
    assert not [one for one in GLOUCESTERSHIRE.required if one.startswith("referrer")]


def test_G_22_notifications_from_elsewhere_are_passed_on() -> None:
    passed = {name for name, one in GLOUCESTERSHIRE.contact_types.items() if one.requirement == "G-22"}
    assert passed >= {"child-in-care-placed", "pregnant-woman-missing"}
    assert all(GLOUCESTERSHIRE.contact_types[one].handling is Handling.PASSED_ON for one in passed)
