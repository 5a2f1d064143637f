"""Gloucestershire's front door, line by line, as its practitioners would see it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mashbus.contracts import agency, hub
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import Handling, Involvement, Knowledge, LawfulBasis, Rag
from tests.procedures.case import Case, outcome
from tests.procedures.contacts import ADDRESS, child, concern, consent, professional, referrer
from tests.procedures.door import Door

HOUR = timedelta(hours=1)
HARM = {"immediate_harm": True}
SOCIAL_WORK, EARLY_HELP, SUPPORT = "social_work_manager", "early_help_manager", "business_support"
TRIAGE = "triage@frontdoor.gloucestershire.example"
NORA = {"name": "Nora Neighbour", "email": "nora@home.example", "phone": "01632 960777"}
OF_NORA = ("Nora", "Neighbour", "nora@", "960777")


def living_at(postcode: str, **changes: Any) -> dict[str, Any]:
    return child(address={**ADDRESS, "postcode": postcode}, **changes)


async def to_mash(case: Case, rag: str = "amber") -> hub.CaseRouted:
    """As only a social work manager may send it there."""
    routed = await case.rated(rag, "mash", by=SOCIAL_WORK)
    assert isinstance(routed, hub.CaseRouted)
    return routed


# -- screening (G-01, G-02) ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["email", "phone"])
async def test_G_01_business_support_asks_back_for_all_that_is_missing_at_once(door: Door, channel: str):
    """An email or a call without a child's family name and without a concern comes back with both named, once."""
    case = await door.refers(channel=channel, children=[child(family_name=None)], concern=concern(summary=None))
    returned = await case.fact(hub.ReferralReturned)
    assert returned.missing == ("children[0].family_name", "concern.summary")
    letter = await case.email("returned")
    assert all(item in letter.text for item in returned.missing)
    await case.never(hub.CaseOpened, hub.RoutingRecommended)


async def test_G_01_what_is_urgent_goes_to_triage_at_once(door: Door):
    """A child in danger: triage is alerted and red is recommended, whatever the form still lacks."""
    case = await door.refers(channel="phone", children=[child(family_name=None)], concern=concern(**HARM))
    assert case.reference in (await case.email("alert", to=TRIAGE)).subject
    assert (await case.fact(hub.RoutingRecommended)).rag is Rag.RED
    await case.never(hub.ReferralReturned)


async def test_G_01_an_ordinary_contact_alerts_nobody(door: Door):
    """Complete, in the area and not urgent: it waits for its triage decision like any other."""
    case = await door.refers(channel="email", children=[living_at("GL50 1AA")], concern=concern("N1"))
    await case.fact(hub.RoutingRecommended)
    await case.no_email("alert")


async def test_G_01_whether_it_is_already_open_is_looked_up_and_recorded(door: Door):
    """Business support finds the child's social worker: that stands on the case, with the team that holds it."""
    case = await door.refers(channel="phone")
    found = await case.does("involvement", by=SUPPORT, involvement="open", held_by="Synthetic Team North")
    assert isinstance(found, hub.InvolvementRecorded)
    assert (found.involvement, found.actor.role) == (Involvement.OPEN, SUPPORT)
    assert "Synthetic Team North" in str(await case.view("picture"))


async def test_G_01_advice_goes_to_the_advice_line(door: Door):
    """Somebody writes for advice: the advice line has it, the writer is told so, and triage never sees it."""
    case = await door.refers(channel="email", contact_type="advice")
    directed = await case.fact(hub.ContactDirected)
    assert directed.handling is Handling.PASSED_ON
    passed_on = await case.email("passed_on", to="advice-line@frontdoor.gloucestershire.example")
    assert case.reference in passed_on.subject
    assert "advice line" in (await case.email("directed")).text
    await case.never(hub.RoutingRecommended, hub.CaseRouted)


async def test_G_01_a_call_for_advice_is_logged_without_a_child(door: Door):
    """A call leaves a reference to quote later and belongs to no case."""
    call = {"topic": "threshold", "outcome": "advice-given", "caller_kind": "practitioner", "source": "2A"}
    answer = await door.post("/v1/calls", SUPPORT, call)
    assert answer.status_code == 202, answer.text
    await door.quiet.everything(door.organisations)
    (logged,) = [one for one in door.hub.log.of(hub.CallLogged) if one.reference == answer.json()["reference"]]
    assert (logged.meta.case_id, logged.topic) == (None, "threshold")


async def test_G_01_advice_about_a_child_in_danger_is_triaged(door: Door):
    """Whoever asks for advice and reports immediate harm is not sent to the advice line."""
    case = await door.refers(contact_type="advice", concern=concern(**HARM))
    await case.email("alert", to=TRIAGE)
    await case.never(hub.ContactDirected)


async def test_G_02_another_area_s_child_is_returned_with_its_authority(door: Door):
    """A family in Worcester: the referrer reads who is responsible, and nothing of it is triaged."""
    case = await door.refers(children=[living_at("WR1 2AB")], concern=concern("N1"))
    returned = await case.fact(hub.ReferralReturned)
    assert "Worcestershire" in (returned.authority or "")
    letter = await case.email("out_of_area")
    assert "Worcestershire" in letter.text
    assert "Testchild" not in letter.whole
    await case.never(hub.CaseOpened, hub.RoutingRecommended, hub.CaseRouted)
    refusal = await case.refused("rating", by=SOCIAL_WORK, rag="amber", pathways=["mash"], rationale="Synthetic.")
    assert "returned" in refusal.reason


@pytest.mark.parametrize("postcode", ["GL1 1AA", "gl501aa", "ZZ99 9ZZ", ""])
async def test_G_02_what_is_here_or_not_certainly_elsewhere_is_triaged(door: Door, postcode: str):
    """A child of the county, and one whose postcode nobody knows: both are taken."""
    case = await door.refers(children=[living_at(postcode)])
    await case.fact(hub.CaseOpened)


async def test_G_02_brothers_in_two_areas_are_not_sent_away(door: Door):
    """One child lives here: the contact stays."""
    case = await door.refers(children=[living_at("WR1 2AB"), living_at("GL1 1AA", given_name="Sam")])
    await case.fact(hub.CaseOpened)


async def test_G_02_harm_elsewhere_is_returned_and_somebody_knows(door: Door):
    """Immediate harm in another area: the referrer is told whom to call, and triage is alerted all the same."""
    case = await door.refers(children=[living_at("WR1 2AB")], concern=concern(**HARM))
    await case.email("alert", to=TRIAGE)
    assert "Worcestershire" in (await case.email("out_of_area")).text
    await case.never(hub.CaseOpened)


# -- time (G-04, G-05) --------------------------------------------------------------------------------------------------------


async def test_G_04_the_first_decision_is_owed_within_a_working_day(door: Door):
    """Contacts of Friday afternoon are to be triaged by the same time on Monday: the one that was rated is in time, the
    forgotten one is the hub's lapse.
    """
    await door.time.next("friday", "15:00")
    case = await door.refers()
    deadline = await case.deadline("first-decision")
    assert door.time.wall(deadline.due) == "Monday 15:00"
    forgotten = await door.refers()
    await case.rated("green", "early-help")
    await door.time.until((await forgotten.deadline("first-decision")).due)
    assert (await forgotten.lapse("first-decision")).deadline.owner == "hub"
    await case.never(hub.SlaBreached)


@pytest.mark.parametrize(("rag", "hours"), [("red", 4), ("amber", 72)])
async def test_G_05_the_hub_owes_red_and_amber_in_hours_from_receipt(door: Door, rag: str, hours: int):
    """Counted from receipt and not from the rating; agencies are told by when, and owe no clock of their own."""
    case = await door.refers()
    received = (await case.fact(hub.CaseOpened)).received_at
    await door.time.later(hours=1)
    await to_mash(case, rag)
    deadline = await case.deadline("rag-response")
    assert (deadline.owner, deadline.due) == ("hub", received + hours * HOUR)
    request = await case.agency("police").asked()
    assert (request.due, request.needed_by) == (None, deadline.due)


@pytest.mark.parametrize(("rag", "pathway", "days"), [("blue", "advice", 1), ("green", "early-help", 7)])
async def test_G_05_the_hub_owes_blue_and_green_in_working_days(door: Door, rag: str, pathway: str, days: int):
    """Blue is advice, due on the next working day; green is targeted early help, due in a week, at the time of receipt."""
    case = await door.refers()
    received = (await case.fact(hub.CaseOpened)).received_at
    await case.rated(rag, pathway)
    assert (await case.deadline("rag-response")).due == received + timedelta(days=days)


async def test_G_05_red_is_a_strategy_discussion_with_social_care_health_and_police(door: Door):
    """All three are asked at once, with the hub's four hours as the time by which it is needed; held, it is recorded."""
    case = await door.refers(concern=concern(**HARM))
    recommended = await case.fact(hub.RoutingRecommended)
    assert (recommended.rag, recommended.pathways) == (Rag.RED, ("strategy-discussion",))
    await case.rated("red", "strategy-discussion", by=SOCIAL_WORK)
    assert await case.asked() >= {door.organisation(one) for one in ("social_care", "health", "police")}
    await case.does("milestones", by=SOCIAL_WORK, milestone="strategy-discussion-held")
    refusal = await (await door.refers()).refused(
        "rating", by=SOCIAL_WORK, rag="red", pathways=["early-help"], rationale="Synthetic."
    )
    assert "strategy discussion" in refusal.reason


async def test_G_05_red_that_is_not_decided_in_four_hours_is_the_hub_s_lapse(door: Door):
    """Police never answered: the hub is late, not the police; a decision in time would have met it."""
    late, timely = await door.refers(), await door.refers()
    for case in (late, timely):
        await to_mash(case, "red")
    await timely.decided("section-47", by=SOCIAL_WORK)
    await door.time.until((await late.deadline("rag-response")).due)
    assert (await late.lapse("rag-response")).deadline.owner == "hub"
    await late.quiet()
    assert {one.deadline.clock for one in late.facts(hub.SlaBreached)} == {"rag-response"}
    await timely.never(hub.SlaBreached)


# -- who decides (G-06, G-07) -----------------------------------------------------------------------------------------------------


async def test_G_06_a_manager_changes_the_colour_with_his_reason(door: Door):
    """Who changed it from what to what, and why, stands on the case; without a reason it is not taken."""
    case = await door.refers()
    await to_mash(case)
    problem = await case.impossible("rating", by=SOCIAL_WORK, rag="red", pathways=[], rationale=" ")
    assert problem["faults"][0]["where"] == "/rationale"
    rerated = await case.rated("red", by=SOCIAL_WORK, rationale="Synthetic: a second incident.")
    assert isinstance(rerated, hub.CaseRerated)
    assert (rerated.previous, rerated.rag, rerated.rationale) == (Rag.AMBER, Rag.RED, "Synthetic: a second incident.")
    assert rerated.decided_by.role == SOCIAL_WORK


async def test_G_06_nobody_but_a_manager_changes_it(door: Door):
    """A trainee's new colour is refused on the record, and the old one stands."""
    case = await door.refers()
    await to_mash(case)
    refusal = await case.refused("rating", by="trainee", rag="red", pathways=[], rationale="Synthetic.")
    assert refusal.actor.role == "trainee"
    assert not case.facts(hub.CaseRerated)


async def test_G_07_an_early_help_manager_signs_off_early_help(door: Door):
    """Early help was asked for: the early help manager sends it there and decides it."""
    case = await door.refers(asks_for="early_help", concern=concern("N4"))
    await case.rated("green", "early-help", by=EARLY_HELP)
    decided = await case.decided("early-help", by=EARLY_HELP)
    assert isinstance(decided, hub.OutcomeDecided)
    assert decided.decided_by.role == EARLY_HELP


async def test_G_07_an_early_help_manager_signs_off_no_further_action_where_early_help_was_asked_for(door: Door):
    """The family needs nothing after all: his word is enough, and it is not where social care was asked for."""
    case = await door.refers(asks_for="early_help")
    await case.rated("blue", "closure", by=EARLY_HELP)
    await case.decided("no-further-action", by=EARLY_HELP)
    other = await door.refers(asks_for="social_care")
    await other.rated("blue", "closure", by=SOCIAL_WORK)
    refusal = await other.refused("outcome", by=EARLY_HELP, **outcome("no-further-action"))
    assert "social work manager" in refusal.reason
    await other.decided("no-further-action", by=SOCIAL_WORK)


async def test_G_07_what_goes_to_mash_is_a_social_work_manager_s(door: Door):
    """The early help manager may neither send a case to MASH nor decide one that is there."""
    case = await door.refers(asks_for="early_help")
    rating = await case.refused("rating", by=EARLY_HELP, rag="amber", pathways=["mash"], rationale="Synthetic.")
    await to_mash(case)
    decision = await case.refused("outcome", by=EARLY_HELP, **outcome("early-help"))
    assert all("Only a social work manager" in one.reason for one in (rating, decision))
    assert isinstance(await case.decided("early-help", by=SOCIAL_WORK), hub.OutcomeDecided)


async def test_G_07_where_social_care_was_asked_for_a_social_work_manager_signs_off(door: Door):
    """Sent to early help or not: the early help manager may not, the social work manager may."""
    case = await door.refers(asks_for="social_care", concern=concern("N4"))
    refusal = await case.refused("rating", by=EARLY_HELP, rag="green", pathways=["early-help"], rationale="Synthetic.")
    assert "social care was asked for" in refusal.reason
    await case.rated("green", "early-help", by=SOCIAL_WORK)
    await case.refused("outcome", by=EARLY_HELP, **outcome("early-help"))
    await case.decided("early-help", by=SOCIAL_WORK)


# -- the enquiry (G-08), consent (G-09, G-20), outcomes (G-10) ------------------------------------------------------------------------


@pytest.mark.parametrize("worry", [concern("N1"), concern(factors=["3A"])])
async def test_G_08_a_safeguarding_concern_calls_for_a_mash_enquiry(door: Door, worry: dict[str, Any]):
    """Abuse or domestic abuse is named: MASH is recommended, with the reason why."""
    recommended = await (await door.refers(concern=worry)).fact(hub.RoutingRecommended)
    assert (recommended.rag, recommended.pathways) == (Rag.AMBER, ("mash",))
    assert all(recommended.reasons)


async def test_G_08_each_partner_learns_why_and_returns_what_it_means(door: Door):
    """Every partner reads the reason; what police and health return, cumulative harm included, stands side by side in
    the manager's picture, and who has not answered stands there too.
    """
    case = await door.refers(concern=concern("N1", summary="Synthetic: bruises after weekends."))
    await to_mash(case)
    for name in sorted(await case.asked()):
        request = await case.agency(name).asked()
        assert request.purpose
        assert request.context == "Synthetic: bruises after weekends."
    await case.agency("police").answers(
        Knowledge.KNOWN, summary="Synthetic: three call-outs.", analysis="Synthetic: the third in a year, each worse."
    )
    health = await case.agency("health").answers(
        Knowledge.KNOWN, summary="Synthetic: missed clinics.", analysis="Synthetic: neglect adds to the violence."
    )
    assert health.analysis == "Synthetic: neglect adds to the violence."
    picture = await case.view("picture")
    known = {one["role"]: one["answers"] for one in picture["organisations"]}
    assert known["police"][0]["analysis"] == "Synthetic: the third in a year, each worse."
    assert known["health"][0]["summary"] == "Synthetic: missed clinics."
    assert (known["education"], known["social_care"]) == ([], [])


async def test_G_08_the_enquiry_closes_when_all_have_answered_or_the_manager_knows_enough(door: Door):
    """All four, or a social work manager's word; an early help manager's is refused."""
    complete, short = await door.refers(), await door.refers()
    for case in (complete, short):
        await to_mash(case)
    collated = await complete.all_answer()
    assert collated is not None
    assert len(collated.answered) == 4
    await short.refused("enough", by=EARLY_HELP, rationale="Synthetic.")
    ended = await short.does("enough", by=SOCIAL_WORK, rationale="Synthetic: police said it all.")
    assert isinstance(ended, hub.EnquiryCollated)
    assert len(ended.outstanding) == 4


async def test_G_09_not_sought_a_recommended_assessment_progresses_and_the_team_engages_the_family(door: Door):
    """Nobody asked the family yet: early help takes it on, is told to engage them, and records that it has."""
    case = await door.refers(asks_for="early_help", concern=concern("N4"), consent=consent("not_sought"))
    assert (await case.fact(hub.RoutingRecommended)).pathways == ("early-help",)
    await case.rated("green", "early-help", by=EARLY_HELP)
    letter = await case.email("alert", to="early-help@gloucestershire.example")
    assert "engage the family" in letter.text
    assert isinstance(await case.does("milestones", milestone="family-engaged"), hub.MilestoneRecorded)
    assert isinstance(await case.decided("early-help", by=EARLY_HELP), hub.OutcomeDecided)


async def test_G_09_refused_it_does_not_progress_and_mash_closes_it_with_its_reason(door: Door):
    """The family refuses: neither early help nor an enquiry; the social work manager closes it and says why."""
    case = await door.refers(asks_for="early_help", concern=concern("N4"), consent=consent("refused"))
    for rag, pathway in (("green", "early-help"), ("amber", "mash")):
        refusal = await case.refused("rating", by=SOCIAL_WORK, rag=rag, pathways=[pathway], rationale="Synthetic.")
        assert "Consent is refused" in refusal.reason
    await case.refused("rating", by=EARLY_HELP, rag="blue", pathways=["closure"], rationale="Synthetic.")
    await case.rated("blue", "closure", by=SOCIAL_WORK)
    await case.refused("outcome", by=SOCIAL_WORK, **outcome("early-help"))
    await case.refused("outcome", by=EARLY_HELP, **outcome("no-further-action"))
    decided = await case.decided("no-further-action", by=SOCIAL_WORK, rationale="Synthetic: no risk without support.")
    assert isinstance(decided, hub.OutcomeDecided)
    assert (decided.decided_by.role, decided.rationale) == (SOCIAL_WORK, "Synthetic: no risk without support.")


async def test_G_09_refused_mash_may_hold_a_strategy_discussion_instead(door: Door):
    """The risk is too great to close it: the basis is recorded, social care, health and police are asked."""
    case = await door.refers(concern=concern("N1"), consent=consent("refused"))
    assert (await case.fact(hub.RoutingRecommended)).pathways == ("strategy-discussion",)
    ground = consent("refused", lawful_basis="substantial_public_interest")
    await case.does("consent", consent=ground, rationale="Synthetic: protecting a child from harm.")
    routed = await case.rated("red", "strategy-discussion", by=SOCIAL_WORK, rationale="Synthetic: two injuries.")
    assert isinstance(routed, hub.CaseRouted)
    assert routed.reasons == ("Synthetic: two injuries.",)
    assert await case.asked()
    await case.decided("section-47", by=SOCIAL_WORK)


@pytest.mark.parametrize("ends_in", ["early-help", "section-17", "section-47", "no-further-action"])
async def test_G_10_an_enquiry_ends_in_one_of_four_ways(door: Door, ends_in: str):
    """The manager chooses one, the referrer reads it, and it stands on the case."""
    case = await door.refers(concern=concern("N1"))
    await to_mash(case)
    await case.decided(ends_in, by=SOCIAL_WORK)
    assert case.reference in (await case.email("outcome")).subject
    assert (await case.view())["outcomes"] == [ends_in]


async def test_G_10_otherwise_advice_and_signposting(door: Door):
    """Advice alone ends in advice and signposting; it does not end in section 47, and no other word is taken."""
    case = await door.refers(concern=concern("N9"))
    await case.rated("blue", "advice", by=SOCIAL_WORK)
    await case.refused("outcome", by=SOCIAL_WORK, **outcome("section-47"))
    problem = await case.impossible("outcome", **outcome("statutory-assessment"))
    assert "advice-and-signposting" in problem["faults"][0]["remedy"]
    await case.decided("advice-and-signposting", by=SOCIAL_WORK)
    assert "Advice and signposting" in (await case.email("outcome")).text


# -- needs assessments (G-16) ------------------------------------------------------------------------------------------------------------


async def _asked_for_a_contribution(case: Case, at: datetime) -> tuple[str, Deadline]:
    """The request to quote, and by when it is owed."""
    requested = await case.does(
        "milestones", milestone="needs-assessment-contribution-requested", reached_at=at.isoformat()
    )
    assert isinstance(requested, hub.MilestoneRecorded)
    (deadline,) = requested.deadlines
    assert (deadline.owner, deadline.due) == ("practitioner", at + timedelta(days=20))
    return str(requested.meta.event_id), deadline


async def _returned(case: Case, request: str) -> None:
    await case.does(
        "milestones", by="practitioner", milestone="needs-assessment-contribution-returned", answers=request
    )


async def test_G_16_a_contribution_is_owed_within_twenty_days_of_the_request(door: Door):
    """Two practitioners were asked in a letter of three days ago and have twenty days from then, weekends and all: one
    returns it on the last of them, in time; the other's lapses, and its return is told with the lateness.
    """
    case = await door.refers(channel="post")
    asked = door.time.now() - timedelta(days=3)
    timely, deadline = await _asked_for_a_contribution(case, asked)
    slow, _ = await _asked_for_a_contribution(case, asked)
    await door.time.until(deadline.due - HOUR)
    await _returned(case, timely)
    await door.time.until(deadline.due + HOUR)
    lapse = await case.lapse(deadline.clock)
    assert str(lapse.deadline.subject) == slow
    await case.quiet()
    assert len(case.facts(hub.SlaBreached, lambda one: one.deadline.clock == deadline.clock)) == 1
    await _returned(case, slow)
    late = await case.fact(hub.SlaBreachResolved, lambda one: one.deadline.clock == "needs-assessment-contribution")
    assert late.lateness_microseconds >= HOUR / timedelta(microseconds=1)


# -- what leaves the hub (G-19 to G-21) ----------------------------------------------------------------------------------------------------


async def test_G_19_each_partner_sees_what_is_agreed_for_it_and_no_more(door: Door):
    """Education has the school and no address, police no NHS number; which fields went to whom is on the record."""
    case = await door.refers(concern=concern("N1"), children=[child(nhs_number="9990000018")])
    await to_mash(case)
    education, police = await case.agency("education").asked(), await case.agency("police").asked()
    assert (education.children[0].school, education.children[0].address) == ("Synthetic School", None)
    assert education.adults == ()
    assert (police.children[0].nhs_number, police.adults[0].given_name) == (None, "Petra")
    made = await case.fact(hub.DisclosureMade, lambda one: one.organisation == case.agency("education").name)
    assert (made.disclosed, made.purpose) == (education.disclosed, education.purpose)
    assert "child.address" not in made.disclosed


async def test_G_19_what_one_partner_says_stays_in_the_hub(door: Door):
    """Police's answer reaches the manager and no other partner; nor do impact, what was tried, or who else is involved."""
    case = await door.refers(
        concern=concern("N1", impact="Synthetic: INNER-ONE.", tried="Synthetic: INNER-TWO."),
        professionals=[professional("Inner Three")],
    )
    await to_mash(case)
    await case.agency("police").answers(Knowledge.KNOWN, summary="Synthetic: INNER-FOUR.")
    await case.all_answer("police")
    await case.decided("section-17", by=SOCIAL_WORK)
    assert "INNER-FOUR" in str(await case.view("picture"))
    for name in ("health", "education", "social_care"):
        await case.agency(name).receives(agency.OutcomeShared)
        told = "".join(one.model_dump_json() for one in case.agency(name).told)
        assert "inner" not in told.lower()


async def test_G_19_who_is_not_part_of_the_enquiry_hears_nothing(door: Door):
    """A strategy discussion does not ask education: nothing of the case lies on its topic, and police has its request."""
    case = await door.refers()
    await case.rated("red", "strategy-discussion", by=SOCIAL_WORK)
    await case.agency("police").asked()
    await case.decided("section-47", by=SOCIAL_WORK)
    await case.quiet()
    assert case.agency("education").told == []


@pytest.mark.parametrize("status", ["given", "not_sought"])
async def test_G_20_with_or_without_consent_the_basis_is_recorded_first(door: Door, status: str):
    """No agency is asked until somebody has recorded basis and rationale; then each disclosure names the basis."""
    case = await door.refers(concern=concern("N1"), consent=consent(status, lawful_basis=None))
    refusal = await case.refused("rating", by=SOCIAL_WORK, rag="amber", pathways=["mash"], rationale="Synthetic.")
    assert "lawful basis" in refusal.reason
    await case.never(hub.DisclosureMade)
    basis = consent(status, lawful_basis="public_task")
    recorded = await case.does("consent", consent=basis, rationale="Synthetic: weighed for this child.")
    assert isinstance(recorded, hub.ConsentRecorded)
    assert recorded.rationale == "Synthetic: weighed for this child."
    await to_mash(case)
    made = await case.fact(hub.DisclosureMade)
    assert made.lawful_basis is LawfulBasis.PUBLIC_TASK


async def test_G_20_a_basis_without_its_rationale_is_not_taken(door: Door):
    """Whoever records that it may be shared says why, and consent alone is no basis."""
    case = await door.refers(consent=consent("not_sought"))
    problem = await case.impossible("consent", consent=consent("not_sought", lawful_basis="public_task"), rationale="")
    assert problem["faults"][0]["where"] == "/rationale"
    await case.does("consent", consent=consent(lawful_basis="consent"), rationale="Synthetic: she agreed.")
    refusal = await case.refused("rating", by=SOCIAL_WORK, rag="amber", pathways=["mash"], rationale="Synthetic.")
    assert "lawful basis" in refusal.reason


async def test_G_21_an_anonymous_caller_goes_straight_to_triage(door: Door):
    """No name, no number: nothing is asked back, triage is told at once, and nobody can be written to."""
    case = await door.refers(source="9", channel="phone", referrer={"kind": "anonymous"})
    assert case.reference in (await case.email("alert", to=TRIAGE)).subject
    suppressed = await case.fact(hub.EmailSuppressed)
    assert (suppressed.kind, suppressed.reason) == ("acknowledgement", "anonymous")
    await case.never(hub.ReferralReturned)


async def test_G_21_nobody_that_is_asked_or_told_learns_who_referred(door: Door):
    """Requests, the outcome to each partner and the case as readers see it are free of the neighbour's name, phone and
    address; the neighbour alone has an email.
    """
    case = await door.refers(source="1B", referrer=referrer("public", **NORA))
    await to_mash(case)
    asked = await case.asked()
    assert asked
    await case.all_answer()
    await case.decided("section-17", by=SOCIAL_WORK)
    for name in asked:
        await case.agency(name).receives(agency.OutcomeShared)
    told = "\n".join(one.model_dump_json() for name in asked for one in case.agency(name).told)
    shown = str([await case.view(), await case.view("picture")])
    assert not any(word in told + shown for word in OF_NORA)
    letters = case.facts(hub.EmailRequested)
    assert not [one for one in letters if any(word in f"{one.subject} {one.body} {one.html}" for word in OF_NORA)]
    assert {one.to for one in letters} == {NORA["email"]}


@pytest.mark.parametrize(
    ("kind", "team"),
    [
        ("child-in-care-placed", "children-in-care@gloucestershire.example"),
        ("pregnant-woman-missing", "notifications@frontdoor.gloucestershire.example"),
    ],
)
async def test_G_22_a_notification_from_elsewhere_is_passed_on_and_no_referral(door: Door, kind: str, team: str):
    """Another county tells of a child of theirs placed here, or a missing woman: recorded, passed on at once, never
    returned for its postcode, never triaged, and nothing is owed; a referral of the same hour is triaged and owes its decision.
    """
    referral = await door.refers(concern=concern("N1"))
    case = await door.refers(
        contact_type=kind, channel="email", concern=None, consent=None, children=[living_at("WR1 2AB")]
    )
    directed = await case.fact(hub.ContactDirected)
    assert (directed.contact_type, directed.handling) == (kind, Handling.PASSED_ON)
    assert case.reference in (await case.email("passed_on", to=team)).subject
    await case.never(hub.RoutingRecommended, hub.CaseRouted, hub.ReferralReturned)
    await referral.fact(hub.RoutingRecommended)
    await door.time.later(days=5)
    await referral.lapse("first-decision")
    await case.never(hub.SlaBreached)
    await referral.never(hub.ContactDirected)
