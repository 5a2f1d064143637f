"""Cambridgeshire's MASH and assessment, line by line, as its practitioners would see it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Meta
from mashbus.contracts.topics import requests_of, submissions_of
from mashbus.domain.referral import Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import ConsentStatus, Rag, ReferrerKind
from tests.procedures.case import Case, outcome
from tests.procedures.contacts import child, concern, consent, professional, referrer
from tests.procedures.door import Door

HARM = {"immediate_harm": True}
ASKING = {"asking_raises_risk": "Synthetic: he would hurt her for it."}
EDT, DUTY = "edt@cambridgeshire.example", "duty-manager@mash.cambridgeshire.example"


async def reviewed(door: Door, **changes: Any) -> Case:
    """A form that a senior practitioner has reviewed."""
    case = await door.refers(**changes)
    await case.does("milestones", by="senior_practitioner", milestone="form-reviewed")
    return case


# -- the customer service centre (C-01) ----------------------------------------------------------------------------------


async def test_C_01_a_form_progresses_once_a_senior_practitioner_has_reviewed_it(door: Door):
    """Until then it lies at the customer service centre: a recommendation, and no agency that hears of it."""
    case = await door.refers(concern=concern("N1"))
    assert (await case.fact(hub.RoutingRecommended)).pathways == ("mash",)
    refusal = await case.refused("rating", by="mash_manager", rag="amber", pathways=["mash"], rationale="Synthetic.")
    assert "reviewed" in refusal.reason
    await case.never(hub.CaseRouted, hub.DisclosureMade)
    await case.does("milestones", by="senior_practitioner", milestone="form-reviewed")
    await case.rated("amber", "mash", by="mash_manager")
    assert await case.asked()


async def test_C_01_the_senior_practitioner_s_own_rating_is_the_review(door: Door):
    """Whoever is qualified to review the form rates it in one step."""
    case = await door.refers()
    assert isinstance(await case.rated("amber", "mash", by="senior_practitioner"), hub.CaseRouted)


async def test_C_01_the_customer_service_centre_neither_reviews_nor_rates(door: Door):
    """Whoever takes the form in may not do the senior practitioner's part, and is told who may."""
    case = await door.refers()
    review = await case.refused("milestones", by="customer_service", milestone="form-reviewed")
    rating = await case.refused(
        "rating", by="customer_service", rag="blue", pathways=["closure"], rationale="Synthetic."
    )
    assert all("senior_practitioner" in one.reason for one in (review, rating))
    assert not case.facts(hub.CaseRouted)


# -- the four colours (C-02 to C-05) ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["refused", "not_sought"])
async def test_C_02_red_goes_on_without_consent_where_asking_would_put_the_child_at_risk(door: Door, status: str):
    """The reason is on the record: the case goes to immediate safeguarding, and agencies are asked."""
    case = await reviewed(door, consent=consent(status, **ASKING))
    await case.rated("red", "immediate-safeguarding")
    assert await case.asked()
    assert isinstance(await case.decided("strategy-discussion", "section-47"), hub.OutcomeDecided)


async def test_C_02_red_without_consent_says_why(door: Door):
    """Consent was refused and no risk of asking is named: refused until that is recorded, and then red."""
    case = await reviewed(door, consent=consent("refused"))
    refusal = await case.refused("rating", rag="red", pathways=["immediate-safeguarding"], rationale="Synthetic.")
    assert "significant risk" in refusal.reason
    await case.does("consent", consent=consent("refused", **ASKING), rationale="Synthetic: what she said alone.")
    assert isinstance(await case.rated("red", "immediate-safeguarding"), hub.CaseRouted)


async def test_C_02_immediate_harm_is_recommended_red_and_waits_for_no_consent(door: Door):
    """A child in danger, nobody was asked: a manager is alerted at once, and it may be rated red at once."""
    case = await door.refers(concern=concern(**HARM), consent=None)
    await case.email("alert", to=DUTY)
    recommended = await case.fact(hub.RoutingRecommended)
    assert (recommended.rag, recommended.pathways, recommended.held) == (Rag.RED, ("immediate-safeguarding",), ())
    assert isinstance(await case.rated("red", "immediate-safeguarding"), hub.CaseRouted)


async def test_C_03_amber_goes_to_mash_with_consent(door: Door):
    """The level of intervention is unclear: with consent, MASH asks its agencies."""
    case = await reviewed(door, concern=concern("N1"))
    recommended = await case.fact(hub.RoutingRecommended)
    assert (recommended.rag, recommended.pathways) == (Rag.AMBER, ("mash",))
    await case.rated("amber", "mash")
    assert await case.asked()


@pytest.mark.parametrize("why", [{"reason": "Synthetic: she is afraid."}, ASKING])
async def test_C_03_amber_without_consent_needs_clear_reasons_why_not(door: Door, why: dict[str, str]):
    """Refused without a word why, it is held; once the reason is recorded, MASH takes it."""
    case = await reviewed(door, consent=consent("refused"))
    refusal = await case.refused("rating", rag="amber", pathways=["mash"], rationale="Synthetic.")
    assert "clear reasons" in refusal.reason
    await case.does("consent", consent=consent("refused", **why), rationale="Synthetic: phoned the school.")
    assert isinstance(await case.rated("amber", "mash"), hub.CaseRouted)


async def test_C_04_green_is_early_help_with_consent(door: Door):
    """The family wants support: recommended green, agencies are not asked, and early help is the outcome."""
    case = await reviewed(door, concern=concern("N4"))
    assert (await case.fact(hub.RoutingRecommended)).rag is Rag.GREEN
    await case.rated("green", "early-help")
    assert await case.asked() == set()
    await case.decided("early-help")
    assert "Early help" in (await case.email("outcome")).text


async def test_C_04_no_reason_stands_for_consent_in_green(door: Door):
    """The family refuses: however good the reasons, there is no early help; once it agrees, there is."""
    case = await reviewed(door, concern=concern("N4"), consent=consent("refused", reason="Synthetic.", **ASKING))
    refusal = await case.refused("rating", rag="green", pathways=["early-help"], rationale="Synthetic.")
    assert "consent" in refusal.reason
    await case.does("consent", consent=consent("given"), rationale="Synthetic: they changed their mind.")
    assert isinstance(await case.rated("green", "early-help"), hub.CaseRouted)


@pytest.mark.parametrize("ends_in", ["information-and-signposting", "early-help-assessment-recommended"])
async def test_C_05_blue_is_closure(door: Door, ends_in: str):
    """Nobody is asked; the referrer is told of information, signposting or a recommended assessment."""
    case = await reviewed(door, concern=concern("N9"))
    recommended = await case.fact(hub.RoutingRecommended)
    assert (recommended.rag, recommended.pathways) == (Rag.BLUE, ("closure",))
    await case.rated("blue", "closure")
    assert await case.asked() == set()
    await case.decided(ends_in)
    assert case.reference in (await case.email("outcome")).subject


async def test_C_05_a_closure_is_no_section_47(door: Door):
    """What was closed does not end in an enquiry: it is rated anew first."""
    case = await reviewed(door)
    await case.rated("blue", "closure")
    refusal = await case.refused("outcome", **outcome("section-47"))
    assert "closure" in refusal.reason


# -- what is not recorded (C-06) ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [consent("not_sought"), None])
async def test_C_06_without_consent_sought_nothing_is_recorded(door: Door, said: dict[str, Any] | None):
    """The referrer is told why, at once; no topic and no email holds a word of the family, and one contact is counted."""
    before = len(door.hub.log.of(hub.ContactNotRecorded))
    answer = await door.sends(consent=said, children=[child(family_name="Unwritten")])
    assert answer.status_code == 422
    problem = answer.json()
    assert "not recorded" in problem["detail"]
    assert "consent" in problem["detail"]
    assert "Unwritten" not in answer.text
    await door.nowhere("Unwritten")
    counts = door.hub.log.of(hub.ContactNotRecorded)[before:]
    assert [(one.meta.partnership, one.meta.case_id) for one in counts] == [("cambridgeshire", None)]


async def test_C_06_a_partner_s_own_system_is_told_the_same(door: Door):
    """A school's system sends a form that no family was asked about: it reads why not on its own topic, and its form
    goes no further.
    """
    school = door.organisation("education")
    form = agency.ReferralSubmitted(
        meta=Meta(event_id=uuid4(), partnership=door.name, case_id=None, occurred_at=door.time.now()),
        submission_key=uuid4().hex,
        source="2A",
        referrer=Referrer(kind=ReferrerKind.PRACTITIONER),
        children=(Child(family_name="Unspoken"),),
        concern=Concern(summary="Synthetic: comes to school hungry."),
        consent=Consent(status=ConsentStatus.NOT_SOUGHT),
    )
    await door.hub.write(submissions_of(school), form)
    told = await door.hub.log.until(lambda: _refused(door, school, form), "the notice to the school's system")
    assert "was not recorded" in told[0].reason
    await door.quiet.everything(door.hub.organisations)
    holding = {one.topic for one in door.hub.log.seen if one.record and "Unspoken" in one.record.model_dump_json()}
    assert holding == {submissions_of(school)}


def _refused(door: Door, organisation: str, form: agency.ReferralSubmitted) -> list[agency.AnswerRefused]:
    read = door.hub.log.on(requests_of(organisation))
    return [one for one in read if isinstance(one, agency.AnswerRefused) and one.refused_id == form.meta.event_id]


@pytest.mark.parametrize("kept", [{"consent": consent("not_sought", **ASKING)}, {"concern": concern(**HARM)}])
async def test_C_06_significant_harm_is_recorded_without_consent(door: Door, kept: dict[str, Any]):
    """Consent was not sought because asking would harm, or because there is no time: the referral is taken."""
    case = await door.refers(**{"consent": consent("not_sought"), **kept})
    await case.fact(hub.CaseOpened)
    assert case.reference in (await case.email("acknowledgement")).subject


async def test_C_06_refused_consent_is_no_silence(door: Door):
    """Asked and refused is a fact for a senior practitioner to look at: it is recorded."""
    case = await door.refers(consent=consent("refused"))
    await case.fact(hub.CaseOpened)


async def test_C_06_asked_and_sent_again_it_is_a_referral_like_any_other(door: Door):
    """The school asks the mother, she agrees, and the same form is taken."""
    unasked = await door.sends(consent=consent("not_sought"), children=[child(family_name="Askedfor")])
    assert unasked.status_code == 422
    case = await door.refers(children=[child(family_name="Askedfor")])
    assert (await case.fact(hub.ReferralReceived)).consent.status is ConsentStatus.GIVEN


# -- hours (C-07, C-08) --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weekday", "wall", "due"),
    [
        ("wednesday", "17:19", "Wednesday 17:19"),
        ("wednesday", "17:20", "Thursday 08:45"),
        ("friday", "16:19", "Friday 16:19"),
        ("friday", "16:20", "Monday 08:45"),
        ("saturday", "11:00", "Monday 08:45"),
    ],
)
async def test_C_07_assessment_counts_by_its_own_hours(door: Door, weekday: str, wall: str, due: str):
    """Five working days from an allocation at closing time are five from the next opening: Friday closes at 16:20."""
    case = await reviewed(door)
    await case.rated("amber", "mash")
    await door.time.next(weekday, wall, ordinary_for=timedelta(days=20))
    await case.does("milestones", milestone="allocated")
    assert door.time.wall((await case.deadline("initial-visit")).due) == due


@pytest.mark.parametrize(
    ("weekday", "wall", "from_"),
    [
        ("tuesday", "08:50", "Tuesday 09:00"),
        ("tuesday", "16:59", None),
        ("tuesday", "17:00", "Wednesday 09:00"),
        ("friday", "16:30", None),
        ("friday", "17:00", "Monday 09:00"),
    ],
)
async def test_C_07_the_customer_service_centre_has_hours_of_its_own(
    door: Door, weekday: str, wall: str, from_: str | None
):
    """Contacts are taken in from nine to five, also on Friday when MASH has closed at 16:20."""
    await door.time.next(weekday, wall)
    case = await door.refers()
    later = (await case.fact(hub.CaseOpened)).dealt_with_from
    assert (later and door.time.wall(later)) == from_


async def test_C_08_significant_harm_at_night_goes_to_the_emergency_duty_team(door: Door):
    """Saturday, 23:00: the emergency duty team is alerted at once, with nothing of the case but its reference."""
    await door.time.next("saturday", "23:00")
    case = await door.refers(concern=concern(**HARM))
    alert = await case.email("alert", to=EDT)
    assert case.reference in alert.subject
    assert "Testchild" not in alert.whole


async def test_C_08_anything_else_at_night_waits_for_the_next_working_day(door: Door):
    """The same night, no harm: nobody is woken, and the referrer reads when somebody will look at it."""
    await door.time.next("saturday", "23:00")
    case = await door.refers(concern=concern("N1"))
    assert "Monday" in (await case.email("acknowledgement")).text
    await case.no_email("alert")


async def test_C_08_in_working_hours_the_emergency_duty_team_is_not_called(door: Door):
    """On a working morning harm is for those who are there."""
    case = await door.refers(concern=concern(**HARM))
    await case.email("alert", to=DUTY)
    await case.no_email("alert", to=EDT)


# -- strategy discussion, visit, oversight (C-09 to C-11, C-14) -------------------------------------------------------------------


async def test_C_09_a_strategy_discussion_is_owed_within_a_day_of_its_decision(door: Door):
    """Decided on a Friday at 15:00, it is owed by Saturday at 15:00; unheld it lapses, and held late that is told."""
    case = await reviewed(door, concern=concern("N1"))
    await case.rated("red", "immediate-safeguarding")
    decided = await door.time.next("friday", "15:00")
    await case.does("milestones", milestone="strategy-discussion-decided", reached_at=decided.isoformat())
    deadline = await case.deadline("strategy-discussion")
    assert (deadline.anchor, door.time.wall(deadline.due)) == (decided, "Saturday 15:00")
    await door.time.later(hours=25)
    await case.lapse("strategy-discussion")
    await case.does("milestones", milestone="strategy-discussion-held")
    late = await case.fact(hub.SlaBreachResolved)
    assert late.lateness_microseconds >= timedelta(hours=1) / timedelta(microseconds=1)


async def test_C_09_deciding_the_case_so_is_the_decision_to_hold_one(door: Door):
    """The manager's outcome is a strategy discussion: from then it is owed within a day, and the professionals are invited."""
    case = await reviewed(door, concern=concern("N1"))
    await case.rated("red", "immediate-safeguarding")
    outcome = await case.decided("strategy-discussion")
    milestone = await case.fact(hub.MilestoneRecorded, lambda one: one.milestone == "strategy-discussion-decided")
    (deadline,) = milestone.deadlines
    assert (deadline.clock, deadline.due) == ("strategy-discussion", outcome.decided_at + timedelta(hours=24))
    await case.email("invitation")
    await case.does("milestones", milestone="strategy-discussion-held")
    await door.time.until(deadline.due)
    await case.never(hub.SlaBreached)


async def test_C_09_a_discussion_held_in_time_is_no_lapse(door: Door):
    """Held after twenty hours, the first is in time; a second one, decided then, has a day of its own and lapses."""
    case = await reviewed(door, concern=concern("N1"))
    await case.rated("red", "immediate-safeguarding")
    await case.does("milestones", milestone="strategy-discussion-decided")
    await door.time.later(hours=20)
    await case.does("milestones", milestone="strategy-discussion-held")
    second = await case.does("milestones", milestone="strategy-discussion-decided")
    assert isinstance(second, hub.MilestoneRecorded)
    (deadline,) = second.deadlines
    assert deadline.due == second.reached_at + timedelta(hours=24)
    await door.time.until(deadline.due)
    assert (await case.lapse("strategy-discussion")).deadline == deadline
    await case.quiet()
    assert len(case.facts(hub.SlaBreached)) == 1


async def _allocated(door: Door) -> Case:
    await door.time.next("wednesday", "11:00", ordinary_for=timedelta(days=20))
    case = await reviewed(door)
    await case.rated("amber", "mash")
    await case.does("milestones", milestone="allocated")
    return case


async def test_C_10_the_family_is_visited_within_five_working_days_of_allocation(door: Door):
    """Two are allocated on a Wednesday and owed a visit by next Wednesday: the social worker's word that he was with
    one of them meets it; the other's is late.
    """
    visited = await _allocated(door)
    unseen = await reviewed(door)
    await unseen.rated("amber", "mash")
    await unseen.does("milestones", milestone="allocated")
    for case in (visited, unseen):
        deadline = await case.deadline("initial-visit")
        assert (deadline.owner, deadline.due - deadline.anchor) == ("social_worker", timedelta(days=7))
    await door.time.later(days=6)
    await visited.does("milestones", by="social_worker", milestone="initial-visit-made")
    await door.time.until(deadline.due)
    await unseen.lapse("initial-visit")
    await visited.never(hub.SlaBreached)


async def test_C_11_a_manager_looks_again_after_ten_days(door: Door):
    """Ten days after allocation, weekends and all: the manager's oversight is owed, whatever the visit."""
    case = await _allocated(door)
    await case.does("milestones", by="social_worker", milestone="initial-visit-made")
    deadline = await case.deadline("management-oversight")
    assert (deadline.owner, deadline.due - deadline.anchor) == ("manager", timedelta(days=10))
    await door.time.until(deadline.due)
    await case.lapse("management-oversight")
    refusal = await case.refused("milestones", by="social_worker", milestone="management-oversight-recorded")
    assert "manager" in refusal.reason
    await case.does("milestones", by="mash_manager", milestone="management-oversight-recorded")
    await case.fact(hub.SlaBreachResolved, lambda one: one.deadline.clock == "management-oversight")


# -- no hours for agencies (C-12) ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rag", ["red", "amber", "blue"])
async def test_C_12_no_deadline_is_invented_for_agencies(door: Door, rag: str):
    """Agencies are asked without a time; weeks later their silence is still no lapse, and they are waited for."""
    case = await reviewed(door)
    await case.rated(rag, "mash")
    request = await case.agency("police").asked()
    assert (request.due, request.needed_by) == (None, None)
    assert case.deadlines("agency-response") == []
    await door.time.later(days=20)
    await case.never(hub.SlaAtRisk, hub.SlaBreached, hub.EnquiryCollated)
    await case.all_answer()


async def test_C_12_a_new_colour_brings_no_clock_either(door: Door):
    """Amber becomes red: agencies are told the colour, and still no time."""
    case = await reviewed(door)
    await case.rated("amber", "mash")
    await case.rated("red", "immediate-safeguarding")
    await case.quiet()
    assert case.deadlines("agency-response") == []


# -- the child's own view (C-13) -----------------------------------------------------------------------------------------------------


async def test_C_13_the_view_of_a_child_who_understands_comes_with_the_referral(door: Door):
    """A girl of fourteen says what she wants: her words stand in the manager's picture of the case."""
    view = {"child": 0, "understands": True, "consent": "refused", "view": "Synthetic: I want to stay with Gran."}
    case = await door.refers(children=[child(age=14)], views=[view])
    (recorded,) = (await case.fact(hub.ReferralReceived)).views
    assert (recorded.understands, recorded.consent) == (True, ConsentStatus.REFUSED)
    assert "I want to stay with Gran" in str(await case.view("picture"))


async def test_C_13_the_view_that_a_person_hears_later_is_recorded(door: Door):
    """A social worker speaks with her: what she said, and that she understands, stands with who heard it and why."""
    case = await door.refers(children=[child(age=14)])
    view = {"child": 0, "understands": True, "consent": "given", "view": "Synthetic: please tell my teacher."}
    recorded = await case.does(
        "consent", by="social_worker", consent=consent(), views=[view], rationale="Synthetic: spoke with her alone."
    )
    assert isinstance(recorded, hub.ConsentRecorded)
    assert (recorded.actor.role, recorded.views[0].understands) == ("social_worker", True)
    assert "please tell my teacher" in str(await case.view("picture"))


async def test_C_13_no_agency_is_told_what_the_child_said(door: Door):
    """Her words are for those who decide: the requests to agencies don't hold them."""
    view = {"child": 0, "understands": True, "consent": "given", "view": "Synthetic: SAID-IN-CONFIDENCE."}
    case = await reviewed(door, children=[child(age=14)], views=[view])
    await case.rated("amber", "mash")
    asked = await case.asked()
    assert asked
    assert not [one for name in asked for one in case.agency(name).told if "SAID-IN-CONFIDENCE" in str(one)]


# -- invitations (C-14) -----------------------------------------------------------------------------------------------------------------


async def test_C_14_every_involved_professional_is_invited_to_the_strategy_discussion(door: Door):
    """The agencies that were asked, the health visitor and the teacher who referred: each has an email; the midwife
    whose address nobody knows stands on the case as not written to.
    """
    people = [professional("Vera Visitor"), professional("Mia Midwife", email=None)]
    case = await reviewed(door, concern=concern("N1"), professionals=people)
    await case.rated("red", "immediate-safeguarding")
    await case.never(hub.EmailSuppressed)
    await case.does("milestones", milestone="strategy-discussion-decided")
    for name in ("police", "health", "education"):
        await case.email("invitation", to=f"strategy@{name}.cambridgeshire.example")
    letter = await case.email("invitation", to="vera@involved.example")
    assert case.reference in letter.subject
    assert not [word for word in ("Testchild", "hungry", "Mia", "Terry") if word in letter.whole]
    await case.email("invitation", to="terry@school.example")
    unwritten = await case.fact(hub.EmailSuppressed)
    assert (unwritten.kind, unwritten.reason) == ("invitation", "no_address")


async def test_C_14_a_neighbour_who_referred_is_no_professional(door: Door):
    """The neighbour is not invited; the agencies are."""
    case = await reviewed(door, source="1B", referrer=referrer("public", email="nora@home.example"))
    await case.rated("red", "immediate-safeguarding")
    await case.does("milestones", milestone="strategy-discussion-decided")
    await case.email("invitation", to="strategy@police.cambridgeshire.example")
    await case.no_email("invitation", to="nora@home.example")


async def test_C_14_nobody_is_invited_before_it_is_decided(door: Door):
    """A red case alone invites nobody."""
    case = await reviewed(door, professionals=[professional("Vera Visitor")])
    await case.rated("red", "immediate-safeguarding")
    await case.asked()
    await case.no_email("invitation")
