"""What the five texts set of known children, meetings, sorted notifications and schools, as data."""

from datetime import time
from pathlib import Path

import pytest

from mashbus.domain.facts import DECISION_FACTS
from mashbus.domain.known import Window
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import ON_CONTACT, ON_OUTCOME, PassingOn
from mashbus.domain.rules import Fact, Rule, all_matches, first_match
from mashbus.domain.vocabulary import Rag
from mashbus.profiles import load

FOLDER = Path(__file__).parents[3] / "partnerships"
JERSEY, HACKNEY, MEDWAY, CAMBRIDGESHIRE, GLOUCESTERSHIRE = SERVED = tuple(
    load(name, FOLDER) for name in ("jersey", "hackney", "medway", "cambridgeshire", "gloucestershire")
)
SEVERAL = {"factors", "indicators", "milestones", "case_pathways", "pathways", "outcomes", "open_to", "standing"}
OPEN = {"involvement": "open", "open_to": frozenset({"social_care"})}
TO_EARLY_HELP = {"involvement": "open", "open_to": frozenset({"early_help"})}
FOUND_OPEN = {"involvement": "open"}
"""By a person: with whom is not known."""
MEETING_DAYS = {0, 1, 2, 3, 4}


def known(**said: Fact) -> dict[str, Fact]:
    """Facts of a case; what is not said is not known."""
    unsaid: dict[str, Fact] = {fact: frozenset() if fact in SEVERAL else None for fact in DECISION_FACTS}
    return {
        **unsaid,
        "opening": "referral",
        "channel": "online_form",
        "immediate_harm": False,
        "re_referrals": 0,
        **said,
    }


def passed(profile: Partnership, on: str = ON_CONTACT, **said: Fact) -> PassingOn | None:
    return first_match([one for one in profile.passes_on if one.on == on], known(**said))


def instead(profile: Partnership, **said: Fact) -> bool | None:
    """None: it is passed on to nobody."""
    rule = passed(profile, **said)
    return rule.instead if rule else None


def held(profile: Partnership, **said: Fact) -> set[str]:
    """The requirements whose guards refuse a routing that asks agencies."""
    facts = known(**{"asks": True, "lawful_basis": "public_task", "consent": "given", **said})
    return {one.requirement for one in all_matches([one for one in profile.guards if one.of == "routing"], facts)}


def rule(profile: Partnership, **said: Fact) -> Rule | None:
    return first_match(profile.rules, known(**said))


def on_agenda(profile: Partnership, meeting: str, **said: Fact) -> int:
    return len(all_matches(profile.meetings[meeting].items, known(**said)))


def alerted(profile: Partnership, **said: Fact) -> set[tuple[str, ...]]:
    alerts = [one for one in profile.alerts if one.on == "opening"]
    return {(one.requirement, *one.teams) for one in all_matches(alerts, known(**said))}


def test_each_partnership_knows_who_holds_its_cases() -> None:
    assert {one.name: one.known.holders for one in SERVED} == {
        "jersey": ("jersey-csc",),
        "hackney": ("hackney-csc",),
        "medway": ("medway-social-care",),
        "cambridgeshire": ("cambridgeshire-social-care",),
        "gloucestershire": ("gloucestershire-social-care",),
    }
    assert {one.known.re_referral for one in SERVED} == {Window(months=12)}


def test_only_three_texts_say_how_long_ago_recently_is() -> None:
    assert {one.name: one.known.recently for one in SERVED if one.known.recently} == {
        "jersey": Window(months=3), "hackney": Window(months=3), "medway": Window(weeks=12),
    }  # fmt: skip


@pytest.mark.parametrize("of", ["hackney-csc", "jersey-csc", "medway-social-care", "gloucestershire-social-care"])
def test_a_holder_may_be_shown_what_the_contact_is_about(of: str) -> None:
    (holder,) = [one for profile in SERVED for one in profile.organisations if one.id == of]
    assert {"child.local_id", "concern.summary"} <= holder.shared


# -- hackney -----------------------------------------------------------------------------------------------------------


def test_H_05_open_to_social_care_is_passed_on_instead_and_nobody_is_asked() -> None:
    for said in (OPEN, FOUND_OPEN):
        assert instead(HACKNEY, **said) is True
        assert held(HACKNEY, **said) == {"H-05"}
        assert held(HACKNEY, immediate_harm=True, **said) == set()
    assert instead(HACKNEY, **TO_EARLY_HELP) is None
    assert held(HACKNEY, **TO_EARLY_HELP) == set()
    assert (HACKNEY.known.team, HACKNEY.known.alarms) == ("csc-units", "duty-manager")


def test_H_07_a_request_for_information_is_no_contact_about_the_child() -> None:
    assert instead(HACKNEY, contact_type="information-to-hub", **OPEN) is None


@pytest.mark.parametrize("way", ["section-17", "section-47"])
def test_H_03_straight_to_assessment_goes_to_the_unit_that_closed_it_lately(way: str) -> None:
    said = {"case_pathways": frozenset({way}), "outcomes": frozenset({"statutory-assessment"})}
    found = passed(HACKNEY, ON_OUTCOME, involvement="recently_closed", **said)
    assert found is not None
    assert (found.requirement, found.instead) == ("H-03", False)
    assert passed(HACKNEY, ON_OUTCOME, involvement="earlier", **said) is None
    screened = {**said, "case_pathways": frozenset({"csc-screening"})}
    assert passed(HACKNEY, ON_OUTCOME, involvement="recently_closed", **screened) is None


def test_H_12_the_daily_meeting_has_who_is_believed_at_risk_and_last_night_s_incidents() -> None:
    meeting = HACKNEY.meetings["mash"]
    assert (meeting.days, meeting.at) == (MEETING_DAYS, time(9, 30))
    for risk in ({"rating": "red"}, {"immediate_harm": True}, {"flagged": True}):
        assert on_agenda(HACKNEY, "mash", **risk) == 1
    notified = {"opening": "police_notification", "rating": "amber"}
    assert on_agenda(HACKNEY, "mash", out_of_hours=True, **notified) == 1
    assert on_agenda(HACKNEY, "mash", out_of_hours=False, **notified) == 0
    assert on_agenda(HACKNEY, "mash", rating="green", out_of_hours=True) == 0


# -- gloucestershire ---------------------------------------------------------------------------------------------------


def test_G_03_an_open_case_goes_to_its_worker_and_an_urgent_concern_to_mash_besides() -> None:
    for said in (OPEN, TO_EARLY_HELP, FOUND_OPEN):
        assert instead(GLOUCESTERSHIRE, **said) is True
        assert held(GLOUCESTERSHIRE, **said) == {"G-03"}
        assert held(GLOUCESTERSHIRE, immediate_harm=True, **said) == set()
    for said in (TO_EARLY_HELP, FOUND_OPEN):
        assert instead(GLOUCESTERSHIRE, urgent=True, **said) is False
        assert held(GLOUCESTERSHIRE, urgent=True, **said) == set()
    assert instead(GLOUCESTERSHIRE, urgent=True, **OPEN) is True
    assert held(GLOUCESTERSHIRE, urgent=True, **OPEN) == {"G-03"}
    urgent = rule(GLOUCESTERSHIRE, urgent=True, category_of_need="N5", **TO_EARLY_HELP)
    assert urgent is not None
    assert (urgent.rag, urgent.pathways, urgent.automatic) == (Rag.RED, ("mash",), False)


def test_G_03_what_has_a_team_of_its_own_goes_there_as_well() -> None:
    for kind in ("advice", "child-in-care-placed", "pregnant-woman-missing", "notification"):
        assert instead(GLOUCESTERSHIRE, contact_type=kind, **OPEN) is False


@pytest.mark.parametrize(
    ("assessment", "way"),
    [("level_4", "social-care"), ("level_3_high", "social-care"), ("level_3", "vulnerability-meeting"), ("level_2", "vulnerability-meeting")],
)  # fmt: skip
def test_G_11_what_the_police_sorted_the_bus_routes(assessment: str, way: str) -> None:
    sorted_so = {"opening": "police_notification", "assessment": assessment, "category_of_need": "N1"}
    found = rule(GLOUCESTERSHIRE, **sorted_so)
    assert found is not None
    assert (found.pathways, found.automatic) == ((way,), True)
    assert held(GLOUCESTERSHIRE, rag="amber", pathways=frozenset({way}), **{**sorted_so, "lawful_basis": None}) == set()
    harm = rule(GLOUCESTERSHIRE, immediate_harm=True, **sorted_so)
    assert harm is not None
    assert (harm.rag, harm.pathways) == (Rag.RED, ("strategy-discussion",))


def test_G_11_social_care_alone_gets_the_highest_and_the_meeting_s_members_the_rest() -> None:
    asks = {name: way.asks for name, way in GLOUCESTERSHIRE.pathways.items()}
    assert asks["social-care"] == ("social_care",)
    assert set(asks["vulnerability-meeting"]) == {"police", "health", "education", "social_care"}
    for level in ("level_3_high", "level_4"):
        assert ("G-11", "social-care") in alerted(GLOUCESTERSHIRE, assessment=level)
        assert alerted(GLOUCESTERSHIRE, assessment=level, **OPEN) == set()


def test_G_11_an_open_case_of_which_nobody_knows_is_a_person_s() -> None:
    said = {"opening": "police_notification", "assessment": "open_case"}
    assert rule(GLOUCESTERSHIRE, **said) is None
    assert alerted(GLOUCESTERSHIRE, **said) == {("G-11", "triage")}
    assert instead(GLOUCESTERSHIRE, **said) is None
    assert alerted(GLOUCESTERSHIRE, **said, **OPEN) == set()
    assert instead(GLOUCESTERSHIRE, **said, **OPEN) is True


def test_G_11_what_is_sorted_high_reaches_social_care_though_early_help_holds_it() -> None:
    said = {"opening": "police_notification", "assessment": "level_4", **TO_EARLY_HELP}
    assert instead(GLOUCESTERSHIRE, **said) is False
    assert held(GLOUCESTERSHIRE, pathways=frozenset({"social-care"}), rag="amber", **said) == set()


def test_G_20_what_the_police_share_unsorted_waits_for_a_basis_like_any_contact() -> None:
    for unsorted in ("share", "open_case", None):
        said = {"assessment": unsorted, "lawful_basis": None}
        facts = known(asks=True, opening="police_notification", **said)
        guards = all_matches([one for one in GLOUCESTERSHIRE.guards if one.of == "routing"], facts)
        assert {one.requirement for one in guards} == {"G-20"}


def test_G_12_G_14_two_meetings_each_working_day() -> None:
    assert {name: one.days for name, one in GLOUCESTERSHIRE.meetings.items()} == {
        "vulnerability": MEETING_DAYS, "harm-outside-the-home": MEETING_DAYS,
    }  # fmt: skip
    assert on_agenda(GLOUCESTERSHIRE, "vulnerability", case_pathways=frozenset({"vulnerability-meeting"})) == 1
    assert on_agenda(GLOUCESTERSHIRE, "vulnerability", case_pathways=frozenset({"mash"})) == 0
    assert GLOUCESTERSHIRE.pathways["vulnerability-meeting"].meeting == "vulnerability"


def test_G_14_a_child_is_on_the_agenda_while_it_is_missing_or_in_custody_and_once_afterwards() -> None:
    meeting = GLOUCESTERSHIRE.meetings["harm-outside-the-home"]
    assert meeting.also_closed
    for there, over in (("child-missing", "child-found"), ("child-in-custody", "child-out-of-custody")):
        assert GLOUCESTERSHIRE.milestones[over].ends == there
        now = all_matches(meeting.items, known(milestones=frozenset({there}), standing=frozenset({there})))
        assert [one.stays for one in now] == [True]
        was = all_matches(meeting.items, known(milestones=frozenset({there, over})))
        assert [one.stays for one in was] == [False]
    for nature, over in (("missing", "child-found"), ("in custody", "child-out-of-custody")):
        assert [one.stays for one in all_matches(meeting.items, known(nature=nature))] == [True]
        after = all_matches(meeting.items, known(nature=nature, milestones=frozenset({over})))
        assert [one.stays for one in after] == [False]
    for found in ("moderate", "significant"):
        screened = frozenset({f"exploitation-screening-{found}"})
        assert on_agenda(GLOUCESTERSHIRE, "harm-outside-the-home", milestones=screened) == 1
    assert on_agenda(GLOUCESTERSHIRE, "harm-outside-the-home", nature="domestic abuse") == 0


def test_G_13_the_directory_holds_verified_addresses_and_two_that_raise_the_alarm() -> None:
    encompass = GLOUCESTERSHIRE.encompass
    assert encompass is not None
    settings = encompass.settings.values()
    assert (encompass.clock, encompass.natures, encompass.ages) == (
        "encompass-notification",
        {"domestic abuse"},
        (2, 18),
    )
    assert all(one.urn == urn for urn, one in encompass.settings.items())
    assert len([one for one in settings if one.verified_on]) >= 8
    assert len([one for one in settings if one.email and not one.verified_on]) == 1
    assert len([one for one in settings if not one.email]) == 1
    clock = GLOUCESTERSHIRE.clocks[encompass.clock]
    assert clock.started_by == "MilestoneRecorded:domestic-abuse-incident"
    assert clock.met_by == ("EmailSent:encompass_notification", "MilestoneRecorded:school-notified")


def test_G_15_the_advice_line_has_its_hours_and_its_calls_may_be_quoted() -> None:
    calls = GLOUCESTERSHIRE.calls
    assert calls is not None
    assert calls.quoted
    assert calls.hours is not None
    assert {str(hours) for hours in calls.hours.calendar.week.values()} == {"08:30-15:30"}
    assert sorted(calls.hours.calendar.week) == [0, 1, 2, 3, 4]
    assert not any(one.calls.quoted for one in (JERSEY, HACKNEY) if one.calls), "H-14, J-21: on no child's record"


@pytest.mark.parametrize("said", [{"urgent": True}, {"immediate_harm": True}])
def test_G_18_an_urgent_professional_call_is_transferred_at_once(said: dict[str, Fact]) -> None:
    called = alerted(GLOUCESTERSHIRE, channel="phone", referrer_kind="practitioner", **said)
    assert [one for one in called if "G-18" in one[0]] == [one for one in called if one[1:] == ("triage",)]
    assert len(called) == 1
    assert alerted(GLOUCESTERSHIRE, channel="phone", referrer_kind="practitioner") == set()


# -- jersey, medway, cambridgeshire --------------------------------------------------------------------------------------


def test_J_06_closed_within_three_months_is_the_mash_pathway() -> None:
    found = rule(JERSEY, involvement="recently_closed", category_of_need="N5", indicator_count=0)
    assert found is not None
    assert (found.rag, found.pathways) == (Rag.AMBER, ("mash",))
    other = rule(JERSEY, involvement="earlier", category_of_need="N5", indicator_count=0)
    assert other is not None
    assert other.pathways == ("early-help",)


@pytest.mark.parametrize("involved", ["open", "recently_closed"])
def test_M_08_the_worker_of_the_past_twelve_weeks_is_told_and_the_decision_goes_on(involved: str) -> None:
    assert instead(MEDWAY, involvement=involved) is False
    assert instead(MEDWAY, involvement="earlier") is None
    assert held(MEDWAY, involvement=involved) == set()


def test_where_a_text_has_no_rule_nothing_is_passed_on() -> None:
    assert {one.name for one in SERVED if one.passes_on} == {"hackney", "medway", "gloucestershire"}
    assert {one.name for one in SERVED if one.meetings} == {"hackney", "gloucestershire"}
    assert [one.name for one in SERVED if one.encompass] == ["gloucestershire"]
    assert [one.name for one in SERVED if any(found.automatic for found in one.rules)] == ["gloucestershire"]
