"""Medway's single point of access, line by line, as its practitioners would see it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mashbus.contracts import hub
from mashbus.domain.vocabulary import Collation, Rag
from tests.procedures.case import Case, outcome
from tests.procedures.contacts import child, concern, consent, professional, referrer
from tests.procedures.door import Door

HARM = {"immediate_harm": True}
NOT_TOLD = "Synthetic: telling would put the child at risk."
TRIED = {"reason": "Synthetic: nobody opened.", "action": "Synthetic: called twice and wrote a letter."}
"""What M-10 wants said where consent was not sought or refused."""
STAGES = ("manager", "safeguarding-lead", "director")


# -- levels (M-01) -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pathway", "level"), [("closure", "1"), ("early-help", "2"), ("section-17", "3"), ("section-47", "3")]
)
async def test_M_01_need_is_rated_in_three_levels(door: Door, pathway: str, level: str):
    """Advice is level 1, early help level 2, child in need and protection level 3; the case has no colour."""
    case = await door.refers()
    routed = await case.rated(None, pathway)
    assert isinstance(routed, hub.CaseRouted)
    assert (routed.level, routed.rag) == (level, Rag.NONE)


async def test_M_01_a_colour_is_not_taken_and_a_fourth_level_neither(door: Door):
    """A manager who types red, or a level that there is not, is told so at once, and the case stays unrated."""
    case = await door.refers()
    colour = await case.impossible("rating", rag="red", pathways=["mash"], rationale="Synthetic.")
    assert [one["where"] for one in colour["faults"]] == ["/rag"]
    level = await case.impossible("rating", level="4", pathways=["mash"], rationale="Synthetic.")
    assert "1, 2, 3" in level["faults"][0]["remedy"]
    await case.never(hub.CaseRouted)


async def test_M_01_the_level_rises_with_what_becomes_known(door: Door):
    """Early help finds more: the manager raises the case to level 3, and the change has its reason."""
    case = await door.refers()
    await case.rated(None, "early-help")
    rerated = await case.rated(None, "section-17", rationale="Synthetic: neglect is worse than it seemed.")
    assert isinstance(rerated, hub.CaseRerated)
    assert (rerated.level, rerated.rationale) == ("3", "Synthetic: neglect is worse than it seemed.")


# -- ways in, acknowledgement, decision, outcome (M-02 to M-05) --------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "channel"), [("practitioner", "online_form"), ("public", "phone"), ("public", "online_form")]
)
async def test_M_02_practitioners_use_the_form_and_the_public_phone_or_portal(door: Door, kind: str, channel: str):
    """Each becomes a case that says which way it came, and whoever sent it is acknowledged."""
    case = await door.refers(channel=channel, referrer=referrer(kind))
    assert (await case.fact(hub.CaseOpened)).channel == channel
    assert case.reference in (await case.email("acknowledgement")).subject


async def test_M_02_child_protection_is_phoned_first_and_the_form_follows(door: Door):
    """The hub writes down the call with what is known, a manager is alerted at once; when the form comes, that is noted."""
    called = door.time.now() - timedelta(minutes=10)
    case = await door.refers(
        channel="phone",
        received_at=called.isoformat(),
        children=[child(ethnicity=None, phone=None, address=None)],
        concern=concern(tried=None, impact=None, **HARM),
    )
    opened = await case.fact(hub.CaseOpened)
    assert (opened.channel, opened.received_at) == ("phone", called)
    assert "form is to follow" in (await case.email("alert")).text
    await case.never(hub.ReferralReturned)
    form = await case.does("milestones", milestone="form-received")
    assert isinstance(form, hub.MilestoneRecorded)
    assert form.actor.role in {"practitioner", "mash_manager"}


async def test_M_02_an_urgent_form_without_a_call_makes_somebody_call(door: Door):
    """A form that reports immediate harm alerts a manager to phone whoever sent it; an ordinary form alerts nobody."""
    urgent = await door.refers(concern=concern(**HARM))
    assert "Phone whoever sent it" in (await urgent.email("alert")).text
    ordinary = await door.refers()
    await ordinary.email("acknowledgement")
    await ordinary.no_email("alert")


async def test_M_03_the_referrer_is_acknowledged_within_a_working_day(door: Door):
    """The email is on its way at once, and it is what meets the clock of one working day."""
    case = await door.refers()
    deadline = await case.deadline("acknowledgement")
    letter = await case.email("acknowledgement")
    assert case.reference in letter.subject
    await door.time.until(deadline.due)
    assert (await case.lapse("first-decision")).deadline.due == deadline.due
    assert not case.facts(hub.SlaBreached, lambda one: one.deadline.clock == "acknowledgement")


async def test_M_03_who_has_no_email_is_owed_the_acknowledgement_all_the_same(door: Door):
    """A caller without an address, on Friday at 17:00, after closing: owed by Tuesday's opening, and late until
    somebody has phoned or written and recorded that.
    """
    await door.time.next("friday", "17:00")
    case = await door.refers(channel="phone", referrer=referrer("public", email=None))
    deadline = await case.deadline("acknowledgement")
    assert door.time.wall(deadline.due) == "Tuesday 09:00"
    await door.time.until(deadline.due)
    await case.lapse("acknowledgement")
    await case.does("milestones", milestone="acknowledged-otherwise", note="Synthetic: phoned back.")
    await case.fact(hub.SlaBreachResolved, lambda one: one.deadline.clock == "acknowledgement")


async def test_M_04_a_contact_nobody_decides_on_is_late_after_a_day(door: Door):
    """24 hours after receipt, on a weekend as on any day, the first decision is overdue."""
    received = await door.time.next("friday", "16:00")
    case = await door.refers()
    deadline = await case.deadline("first-decision")
    assert (door.time.wall(deadline.due), deadline.due > received) == ("Saturday 16:00", True)
    await door.time.until(deadline.due)
    assert (await case.lapse("first-decision")).deadline.owner == "hub"


@pytest.mark.parametrize("need", ["N1", "N4", "N9", None])
async def test_M_04_every_contact_waits_for_a_decision_which_meets_it(door: Door, need: str | None):
    """Whatever the need, a person decides: the contact decided within the day is in time, the other one is late."""
    case, forgotten = [await door.refers(concern=concern(need)) for _ in range(2)]
    await case.never(hub.CaseRouted)
    await door.time.later(hours=23)
    await case.rated(None, "mash")
    await door.time.until((await forgotten.deadline("first-decision")).due)
    await forgotten.lapse("first-decision")
    await case.quiet()
    assert not case.facts(hub.SlaBreached, lambda one: one.deadline.clock == "first-decision")


async def test_M_05_the_outcome_is_written_within_five_working_days(door: Door):
    """Referred on a Wednesday, it is owed by next Wednesday; the email that tells the decision meets it."""
    await door.time.next("wednesday", "11:00")
    case = await door.refers()
    deadline = await case.deadline("written-outcome")
    assert door.time.wall(deadline.due) == "Wednesday 11:00"
    assert deadline.due - deadline.anchor == timedelta(days=7)
    await case.rated(None, "section-17")
    await case.decided("section-17-assessment")
    letter = await case.email("outcome", to="terry@school.example")
    assert "section 17 assessment" in letter.text
    assert "Testchild" not in letter.whole


async def test_M_05_a_decision_that_nobody_can_send_is_not_yet_told(door: Door):
    """The referrer left no email: decided in time, the outcome is still owed, and late until a letter is recorded.

    Who has had the email, and who is not to be told for a recorded reason, is owed nothing more.
    """
    written, withheld = await door.refers(), await door.refers()
    unwritten = await door.refers(channel="phone", referrer=referrer(email=None))
    for case in (written, withheld, unwritten):
        await case.rated(None, "section-47")
    for case in (written, unwritten):
        await case.decided("strategy-discussion")
    decided = await withheld.decided("strategy-discussion", tell_referrer=False, not_told_reason=NOT_TOLD)
    assert isinstance(decided, hub.OutcomeDecided)
    assert decided.not_told_reason == NOT_TOLD
    await withheld.no_email("outcome")
    await written.email("outcome")
    await door.time.until((await unwritten.deadline("written-outcome")).due)
    assert (await unwritten.lapse("written-outcome")).deadline.owner == "hub"
    for case in (written, withheld):
        await case.never(hub.SlaBreached)
    await unwritten.does("milestones", milestone="outcome-letter-sent")
    await unwritten.fact(hub.SlaBreachResolved, lambda one: one.deadline.clock == "written-outcome")


# -- levels 3, 2 and 1 (M-06, M-07, M-09) ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pathway", ["mash", "section-17", "section-47"])
async def test_M_06_level_three_asks_the_key_partners_without_a_time(door: Door, pathway: str):
    """Police, health, education and probation are asked; weeks later their silence is no lapse."""
    case = await door.refers()
    await case.rated(None, pathway)
    asked = await case.asked()
    assert asked == {door.organisation(one) for one in ("police", "health", "education", "probation")}
    assert (await case.agency("probation").asked()).due is None
    await door.time.later(days=20)
    await case.lapse("written-outcome")
    await case.never(hub.EnquiryCollated)
    assert not case.facts(hub.SlaBreached, lambda one: one.deadline.clock == "agency-response")
    collated = await case.all_answer()
    assert collated is not None
    assert collated.collation is Collation.ALL


@pytest.mark.parametrize(
    ("need", "pathway"), [("N1", "mash"), ("N2", "section-17"), ("N4", "early-help"), ("N7", "closure")]
)
async def test_M_06_the_hub_recommends_and_a_manager_decides(door: Door, need: str, pathway: str):
    """Abuse or neglect is recommended for MASH, lesser needs for less, with the reason; nobody is asked before that."""
    case = await door.refers(concern=concern(need))
    recommended = await case.fact(hub.RoutingRecommended)
    assert recommended.pathways == (pathway,)
    assert all(recommended.reasons)
    await case.never(hub.CaseRouted, hub.DisclosureMade)


async def test_M_07_child_protection_ends_in_a_strategy_discussion(door: Door):
    """The outcome of child protection is a strategy discussion; when it is held, that is on the case."""
    case = await door.refers(concern=concern("N1"))
    await case.rated(None, "section-47")
    await case.decided("strategy-discussion")
    assert "strategy discussion" in (await case.email("outcome")).text
    held = await case.does("milestones", milestone="strategy-discussion-held")
    assert isinstance(held, hub.MilestoneRecorded)


async def test_M_07_a_child_in_need_ends_in_a_section_17_assessment(door: Door):
    """The outcome of child in need is an assessment; a strategy discussion is no outcome of it until it is re-rated."""
    case = await door.refers(concern=concern("N2"))
    await case.rated(None, "section-17")
    refusal = await case.refused("outcome", **outcome("strategy-discussion"))
    assert "section-17" in refusal.reason
    await case.decided("section-17-assessment")
    assert (await case.view())["outcomes"] == ["section-17-assessment"]


async def test_M_09_level_two_goes_to_the_early_help_hub(door: Door):
    """The early help hub is told that a case is coming, nobody is asked about it, and the referrer learns where it went."""
    case = await door.refers(concern=concern("N4"))
    await case.rated(None, "early-help")
    told = await case.email("alert", to="early-help-hub@medway.example")
    assert case.reference in told.subject
    assert await case.asked() == set()
    await case.decided("early-help")
    assert "early help hub" in (await case.email("outcome")).text


async def test_M_09_level_one_gets_advice_and_is_closed(door: Door):
    """Rated level 1, the contact is closed with information, advice and guidance: no second decision, and the referrer
    has it in writing.
    """
    case = await door.refers(concern=concern("N7"))
    await case.rated(None, "closure")
    decided = await case.fact(hub.OutcomeDecided)
    assert decided.outcomes == ("information-advice-and-guidance",)
    assert "advice and guidance" in (await case.email("outcome")).text
    assert await case.asked() == set()
    await case.no_email("alert")
    assert "outcome" in (await case.refused("outcome", **outcome("early-help"))).reason


# -- consent (M-10) ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pathway", ["early-help", "section-17"])
@pytest.mark.parametrize("status", ["refused", "not_sought"])
async def test_M_10_early_help_and_section_17_need_consent_or_a_basis(door: Door, pathway: str, status: str):
    """Without consent the manager's rating is refused, and goes through once a lawful basis is on the record."""
    case = await door.refers(consent=consent(status, **TRIED))
    refusal = await case.refused("rating", pathways=[pathway], rationale="Synthetic.")
    assert "Consent" in refusal.reason
    basis = {"status": status, "lawful_basis": "vital_interests", **TRIED}
    recorded = await case.does("consent", consent=basis, rationale="Synthetic: safety may be at risk.")
    assert isinstance(recorded, hub.ConsentRecorded)
    assert recorded.rationale == "Synthetic: safety may be at risk."
    assert isinstance(await case.rated(None, pathway), hub.CaseRouted)


async def test_M_10_consent_given_later_lets_it_go_on(door: Door):
    """The mother agrees when she is phoned: that is recorded, and early help may begin."""
    case = await door.refers(consent=consent("not_sought", **TRIED))
    await case.refused("rating", pathways=["early-help"], rationale="Synthetic.")
    await case.does("consent", consent=consent("given"), rationale="Synthetic: she agreed by phone.")
    assert isinstance(await case.rated(None, "early-help"), hub.CaseRouted)


async def test_M_10_child_protection_does_not_wait_for_consent(door: Door):
    """Consent is refused: protection goes on all the same."""
    case = await door.refers(concern=concern("N1"), consent=consent("refused", **TRIED))
    assert isinstance(await case.rated(None, "section-47"), hub.CaseRouted)


@pytest.mark.parametrize("status", ["refused", "not_sought"])
async def test_M_10_what_was_done_about_consent_and_why_is_said(door: Door, status: str):
    """A referral that says neither comes back asking for both; the same with consent owes neither."""
    returned = await (await door.refers(consent=consent(status))).fact(hub.ReferralReturned)
    assert returned.missing == ("consent.reason", "consent.action")
    agreed = await door.refers()
    await agreed.fact(hub.CaseOpened)


# -- a good referral (M-11) ------------------------------------------------------------------------------------------------------


async def test_M_11_every_missing_item_is_named_at_once(door: Door):
    """The referral comes back with one email that lists all of it, quotes nothing, and opens no case.

    Who does not speak of consent is asked what was done about it, too.
    """
    bare = {"date_of_birth": None, "ethnicity": None, "phone": None, "address": None, "language": None}
    case = await door.refers(
        children=[child(**bare), child(given_name=None, family_name=None)],
        concern=concern(impact=None, tried=None),
        no_other_professionals=False,
        consent=None,
    )
    returned = await case.fact(hub.ReferralReturned)
    assert set(returned.missing) == {
        "consent.status", "children[0].birth", "children[0].ethnicity", "children[0].phone", "children[0].address",
        "children[0].language", "children[1].given_name", "children[1].family_name", "concern.impact",
        "concern.tried", "professionals", "consent.reason", "consent.action",
    }  # fmt: skip
    letter = await case.email("returned")
    assert all(item in letter.text for item in returned.missing)
    assert "Testchild" not in letter.whole
    await case.never(hub.CaseOpened)


async def test_M_11_the_referrer_can_be_reached_by_one_way_or_another(door: Door):
    """An email or a phone number will do; without either it is asked for, and nobody can be written to."""
    for one in ({"email": None}, {"phone": None}):
        await (await door.refers(referrer=referrer(**one))).fact(hub.CaseOpened)
    case = await door.refers(referrer=referrer(email=None, phone=None))
    assert (await case.fact(hub.ReferralReturned)).missing == ("referrer.contact",)
    await case.no_email("returned")


async def test_M_11_a_good_referral_is_taken_and_names_who_else_is_involved(door: Door):
    """Complete with the health visitor who knows the family: it opens a case, and the health visitor stands in it."""
    case = await door.refers(professionals=[professional("Vera Visitor")])
    await case.fact(hub.CaseOpened)
    received = await case.fact(hub.ReferralReceived)
    assert [one.name for one in received.professionals] == ["Vera Visitor"]


async def test_M_11_immediate_harm_goes_on_with_all_that_is_missing(door: Door):
    """A child in danger: nothing but a name is known, and no case is held back for a form."""
    only_a_name = child(**dict.fromkeys(("date_of_birth", "ethnicity", "phone", "address", "language")))
    case = await door.refers(children=[only_a_name], concern=concern(impact=None, tried=None, **HARM), consent=None)
    assert (await case.fact(hub.CaseOpened)).immediate_harm
    await case.email("alert")
    await case.never(hub.ReferralReturned)


# -- escalation (M-12) -------------------------------------------------------------------------------------------------------------


async def _decided(door: Door) -> Case:
    case = await door.refers()
    await case.rated(None, "section-17")
    await case.decided("section-17-assessment")
    return case


async def test_M_12_each_stage_has_five_working_days_of_its_own(door: Door):
    """Manager, safeguarding lead, director, one after the other: each owes a response a week from when it was asked."""
    case = await _decided(door)
    for stage in STAGES:
        opened = await case.does("milestones", milestone="escalation-stage-opened", stage=stage)
        assert isinstance(opened, hub.MilestoneRecorded)
        (deadline,) = opened.deadlines
        assert (deadline.owner, deadline.due) == (stage, opened.reached_at + timedelta(days=7))
        await door.time.later(hours=1)
        await case.does("milestones", milestone="escalation-stage-answered", answers=str(opened.meta.event_id))
    partnership = await case.does("milestones", milestone="escalated-to-partnership")
    assert isinstance(partnership, hub.MilestoneRecorded)


async def test_M_12_an_unanswered_stage_lapses_while_the_next_one_runs(door: Door):
    """The manager says nothing for a week: that stage is late, whatever the safeguarding lead has answered meanwhile."""
    case = await _decided(door)
    first = await case.does("milestones", milestone="escalation-stage-opened", stage="manager")
    await door.time.later(hours=1)
    second = await case.does("milestones", milestone="escalation-stage-opened", stage="safeguarding-lead")
    await case.does("milestones", milestone="escalation-stage-answered", answers=str(second.meta.event_id))
    await door.time.later(days=8)
    lapse = await case.lapse("escalation-stage")
    assert (lapse.deadline.owner, lapse.deadline.subject) == ("manager", first.meta.event_id)
    await case.quiet()
    assert len(case.facts(hub.SlaBreached)) == 1, "the safeguarding lead has answered in time"


async def test_M_12_a_stage_there_is_not_is_no_stage(door: Door):
    """There are three stages, and an answer names the stage that it answers; anything else is said at once."""
    case = await _decided(door)
    problem = await case.impossible("milestones", milestone="escalation-stage-opened", stage="mayor")
    assert all(stage in problem["faults"][0]["remedy"] for stage in STAGES)
    problem = await case.impossible("milestones", milestone="escalation-stage-answered")
    assert problem["faults"][0]["where"] == "/answers"
    refusal = await case.refused("milestones", milestone="escalation-stage-answered", answers=str(uuid4()))
    assert "escalation-stage-opened" in refusal.reason
