"""Jersey's hub and MASH, line by line, as its practitioners would see it."""

from datetime import timedelta

import pytest

from mashbus.contracts import agency, hub
from mashbus.domain.vocabulary import Channel, Handling, OpeningKind, Rag
from tests.procedures.case import Case, outcome
from tests.procedures.contacts import child, concern, consent, referrer, unborn
from tests.procedures.door import Door

HOUR = timedelta(hours=1)
REFERRER = "terry@school.example"
SENIOR = "senior-practitioner@hub.jersey.example"
DECIDER = "mash-decisions@hub.jersey.example"
RESPONDERS = "responders@hub.jersey.example"
SPECIALISTS = "specialist-services@jersey.example"
POLICE_UNIT = "public-protection@police.jersey.example"
SOCIAL_CARE = "assessment-and-support@csc.jersey.example"
MASH = "mash_decision_maker"


async def told_at_once(case: Case) -> set[str]:
    """Whom an alert about the case was written to, once all is quiet."""
    await case.quiet()
    return {one.to for one in case.facts(hub.EmailRequested, lambda one: one.kind == "alert")}


async def written_to(case: Case, address: str) -> list[str]:
    """Kinds of all emails to one address, once all is quiet."""
    await case.quiet()
    return [one.kind.value for one in case.facts(hub.EmailRequested, lambda one: one.to == address)]


# -- what comes, and which way it goes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["phone", "email", "online_form"])
async def test_J_01_complex_needs_become_one_record_whichever_way_they_came(door: Door, channel: str):
    """A call, an email or the form about two children of a family: one contact, one case, both children in it."""
    case = await door.refers(channel=channel, children=[child(), child(age=4, given_name="Sam")])
    opened = await case.fact(hub.CaseOpened)
    await case.quiet()
    (received,) = case.facts(hub.ReferralReceived)
    assert (opened.channel, len(received.children)) == (Channel(channel), 2)
    assert case.facts(hub.CaseOpened) == [opened]


async def test_J_01_a_police_notification_becomes_the_same_kind_of_record(door: Door):
    """One incident with two children is one case, opened and rated like any other."""
    case = await door.notifies({"given_name": "Polly"}, {"given_name": "Paul", "person_reference": "SYN-OTHER"})
    opened = await case.fact(hub.CaseOpened)
    assert (opened.opening, opened.channel) == (OpeningKind.POLICE_NOTIFICATION, Channel.POLICE_BATCH)
    assert len((await case.fact(hub.PoliceNotificationReceived)).children) == 2
    await case.rated("amber", "mash")
    assert {one.given_name for one in (await case.agency("csc").asked()).children} == {"Polly", "Paul"}


@pytest.mark.parametrize("wish", ["parenting-programme", "targeted-short-break"])
async def test_J_02_the_responder_processes_it_and_triage_never_sees_it(door: Door, wish: str):
    """A mother asks for a programme or a short break: the responders have it, she knows, and nobody has to rate it."""
    case = await door.refers(contact_type=wish, concern=concern("N4"), referrer=referrer("parent_or_carer"))
    directed = await case.fact(hub.ContactDirected)
    assert directed.handling is Handling.RESPONDER
    assert case.reference in (await case.email("passed_on", to=RESPONDERS)).subject
    assert case.reference in (await case.email("directed", to=REFERRER)).subject
    await case.never(hub.RoutingRecommended, hub.CaseRouted, agency.InformationRequested)
    (awaiting,) = (await case.view())["awaiting"]
    assert awaiting.startswith("Responders of the hub")


async def test_J_02_the_responder_ends_what_he_processes_and_nothing_else(door: Door):
    """The mother gets her place in the programme and a letter; of an ordinary case a responder decides nothing."""
    case = await door.refers(contact_type="parenting-programme", referrer=referrer("parent_or_carer"))
    await case.fact(hub.ContactDirected)
    await case.decided("programme-or-short-break-agreed", by="responder")
    assert case.reference in (await case.email("outcome", to=REFERRER)).subject
    other = await door.refers(contact_type="parenting-programme")
    await other.rated("green", "early-help")
    assert "J-02" in (await other.refused("outcome", by="responder", **outcome("signposting"))).reason
    third = await door.refers()
    await third.rated("green", "early-help")
    assert "J-02" in (await third.refused("outcome", by="responder", **outcome("signposting"))).reason
    await third.decided("signposting", by="early_help_manager")


async def test_J_02_a_request_for_information_is_signposted(door: Door):
    """Who only wants to know something is told where to look; no team gets it, and nobody triages it."""
    case = await door.refers(contact_type="information", concern=concern("N4"))
    assert (await case.fact(hub.ContactDirected)).handling is Handling.SIGNPOSTED
    assert case.reference in (await case.email("directed", to=REFERRER)).subject
    await case.no_email("passed_on")
    await case.never(hub.RoutingRecommended, hub.CaseRouted)


async def test_J_02_what_is_asked_for_without_such_a_name_is_triaged(door: Door):
    """The same family without the wish for a programme: the hub recommends a way, and somebody has to rate it."""
    case = await door.refers(concern=concern("N4"))
    assert (await case.fact(hub.RoutingRecommended)).pathways == ("early-help",)
    await case.never(hub.ContactDirected)
    (awaiting,) = (await case.view())["awaiting"]
    assert awaiting.startswith("a person's word")


@pytest.mark.parametrize(
    "kind", [None, "parenting-programme", "targeted-short-break", "information", "specialist-service", "court-check"]
)
async def test_J_03_immediate_harm_alerts_a_senior_practitioner_whatever_the_enquiry(door: Door, kind: str | None):
    """Even in a mere request for information: the alert goes out before anybody rates, and it goes to triage."""
    case = await door.refers(contact_type=kind, concern=concern(immediate_harm=True))
    letter = await case.email("alert", to=SENIOR)
    assert case.reference in letter.subject
    assert not any(word in letter.whole for word in ("Testchild", "hungry", "Terry"))
    assert (await case.fact(hub.RoutingRecommended)).rag is Rag.RED
    await case.never(hub.ContactDirected, hub.CaseRouted)


@pytest.mark.parametrize("kind", [None, "parenting-programme", "information"])
async def test_J_03_an_urgent_concern_alerts_as_well(door: Door, kind: str | None):
    """No immediate harm, but an urgent safety concern is named in the enquiry: the senior practitioner is told."""
    case = await door.refers(contact_type=kind, consent=consent("refused", urgent="Synthetic: father is on his way."))
    assert case.reference in (await case.email("alert", to=SENIOR)).subject


async def test_J_03_an_urgent_enquiry_waits_for_no_missing_item(door: Door):
    """No child's name yet: the urgent one is taken and alerted; the same without urgency is asked back."""
    unnamed = [child(family_name=None)]
    case = await door.refers(children=unnamed, consent=consent("not_sought", urgent="Synthetic: he is drunk."))
    await case.email("alert", to=SENIOR)
    await case.fact(hub.CaseOpened)
    other = await door.refers(children=unnamed)
    assert (await other.fact(hub.ReferralReturned)).missing == ("children[0].family_name",)


async def test_J_03_the_police_s_report_of_immediate_harm_alerts_as_well(door: Door):
    """It comes in a batch, without a referrer: the alert goes out all the same."""
    case = await door.notifies(immediate_harm="true")
    await case.email("alert", to=SENIOR)


async def test_J_03_nobody_is_alerted_without_need(door: Door):
    """An ordinary request for support: acknowledged, recommended, and no alert to anybody."""
    case = await door.refers(concern=concern("N4"))
    await case.email("acknowledgement")
    assert await told_at_once(case) == set()


# -- hours -----------------------------------------------------------------------------------------------------------------


async def test_J_04_a_working_day_from_thursday_ends_where_friday_closes(door: Door):
    """An amber request of Thursday 16:45 is due on Friday at 16:30, when the hub closes."""
    await door.time.next("thursday", "16:45")
    case = await door.refers()
    await case.rated("amber", "mash")
    assert door.time.wall((await case.deadline("agency-response")).due) == "Friday 16:30"


async def test_J_04_what_is_asked_on_friday_evening_counts_from_monday(door: Door):
    """Rated on Friday at 16:30, when the hub has just closed: one working day ends at Tuesday's opening."""
    await door.time.next("friday", "16:30")
    case = await door.refers()
    await case.rated("amber", "mash")
    assert door.time.wall((await case.deadline("agency-response")).due) == "Tuesday 08:30"


@pytest.mark.parametrize(
    ("came", "dealt_with_from"),
    [
        ("2026-06-01T08:30:00+01:00", None),
        ("2026-06-01T08:29:59+01:00", "Monday 08:30"),
        ("2026-06-01T16:59:59+01:00", None),
        ("2026-06-01T17:00:00+01:00", "Tuesday 08:30"),
        ("2026-06-05T16:29:59+01:00", None),
        ("2026-06-05T16:30:00+01:00", "Monday 08:30"),
        ("2026-06-06T12:00:00+01:00", "Monday 08:30"),
        ("2024-05-09T10:00:00+01:00", "Friday 08:30"),
        ("2025-05-09T10:00:00+01:00", "Monday 08:30"),
        ("2025-05-08T10:00:00+01:00", None),
        ("2025-12-24T17:00:00+00:00", "Monday 08:30"),
    ],
    ids=["at opening", "before opening", "before closing", "at closing", "before Friday's closing", "at Friday's closing",
         "Saturday", "Liberation Day 2024", "Liberation Day 2025", "the day before it", "Christmas and a weekend"],
)  # fmt: skip
async def test_J_04_what_comes_outside_hours_waits_for_the_next_working_day(
    door: Door, came: str, dealt_with_from: str | None
):
    """Monday to Thursday 08:30-17:00, Friday to 16:30, and nobody is there on 9 May."""
    case = await door.refers(channel="phone", received_at=came)
    opened = await case.fact(hub.CaseOpened)
    assert (opened.dealt_with_from and door.time.wall(opened.dealt_with_from)) == dealt_with_from


async def test_J_04_who_writes_on_friday_evening_is_told_when_somebody_will_be_there(door: Door):
    """The acknowledgement names Monday's opening; in opening hours it names no day."""
    await door.time.next("friday", "16:30")
    late = await door.refers()
    assert "Monday" in (letter := await late.email("acknowledgement")).text
    assert "08:30" in letter.text
    await door.time.next("monday", "08:30")
    assert "dealt with from" not in (await (await door.refers()).email("acknowledgement")).text


# -- the family ------------------------------------------------------------------------------------------------------------


async def test_J_05_who_did_not_tell_the_family_is_advised_to(door: Door):
    """The teacher gets a letter that asks him to tell the parents; the case goes on meanwhile."""
    case = await door.refers(concern=concern("N1"), consent=consent("not_sought", told=False))
    assert (await case.fact(hub.ReferralReceived)).consent.told is False
    letter = await case.email("advice_to_tell", to=REFERRER)
    assert "Testchild" not in letter.whole
    await case.rated("amber", "mash")
    assert await case.asked()


@pytest.mark.parametrize("said", [{"told": True}, {"told": False, "telling_raises_risk": True}])
async def test_J_05_nobody_is_advised_where_they_know_or_telling_puts_the_child_at_risk(door: Door, said: dict):
    """It stands on the record, the referral is acknowledged, and no such letter goes out."""
    case = await door.refers(concern=concern("N1"), consent=consent("not_sought", **said))
    received = await case.fact(hub.ReferralReceived)
    assert (received.consent.told, received.consent.telling_raises_risk) == (
        said["told"], said.get("telling_raises_risk")
    )  # fmt: skip
    await case.email("acknowledgement")
    await case.no_email("advice_to_tell")
    await case.fact(hub.RoutingRecommended)


async def test_J_05_that_the_family_was_told_later_is_recorded_with_who_and_when(door: Door):
    """A responder phoned the mother an hour ago: it stands on the case as that person's word."""
    case = await door.refers(consent=consent(told=False))
    when = door.time.now() - HOUR
    told = await case.does("milestones", by="responder", milestone="family-told", reached_at=when.isoformat())
    assert isinstance(told, hub.MilestoneRecorded)
    assert (told.actor.role, told.reached_at) == ("responder", when)


# -- pathways and joint triage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ways",
    [("early-help",), ("specialist-service",), ("mash",), ("camhs",), ("early-help", "camhs"),
     ("early-help", "specialist-service", "mash", "camhs")],
    ids=" and ".join,
)  # fmt: skip
async def test_J_07_a_case_goes_any_way_and_any_combination_of_ways(door: Door, ways: tuple[str, ...]):
    """The case stands on every pathway that was chosen, and agencies are asked where MASH is one of them."""
    case = await door.refers()
    routed = await case.rated("amber", *ways)
    assert isinstance(routed, hub.CaseRouted)
    assert routed.pathways == ways
    assert bool(await case.asked()) == ("mash" in ways)


async def test_J_07_a_way_is_added_when_more_is_known(door: Door):
    """Early help first; then CAMHS is added, and early help stays."""
    case = await door.refers()
    await case.rated("green", "early-help")
    rerated = await case.rated("green", "camhs")
    assert isinstance(rerated, hub.CaseRerated)
    assert rerated.pathways == ("early-help", "camhs")


INDICATORS = (
    "sexual-abuse", "non-accidental-injury", "physical-abuse", "emotional-abuse", "repeat-referrals",
    "recent-child-protection-plan", "social-care-history", "domestic-abuse", "police-child-protection",
    "previous-child-removed", "pre-birth", "three-together", "neglect-despite-early-help", "exploitation",
    "harmful-sexual-behaviour",
)  # fmt: skip


@pytest.mark.parametrize("indicator", INDICATORS)
async def test_J_08_each_indicator_that_is_named_calls_for_joint_triage(door: Door, indicator: str):
    """One of the fifteen signs on the form is enough: the MASH decision maker is asked at once; the case says which."""
    case = await door.refers(indicators=[indicator])
    await case.email("alert", to=DECIDER)
    raised = await case.fact(hub.AlertRaised)
    assert (raised.requirement, len(raised.reasons)) == ("J-08", 1)
    recommended = await case.fact(hub.RoutingRecommended)
    assert recommended.indicators == (indicator,)
    assert recommended.pathways == ("mash",)
    assert recommended.reasons
    assert (await case.view())["joint_triage"] is True


@pytest.mark.parametrize(
    ("said", "indicator"),
    [
        ({"concern": concern(factors=["19B"])}, "sexual-abuse"),
        ({"concern": concern(factors=["19C"])}, "sexual-abuse"),
        ({"concern": concern(factors=["18C"])}, "physical-abuse"),
        ({"concern": concern(factors=["17A"])}, "emotional-abuse"),
        ({"concern": concern(factors=["3B"])}, "domestic-abuse"),
        ({"concern": concern(factors=["11A"])}, "exploitation"),
        ({"concern": concern(factors=["24A"])}, "exploitation"),
        ({"concern": concern(factors=["2B", "4B", "3A"])}, "three-together"),
        ({"children": [unborn()]}, "pre-birth"),
    ],
)
async def test_J_08_what_the_form_says_in_codes_is_seen_too(door: Door, said: dict, indicator: str):
    """Nobody ticked an indicator, but the assessment factors or the expected birth say it."""
    case = await door.refers(**said)
    await case.email("alert", to=DECIDER)
    assert indicator in (await case.fact(hub.RoutingRecommended)).indicators


async def test_J_08_two_of_the_three_together_are_not_enough(door: Door):
    """Substance misuse and mental ill-health of a parent, without domestic abuse: no joint triage is requested."""
    case = await door.refers(concern=concern("N4", factors=["1B", "4B"]))
    assert (await case.fact(hub.RoutingRecommended)).indicators == ()
    assert DECIDER not in await told_at_once(case)


async def test_J_08_a_child_protection_notification_of_the_police_calls_for_it(door: Door):
    """The police's own word for the incident is enough."""
    case = await door.notifies(nature="child protection", factors="", category_of_need="")
    await case.email("alert", to=DECIDER)
    assert "police-child-protection" in (await case.fact(hub.RoutingRecommended)).indicators


async def test_J_08_a_case_closed_within_three_months_calls_for_it_once_somebody_finds_it(door: Door):
    """A responder looks the family up: closed last month. The MASH decision maker is asked then."""
    case = await door.refers(concern=concern("N4"))
    assert DECIDER not in await told_at_once(case)
    closed = (door.time.local().date() - timedelta(days=30)).isoformat()
    await case.does("involvement", involvement="recently_closed", closed_on=closed)
    await case.email("alert", to=DECIDER)


async def test_J_08_a_person_may_ask_for_it_at_any_point(door: Door):
    """No indicator at all, the case long rated: an early help manager asks, and the decision maker has it at once."""
    case = await door.refers(concern=concern("N4"))
    await case.rated("green", "early-help")
    assert DECIDER not in await told_at_once(case)
    asked = await case.does("milestones", by="early_help_manager", milestone="joint-triage-requested")
    assert isinstance(asked, hub.MilestoneRecorded)
    assert case.reference in (await case.email("alert", to=DECIDER)).subject


# -- colours -----------------------------------------------------------------------------------------------------------------


async def test_J_09_red_is_due_in_four_hours_from_everybody(door: Door):
    """The decision and each agency's answer are two deadlines, four hours after the request."""
    case = await door.refers()
    routed = await case.rated("red", "mash")
    due = routed.meta.occurred_at + 4 * HOUR
    assert (await case.deadline("mash-decision")).due == due
    assert {one.due for one in case.deadlines("agency-response")} == {due}
    assert (await case.agency("police").asked()).due == due


async def test_J_09_the_police_s_and_social_care_s_teams_have_the_details_at_once(door: Door):
    """Rated red: both are alerted, and the child and the worry are on their topics while others are still asked."""
    case = await door.refers()
    await case.rated("red", "mash")
    for address, role in ((POLICE_UNIT, "police"), (SOCIAL_CARE, "csc")):
        assert case.reference in (await case.email("alert", to=address)).subject
        asked = await case.agency(role).asked()
        assert (asked.children[0].family_name, asked.context) == ("Testchild", "Synthetic: comes to school hungry.")


async def test_J_09_an_amber_case_alerts_neither_until_it_turns_red(door: Door):
    """Amber: nobody's alert. What an agency then says turns it red, and both teams are told."""
    case = await door.refers()
    await case.rated("amber", "mash")
    assert not {POLICE_UNIT, SOCIAL_CARE} & await told_at_once(case)
    await case.rated("red")
    await case.email("alert", to=POLICE_UNIT)
    await case.email("alert", to=SOCIAL_CARE)


async def test_J_09_research_is_collated_alongside_an_active_response(door: Door):
    """A strategy discussion is convened an hour after the request; every agency's answer is still waited for."""
    case = await door.refers()
    await case.rated("red", "mash")
    await door.time.later(hours=1)
    await case.does("milestones", by=MASH, milestone="strategy-discussion-convened")
    await case.never(hub.EnquiryCollated)
    collated = await case.all_answer()
    assert collated is not None
    assert len(collated.answered) == 4


async def test_J_09_the_decision_is_owed_although_every_agency_has_answered(door: Door):
    """Answers in time meet the agencies' deadlines, not the hub's own: four hours on, the decision lapses."""
    case = await door.refers()
    await case.rated("red", "mash")
    await case.all_answer()
    await door.time.until((await case.deadline("mash-decision")).due)
    lapse = await case.lapse("mash-decision")
    assert lapse.deadline.owner == "hub"
    await case.quiet()
    assert [one.deadline.clock for one in case.facts(hub.SlaBreached)] == ["mash-decision"]
    await case.decided("social-work", by=MASH)
    await case.fact(hub.SlaBreachResolved)


async def test_J_09_only_the_mash_decision_maker_decides_what_went_to_mash(door: Door):
    """An early help manager's outcome is refused on the record; the decision maker's stands."""
    case = await door.refers()
    await case.rated("red", "mash")
    refusal = await case.refused("outcome", by="early_help_manager", **outcome("social-work"))
    assert "MASH decision maker" in refusal.reason
    await case.decided("social-work", by=MASH)


async def test_J_10_a_child_in_need_of_protection_goes_straight_to_social_care(door: Door):
    """Immediate harm: social care is told at once, before anybody rates; straight to them is what is recommended."""
    case = await door.refers(concern=concern(immediate_harm=True))
    letter = await case.email("alert", to=SOCIAL_CARE)
    assert case.reference in letter.subject
    assert "Testchild" not in letter.whole
    assert "social-care" in (await case.fact(hub.RoutingRecommended)).pathways
    await case.never(hub.CaseRouted)


async def test_J_10_a_strategy_discussion_is_convened_and_recorded(door: Door):
    """Whoever convened it and when stands on the case; police and social care are told, and it may be the outcome."""
    case = await door.refers()
    await case.rated("red", "social-care")
    assert (await case.agency("csc").asked()).children
    convened = await case.does("milestones", by="senior_practitioner", milestone="strategy-discussion-convened")
    assert isinstance(convened, hub.MilestoneRecorded)
    assert convened.actor.role == "senior_practitioner"
    assert {POLICE_UNIT, SOCIAL_CARE} <= await told_at_once(case)
    await case.decided("strategy-discussion")


async def test_J_10_an_ordinary_contact_reaches_no_social_worker(door: Door):
    """Early help is recommended, and social care hears nothing of it."""
    case = await door.refers(concern=concern("N4"))
    await case.fact(hub.RoutingRecommended)
    assert SOCIAL_CARE not in await told_at_once(case)


async def test_J_11_amber_is_one_working_day(door: Door):
    """An amber request of a morning is due at the same time of the next working day, and the decision has no clock."""
    case = await door.refers()
    routed = await case.rated("amber", "mash")
    assert (await case.deadline("agency-response")).due == routed.meta.occurred_at + 24 * HOUR
    assert case.deadlines("mash-decision") == []


async def test_J_11_an_agency_that_is_silent_for_a_working_day_lapses(door: Door):
    """Asked on Friday morning: on Saturday morning nobody is late yet, on Monday at that time the silent one is."""
    await door.time.next("friday", "10:00")
    case = await door.refers()
    await case.rated("amber", "mash")
    await case.all_answer("camhs")
    await door.time.later(hours=24)
    await case.never(hub.SlaBreached)
    await door.time.next("monday", "10:01")
    assert (await case.lapse("agency-response")).deadline.owner == "jersey-camhs"
    assert (await case.fact(hub.EnquiryCollated)).lapsed == (case.agency("camhs").request_id,)


async def test_J_11_a_prison_s_question_about_a_visiting_child_is_always_amber(door: Door):
    """Amber is recommended whatever the worry; red or green are refused on the record, and amber asks agencies."""
    case = await door.refers(contact_type="prison-visit-check", concern=concern("N4"))
    assert (await case.fact(hub.RoutingRecommended)).rag is Rag.AMBER
    for colour in ("red", "green"):
        assert "always amber" in (await case.refused("rating", **rating(colour, "mash"))).reason
    await case.rated("amber", "mash")
    assert await case.asked()
    for colour in ("red", "green"):
        assert "always amber" in (await case.refused("rating", **rating(colour))).reason


async def test_J_12_green_asks_nobody(door: Door):
    """Rated green, even on the MASH pathway: no request leaves the hub and nothing is disclosed; amber asks all four."""
    case = await door.refers()
    await case.rated("green", "mash")
    assert await case.asked() == set()
    await case.never(hub.DisclosureMade)
    assert case.deadlines("agency-response") == []
    other = await door.refers()
    await other.rated("amber", "mash")
    assert len(await other.asked()) == 4


async def test_J_12_a_green_case_that_turns_amber_asks_then(door: Door):
    """More is learned: the same pathway asks its agencies from that moment on."""
    case = await door.refers()
    await case.rated("green", "mash")
    assert await case.asked() == set()
    rerated = await case.rated("amber")
    assert (await case.agency("police").asked()).due == rerated.meta.occurred_at + 24 * HOUR
    assert len(await case.asked()) == 4


async def test_J_13_the_colour_changes_as_information_arrives(door: Door):
    """Police answer something grave: the manager rates red, and those who still owe an answer have four hours."""
    case = await door.refers()
    await case.rated("amber", "mash")
    await case.agency("police").answers()
    rerated = await case.rated("red", rationale="Synthetic: what the police say.")
    assert isinstance(rerated, hub.CaseRerated)
    assert (rerated.previous, rerated.rag) == (Rag.AMBER, Rag.RED)
    told = await case.agency("csc").receives(agency.RequestRerated)
    assert (told.rag, told.due) == (Rag.RED, rerated.meta.occurred_at + 4 * HOUR)
    assert case.agency("police").name not in {one.organisation for one in rerated.rerated}


async def test_J_13_an_agency_s_flag_asks_for_another_look_at_the_colour(door: Door):
    """CAMHS flags a risk: the MASH decision maker is told at once, and decides; the flag by itself changes nothing."""
    case = await door.refers()
    await case.rated("amber", "mash")
    await case.agency("camhs").flags()
    await case.email("alert", to=DECIDER)
    await case.never(hub.CaseRerated)
    rerated = await case.rated("red", by=MASH)
    assert isinstance(rerated, hub.CaseRerated)


async def test_J_13_a_lower_colour_gives_more_time(door: Door):
    """Red was too much: amber from the first request on, and the hub's own four hours end."""
    case = await door.refers()
    routed = await case.rated("red", "mash")
    rerated = await case.rated("amber")
    assert isinstance(rerated, hub.CaseRerated)
    told = await case.agency("police").receives(agency.RequestRerated)
    assert told.due == routed.meta.occurred_at + 24 * HOUR
    assert rerated.withdrawn_deadlines == ((await case.deadline("mash-decision")).deadline_id,)


# -- outcomes ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ends_in",
    ["social-work", "designated-officer", "multi-agency-early-help", "single-agency-support", "signposting",
     "no-additional-needs", "support-declined"],
)  # fmt: skip
async def test_J_14_a_mash_case_ends_in_mash_s_own_words(door: Door, ends_in: str):
    """The decision maker's choice stands on the case and is told in those words."""
    case = await door.refers()
    await case.rated("amber", "mash")
    await case.decided(ends_in, by=MASH)
    assert (await case.view())["outcomes"] == [ends_in]


@pytest.mark.parametrize("ends_in", ["direct-family-work", "letter-to-parent-or-carer", "camhs-assessment"])
async def test_J_14_another_pathway_s_word_ends_no_mash_case(door: Door, ends_in: str):
    """Refused on the record with the reason; the case is still open."""
    case = await door.refers()
    await case.rated("amber", "mash")
    refusal = await case.refused("outcome", by=MASH, **outcome(ends_in))
    assert ends_in in refusal.reason
    await case.never(hub.OutcomeDecided)


@pytest.mark.parametrize(
    "ends_in",
    ["multi-agency-early-help-partner", "multi-agency-early-help-community-team", "direct-family-work",
     "single-agency-support", "signposting", "letter-to-parent-or-carer", "no-additional-needs", "support-declined"],
)  # fmt: skip
async def test_J_15_an_early_help_case_ends_in_early_help_s_own_words(door: Door, ends_in: str):
    """An early help manager decides, and the word stands on the case."""
    case = await door.refers()
    await case.rated("green", "early-help")
    await case.decided(ends_in, by="early_help_manager")
    assert (await case.view())["outcomes"] == [ends_in]


async def test_J_15_another_pathway_s_word_ends_no_early_help_case(door: Door):
    """The designated officer is MASH's, the duty worker CAMHS's: both refused on the record."""
    case = await door.refers()
    await case.rated("green", "early-help")
    for elsewhere in ("social-work", "designated-officer", "camhs-duty-worker"):
        assert elsewhere in (await case.refused("outcome", **outcome(elsewhere))).reason


async def test_J_15_where_nobody_can_be_phoned_a_text_or_letter_is_sent_and_recorded(door: Door):
    """Who sent it and when stands on the case, and the case can end in it."""
    case = await door.refers()
    await case.rated("green", "early-help")
    note = "Synthetic: three calls, no answer; a text and a letter."
    sent = await case.does("milestones", by="responder", milestone="text-or-letter-sent", note=note)
    assert isinstance(sent, hub.MilestoneRecorded)
    assert (sent.actor.role, sent.note) == ("responder", note)
    await case.decided("letter-to-parent-or-carer")


@pytest.mark.parametrize(
    "ends_in",
    ["camhs-duty-worker", "camhs-assessment", "camhs-neurodevelopmental-meeting", "camhs-early-help-support",
     "signposting", "camhs-no-needs"],
)  # fmt: skip
async def test_J_16_a_camhs_case_ends_in_camhs_s_own_words(door: Door, ends_in: str):
    """The CAMHS duty manager decides, and the word stands on the case."""
    case = await door.refers()
    await case.rated("green", "camhs")
    await case.decided(ends_in, by="camhs_duty_manager")
    assert (await case.view())["outcomes"] == [ends_in]


async def test_J_16_another_pathway_s_word_ends_no_camhs_case(door: Door):
    """Direct family work is early help's: refused on the record, until early help is one of the case's ways."""
    case = await door.refers()
    await case.rated("green", "camhs")
    assert "direct-family-work" in (await case.refused("outcome", **outcome("direct-family-work"))).reason
    await case.rated("green", "early-help")
    await case.decided("direct-family-work", "camhs-assessment")


# -- who is told ---------------------------------------------------------------------------------------------------------------


async def test_J_17_every_agency_that_collated_research_and_the_practitioner_are_told(door: Door):
    """Police and CAMHS answered: their representatives get the outcome, and so does the teacher; the silent ones not."""
    case = await door.refers()
    await case.rated("amber", "mash")
    await case.agency("police").answers()
    await case.agency("camhs").answers()
    await case.decided("social-work", by=MASH)
    for role, address in (("police", "mash@police.jersey.example"), ("camhs", "mash@camhs.jersey.example")):
        letter = await case.email("outcome_to_agency", to=address)
        assert "children's social work" in letter.text
        assert not any(word in letter.whole for word in ("Testchild", "hungry", "Terry"))
        assert (await case.agency(role).receives(agency.OutcomeShared)).outcomes == ("social-work",)
    assert "children's social work" in (await case.email("outcome", to=REFERRER)).text
    await case.no_email("outcome_to_agency", to="mash@csc.jersey.example")
    await case.no_email("outcome_to_agency", to="mash@early-help.jersey.example")


@pytest.mark.parametrize("kind", ["parent_or_carer", "public"])
async def test_J_17_no_other_referrer_is_told_a_mash_outcome(door: Door, kind: str):
    """A mother or a neighbour who referred: the agencies are told, and the referrer is not."""
    case = await door.refers(referrer=referrer(kind))
    await case.rated("amber", "mash")
    await case.agency("police").answers()
    await case.decided("social-work", by=MASH)
    await case.email("outcome_to_agency")
    await case.no_email("outcome")


async def test_J_17_a_second_practitioner_who_referred_the_same_is_told_too(door: Door):
    """A health visitor called about the same child: recorded on the case, and told the outcome like the teacher."""
    case = await door.refers()
    await case.rated("amber", "mash")
    visitor = referrer(name="Val Visitor", role="health visitor", email="val@clinic.example")
    await case.does("referrers", referrer=visitor)
    await case.decided("social-work", by=MASH)
    await case.email("outcome", to=REFERRER)
    await case.email("outcome", to="val@clinic.example")


@pytest.mark.parametrize(
    ("way", "ends_in"), [("mash", "social-work"), ("early-help", "signposting"), ("camhs", "camhs-assessment")]
)
async def test_J_18_a_member_of_the_public_gets_an_acknowledgement_and_nothing_else(door: Door, way: str, ends_in: str):
    """A neighbour is thanked; whatever is advised, decided or done afterwards, he gets no second letter."""
    case = await door.refers(referrer=referrer("public"), source="1B", consent=consent("not_sought", told=False))
    letter = await case.email("acknowledgement", to=REFERRER)
    assert "attended to" in letter.text
    assert "Testchild" not in letter.whole
    await case.rated("amber", way)
    await case.all_answer()
    await case.decided(ends_in, by=MASH)
    await case.fact(hub.OutcomeDecided)
    assert await written_to(case, REFERRER) == ["acknowledgement"]


async def test_J_18_a_neighbour_s_request_for_a_programme_brings_no_letter_either(door: Door):
    """Even what is no case for triage: the responders have it, the neighbour was thanked, and that is all."""
    case = await door.refers(contact_type="parenting-programme", referrer=referrer("public"))
    await case.email("passed_on", to=RESPONDERS)
    assert await written_to(case, REFERRER) == ["acknowledgement"]


async def test_J_18_what_a_neighbour_does_not_know_is_not_asked_back(door: Door):
    """He cannot name the family: his information is taken all the same, and he is thanked."""
    case = await door.refers(referrer=referrer("public"), children=None, adults=None)
    await case.fact(hub.CaseOpened)
    await case.email("acknowledgement", to=REFERRER)
    assert await written_to(case, REFERRER) == ["acknowledgement"]
    await case.never(hub.ReferralReturned)


async def test_J_18_who_says_not_who_he_is_is_told_no_more_than_the_public(door: Door):
    """Neither practitioner nor parent was said: the outcome stays in the hub."""
    case = await door.refers(referrer=referrer("UNKNOWN"))
    await case.rated("green", "early-help")
    await case.decided("signposting")
    await case.email("acknowledgement", to=REFERRER)
    assert await written_to(case, REFERRER) == ["acknowledgement"]


@pytest.mark.parametrize("kind", ["court-check", "probation-check"])
async def test_J_19_courts_and_probation_s_checks_run_through_the_same_requests(door: Door, kind: str):
    """The agencies are asked as in any MASH case, each answers, and the check is answered."""
    court = referrer(
        name="Robin Registrar", role="court officer", organisation="Synthetic Court", email="c@court.example"
    )
    case = await door.refers(contact_type=kind, concern=concern(), referrer=court, source="7")
    assert (await case.fact(hub.RoutingRecommended)).pathways == ("mash",)
    await case.rated("amber", "mash")
    asked = await case.asked()
    assert asked == {"jersey-police", "jersey-csc", "jersey-camhs", "jersey-early-help"}
    assert (await case.agency("police").asked()).due is not None
    await case.all_answer()
    await case.decided("check-answered", by=MASH)
    await case.email("outcome", to="c@court.example")


async def test_J_19_a_check_cannot_be_rated_so_that_nobody_is_asked(door: Door):
    """Green asks nobody: for a check of the courts it is refused on the record."""
    case = await door.refers(contact_type="court-check", concern=concern())
    assert "J-19" in (await case.refused("rating", **rating("green", "mash"))).reason


# -- disagreement and advice ---------------------------------------------------------------------------------------------------


async def test_J_20_disagreement_with_an_outcome_is_recorded_on_the_case(door: Door):
    """The police disagree: who said so and why stands on the case, the decision maker is told, and answers to it."""
    case = await door.refers()
    await case.rated("amber", "mash")
    await case.decided("no-additional-needs", by=MASH)
    note = "Synthetic: the police expected a referral to social work."
    raised = await case.does("milestones", by="senior_practitioner", milestone="disagreement-raised", note=note)
    assert isinstance(raised, hub.MilestoneRecorded)
    assert (raised.actor.role, raised.note) == ("senior_practitioner", note)
    await case.email("alert", to=DECIDER)
    answer = await case.does(
        "milestones", by=MASH, milestone="disagreement-answered", answers=str(raised.meta.event_id)
    )
    assert isinstance(answer, hub.MilestoneRecorded)
    assert answer.answers == raised.meta.event_id
    assert note in str((await case.view("picture"))["milestones"])


async def test_J_20_an_answer_to_no_disagreement_is_refused(door: Door):
    """Nothing was disagreed with: the answer is refused on the record."""
    case = await door.refers()
    await case.rated("amber", "mash")
    answers = {"milestone": "disagreement-answered", "answers": str(case.id)}
    assert "disagreement-raised" in (await case.refused("milestones", by=MASH, **answers)).reason


async def test_J_21_an_advice_call_is_logged_and_stands_on_no_child_s_record(door: Door):
    """A teacher asks for advice: topic and result are counted, there is no case, and no text could name a child."""
    before = len(door.hub.log.of(hub.CaseOpened))
    call = {"topic": "threshold", "outcome": "advice-given", "caller_kind": "practitioner", "source": "2A"}
    response = await door.post("/v1/calls", "responder", call)
    assert response.status_code == 202, response.text
    reference = response.json()["reference"]
    await door.quiet.everything(door.hub.organisations)
    (logged,) = [one for one in door.hub.log.of(hub.CallLogged) if one.reference == reference]
    assert (logged.meta.case_id, logged.topic, logged.outcome) == (None, "threshold", "advice-given")
    assert len(door.hub.log.of(hub.CaseOpened)) == before


async def test_J_21_a_call_takes_nothing_about_a_child(door: Door):
    """Whoever types a name into a call is refused, and the name stands nowhere."""
    call = {"topic": "threshold", "outcome": "advice-given", "child": "Advisa Unrecorded"}
    response = await door.post("/v1/calls", "responder", call)
    assert response.status_code == 400, response.text
    await door.nowhere("Unrecorded")


@pytest.mark.parametrize("kind", ["practitioner", "parent_or_carer"])
@pytest.mark.parametrize(("way", "ends_in"), [("early-help", "direct-family-work"), ("camhs", "camhs-assessment")])
async def test_J_22_early_help_and_camhs_outcomes_are_told_to_who_asked(door: Door, kind: str, way: str, ends_in: str):
    """The teacher or the mother who asked gets a letter with the outcome, and nothing of the case in it."""
    case = await door.refers(referrer=referrer(kind))
    await case.rated("green", way)
    await case.decided(ends_in)
    letter = await case.email("outcome", to=REFERRER)
    assert case.reference in letter.subject
    assert "Testchild" not in letter.whole


async def test_J_22_a_request_for_a_specialist_service_goes_straight_to_its_manager(door: Door):
    """No safeguarding concern: the team's manager has it at once, the practitioner is told, nobody triages it."""
    case = await door.refers(contact_type="specialist-service", concern=concern("N2"))
    assert (await case.fact(hub.ContactDirected)).handling is Handling.PASSED_ON
    assert case.reference in (await case.email("passed_on", to=SPECIALISTS)).subject
    assert case.reference in (await case.email("directed", to=REFERRER)).subject
    await case.never(hub.RoutingRecommended, hub.CaseRouted, agency.InformationRequested)


@pytest.mark.parametrize(
    "worry",
    [
        {"concern": concern("N2", immediate_harm=True)},
        {"concern": concern("N2", factors=["18C"])},
        {"concern": concern("N2"), "indicators": ["repeat-referrals"]},
        {"concern": concern("N1")},
    ],
    ids=["immediate harm", "an allegation", "an indicator", "abuse or neglect"],
)
async def test_J_22_with_a_safeguarding_concern_it_is_triaged_instead(door: Door, worry: dict):
    """The same request, and something worries: it does not go to the team, it is recommended for MASH."""
    case = await door.refers(contact_type="specialist-service", **worry)
    assert "mash" in (await case.fact(hub.RoutingRecommended)).pathways
    await case.never(hub.ContactDirected)
    await case.no_email("passed_on")


def rating(rag: str, *pathways: str) -> dict:
    return {"rag": rag, "pathways": list(pathways), "rationale": "Synthetic: as the story has it."}
