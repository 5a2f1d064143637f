"""Hackney's MASH protocol, line by line, as its practitioners would see it."""

from datetime import timedelta

import pytest

from mashbus.contracts import agency, hub
from mashbus.domain.vocabulary import Collation, ConsentStatus, Handling, Knowledge, Rag
from tests.procedures.case import Case, outcome
from tests.procedures.contacts import child, concern, consent, referrer
from tests.procedures.door import Door

HOUR = timedelta(hours=1)
REFERRER = "terry@school.example"
DUTY_MANAGER = "duty-manager@mash.hackney.example"
DUTY_TEAM = "edt@hackney.example"
UNITS = "social-work-units@hackney.example"
BOTH_REASONS = {"urgent": "Synthetic: he comes home tonight.", "asking_raises_risk": "Synthetic: he would hear of it."}


async def told_at_once(case: Case) -> set[str]:
    """Whom an alert about the case was written to, once all is quiet."""
    await case.quiet()
    return {one.to for one in case.facts(hub.EmailRequested, lambda one: one.kind == "alert")}


# -- hours and screening ---------------------------------------------------------------------------------------------------


async def test_H_01_what_comes_on_a_saturday_night_waits_for_nobody(door: Door):
    """A contact of Saturday 23:10 is received at 23:10, and agencies' hours run at once: they are no working hours."""
    await door.time.next("saturday", "23:10")
    case = await door.refers(concern=concern("N1"))
    opened = await case.fact(hub.CaseOpened)
    assert door.time.wall(opened.received_at) == "Saturday 23:10"
    assert (await case.agency("police").asked()).due is not None


@pytest.mark.parametrize(
    ("came", "dealt_with_from"),
    [
        ("2026-06-01T09:00:00+01:00", None),
        ("2026-06-01T08:59:59+01:00", "Monday 09:00"),
        ("2026-06-01T16:59:59+01:00", None),
        ("2026-06-05T17:00:00+01:00", "Monday 09:00"),
        ("2026-06-06T12:00:00+01:00", "Monday 09:00"),
        ("2026-05-25T10:00:00+01:00", "Tuesday 09:00"),
        ("2025-12-24T17:00:00+00:00", "Monday 09:00"),
        ("2025-05-09T10:00:00+01:00", None),
    ],
    ids=["at opening", "before opening", "before closing", "at closing", "Saturday", "a bank holiday",
         "Christmas and a weekend", "a holiday of Jersey"],
)  # fmt: skip
async def test_H_01_the_hub_is_open_on_weekdays_from_nine_to_five(door: Door, came: str, dealt_with_from: str | None):
    """What comes at other times, or on a bank holiday of England, is dealt with from the next opening."""
    case = await door.refers(channel="phone", received_at=came)
    opened = await case.fact(hub.CaseOpened)
    assert (opened.dealt_with_from and door.time.wall(opened.dealt_with_from)) == dealt_with_from


async def test_H_01_outside_hours_the_emergency_duty_team_has_it(door: Door):
    """Immediate harm at five past five on a Friday: the emergency duty team is alerted; at noon it is not."""
    await door.time.next("friday", "12:00")
    noon = await door.refers(concern=concern("N1", immediate_harm=True))
    assert await told_at_once(noon) == {DUTY_MANAGER}
    await door.time.next("friday", "17:05")
    evening = await door.refers(concern=concern("N1", immediate_harm=True))
    letter = await evening.email("alert", to=DUTY_TEAM)
    assert evening.reference in letter.subject
    assert not any(word in letter.whole for word in ("Testchild", "hungry", "Terry"))
    assert "Monday" in (await evening.email("acknowledgement")).text


async def test_H_01_what_can_wait_waits_for_the_hub(door: Door):
    """A worry without immediate harm on a Friday evening wakes nobody of the emergency duty team."""
    await door.time.next("friday", "17:05")
    case = await door.refers(concern=concern("N4"))
    assert "Monday" in (await case.email("acknowledgement")).text
    assert await told_at_once(case) == set()


@pytest.mark.parametrize(
    ("way", "clocks"),
    [("section-17", set()), ("section-47", set()), ("csc-screening", {"csc-screening"}),
     ("early-help-screening", {"early-help-screening"})],
)  # fmt: skip
async def test_H_02_first_screening_sends_a_contact_one_of_four_ways(door: Door, way: str, clocks: set[str]):
    """A manager screens what no rule knows: straight to an assessment, or to a screening with its own time."""
    case = await door.refers()
    routed = await case.rated("amber", way)
    assert isinstance(routed, hub.CaseRouted)
    assert (routed.pathways, {one.clock for one in routed.deadlines}) == ((way,), clocks)
    assert await case.asked()


async def test_H_02_no_further_action_asks_nobody_and_ends(door: Door):
    """Nothing needs to be done: no agency hears of the family, and the referrer is told."""
    case = await door.refers()
    await case.rated("green", "closure")
    assert await case.asked() == set()
    await case.decided("no-further-action")
    assert "No further action" in (await case.email("outcome", to=REFERRER)).text
    assert (await case.view())["state"] == "decided"


@pytest.mark.parametrize(
    ("need", "way"), [("N1", "csc-screening"), ("N4", "early-help-screening")], ids=["abuse", "family stress"]
)
async def test_H_02_a_rule_screens_what_is_clear_and_says_why(door: Door, need: str, way: str):
    """Abuse or neglect goes to social care screening, family stress to early help's, with a reason to read."""
    routed = await (await door.refers(concern=concern(need))).fact(hub.CaseRouted)
    assert way in routed.pathways
    assert routed.decided_by is None
    assert routed.reasons


async def test_H_02_nobody_but_a_manager_screens(door: Door):
    """A practitioner's screening is refused on the record, and the case still waits for a manager."""
    case = await door.refers()
    body = {"rag": "amber", "pathways": ["section-17"], "rationale": "Synthetic."}
    assert "mash_manager" in (await case.refused("rating", by="mash_practitioner", **body)).reason
    await case.never(hub.CaseRouted)
    await case.rated("amber", "section-17", by="social_work_manager")


async def test_H_04_a_possible_section_47_calls_a_manager_s_attention_at_once(door: Door):
    """Immediate harm: the duty manager is alerted though nobody consents, and nothing of the case is in the email."""
    case = await door.refers(concern=concern("N1", immediate_harm=True), consent=consent("refused"))
    letter = await case.email("alert", to=DUTY_MANAGER)
    assert case.reference in letter.subject
    assert not any(word in letter.whole for word in ("Testchild", "hungry", "Terry"))
    assert "section-47" in (await case.fact(hub.CaseRouted)).pathways


async def test_H_04_an_incomplete_report_of_immediate_harm_goes_on(door: Door):
    """No name, no date of birth, no summary: it is not returned, the duty manager is alerted and agencies are asked."""
    case = await door.refers(
        concern=concern(summary=None, immediate_harm=True), children=[{"address": {"lines": ["1 Synthetic Street"]}}]
    )
    await case.email("alert", to=DUTY_MANAGER)
    assert await case.asked()
    await case.never(hub.ReferralReturned)


async def test_H_04_the_police_s_report_calls_it_as_well(door: Door):
    """A notification with immediate harm has no referrer and no consent: the duty manager is alerted all the same."""
    case = await door.notifies(immediate_harm="true")
    await case.email("alert", to=DUTY_MANAGER)


async def test_H_04_who_screens_straight_to_section_47_calls_it_too(door: Door):
    """No immediate harm was reported; a manager sees the section 47 remit, and the duty manager is alerted then."""
    case = await door.refers()
    assert await told_at_once(case) == set()
    await case.rated("red", "section-47")
    await case.email("alert", to=DUTY_MANAGER)


async def test_H_04_section_17_calls_nobody_s_immediate_attention(door: Door):
    """A child in need is no emergency: the case goes to assessment, and no alert goes out."""
    case = await door.refers()
    await case.rated("amber", "section-17")
    assert await told_at_once(case) == set()


async def test_H_06_screening_has_its_time_from_receipt(door: Door):
    """Social care screening is owed within 24 hours, early help screening within 72, counted from receipt by phone."""
    for need, clock, hours in (("N1", "csc-screening", 24), ("N4", "early-help-screening", 72)):
        received = door.time.now() - 3 * HOUR
        case = await door.refers(concern=concern(need), channel="phone", received_at=received.isoformat())
        deadline = await case.deadline(clock)
        assert (deadline.anchor, deadline.due) == (received, received + hours * HOUR)


async def test_H_06_a_screening_that_nobody_decides_lapses(door: Door):
    """A day after receipt the hub itself is late, and says so; the late decision is told with its lateness."""
    case = await door.refers(concern=concern("N1"))
    await case.deadline("csc-screening")
    await door.time.later(hours=25)
    assert (await case.lapse("csc-screening")).deadline.owner == "hub"
    await case.decided("early-help-assessment")
    late = await case.fact(hub.SlaBreachResolved, lambda one: one.deadline.clock == "csc-screening")
    assert late.lateness_microseconds >= HOUR / timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("need", "clock", "decision"),
    [("N1", "csc-screening", "csc-screening-decided"), ("N4", "early-help-screening", "early-help-screening-decided")],
)
async def test_H_06_the_screening_s_own_decision_is_in_time(door: Door, need: str, clock: str, decision: str):
    """A manager records the screening decision just before its hour: the clock is met, whatever comes afterwards."""
    case = await door.refers(concern=concern(need))
    deadline = await case.deadline(clock)
    await door.time.until(deadline.due - timedelta(minutes=1))
    await case.does("milestones", by="social_work_manager", milestone=decision)
    await door.time.until(deadline.due + HOUR)
    await case.quiet()
    assert not case.facts(hub.SlaBreached, lambda one: one.deadline.clock == clock)


# -- information asked of the hub --------------------------------------------------------------------------------------------


async def test_H_07_a_request_to_the_hub_is_answered_within_ten_working_days(door: Door):
    """Another council asks: two weeks from now it is due, nobody is asked or rated, and the answer is recorded."""
    case = await door.refers(contact_type="information-to-hub", source="5C")
    assert (await case.fact(hub.ContactDirected)).handling is Handling.ANSWERED
    deadline = await case.deadline("information-to-hub")
    assert deadline.due == (await case.fact(hub.CaseOpened)).received_at + timedelta(days=14)
    await case.never(hub.CaseRouted, hub.RoutingRecommended, agency.InformationRequested)
    await door.time.until(deadline.due - timedelta(minutes=1))
    answered = await case.does("milestones", by="mash_practitioner", milestone="information-to-hub-answered")
    assert isinstance(answered, hub.MilestoneRecorded)
    await door.time.until(deadline.due + HOUR)
    await case.never(hub.SlaBreached)


async def test_H_07_an_unanswered_request_lapses_after_ten_working_days(door: Door):
    """Nobody answers: the hub itself is late, and says so at that minute."""
    case = await door.refers(contact_type="information-to-hub", source="5C")
    deadline = await case.deadline("information-to-hub")
    await door.time.until(deadline.due - timedelta(minutes=1))
    await case.never(hub.SlaBreached)
    await door.time.until(deadline.due)
    assert (await case.lapse("information-to-hub")).deadline.owner == "hub"


async def test_H_07_about_an_open_case_it_is_passed_on_without_delay(door: Door):
    """Somebody finds the case open: the unit that holds it has the request at once, and the hub owes nothing more."""
    case = await door.refers(contact_type="information-to-hub", source="5C")
    deadline = await case.deadline("information-to-hub")
    await case.no_email("passed_on")
    await case.does("involvement", by="mash_practitioner", involvement="open", held_by="Synthetic unit 4")
    assert case.reference in (await case.email("passed_on", to=UNITS)).subject
    passed_on = await case.fact(hub.ContactDirected, lambda one: one.handling is Handling.PASSED_ON)
    assert passed_on.withdrawn_deadlines == (deadline.deadline_id,)
    await door.time.until(deadline.due + HOUR)
    await case.never(hub.SlaBreached)


async def test_H_07_a_case_that_is_closed_is_answered_by_the_hub(door: Door):
    """Somebody finds it closed last month: it is not passed on, and the ten working days run."""
    case = await door.refers(contact_type="information-to-hub", source="5C")
    await case.does("involvement", involvement="recently_closed")
    await case.no_email("passed_on")
    assert (await case.view())["next_due"] is not None


# -- MASH checks ---------------------------------------------------------------------------------------------------------------


async def test_H_08_each_colour_gives_agencies_its_own_time(door: Door):
    """Every agency is told by when it owes its answer: red 4 hours, amber 24, green 72, nights and weekends included."""
    for rag, hours in (("red", 4), ("amber", 24), ("green", 72)):
        case = await door.refers(concern=concern("N9"))
        await case.rated(rag, "mash-checks")
        request = await case.agency("police").asked()
        assert (request.rag, request.due) == (Rag(rag), request.asked_at + hours * HOUR)


async def test_H_08_silence_is_a_lapse(door: Door):
    """Four hours after a red request the hub says which agency has not answered, and goes on without it."""
    case = await door.refers(concern=concern("N1", immediate_harm=True))
    await case.all_answer("education")
    await door.time.later(hours=4)
    assert (await case.lapse("agency-response")).deadline.owner == "hackney-education"
    collated = await case.fact(hub.EnquiryCollated)
    assert (collated.collation, collated.lapsed) == (Collation.ALL, (case.agency("education").request_id,))


async def test_H_09_a_risk_flag_reaches_the_case_before_the_answer(door: Door):
    """Health flags an injury: the case shows it at once, and health still owes its answer."""
    case = await door.refers(concern=concern("N1"))
    flagged = await case.agency("health").flags("Synthetic: an unexplained injury.", Rag.RED)
    assert (flagged.organisation, flagged.suggested_rag) == ("homerton-health", Rag.RED)
    view = await case.view()
    assert view["flagged_by"] == ["homerton-health"]
    assert "homerton-health" in view["awaited"]


async def test_H_09_a_flag_reaches_the_manager_at_once_and_by_itself(door: Door):
    """The duty manager has an alert minutes after health's flag, a day before its answer, and nothing of it is inside."""
    case = await door.refers(concern=concern("N1"))
    assert await told_at_once(case) == set()
    flagged = await case.agency("health").flags("Synthetic: an unexplained injury.")
    letter = await case.email("alert", to=DUTY_MANAGER)
    assert case.reference in letter.subject
    assert "injury" not in letter.whole
    assert (await case.fact(hub.AlertRaised)).meta.cause_id == flagged.meta.event_id
    await case.never(hub.AnswerReceived, hub.CaseRerated)
    await case.agency("health").answers(Knowledge.KNOWN, summary="Synthetic: seen twice.")


async def test_H_09_every_flag_is_an_alert_of_its_own(door: Door):
    """Health flags, and police flag an hour later: the duty manager hears of both, and rates red then."""
    case = await door.refers(concern=concern("N1"))
    await case.agency("health").flags()
    await door.time.later(hours=1)
    await case.agency("police").flags("Synthetic: a report of last night.")
    await case.quiet()
    assert len(case.facts(hub.AlertRaised)) == 2
    rerated = await case.rated("red")
    assert isinstance(rerated, hub.CaseRerated)
    assert (await case.agency("education").receives(agency.RequestRerated)).rag is Rag.RED


async def test_H_09_a_flag_after_the_outcome_still_alerts(door: Door):
    """The case was decided an hour ago: what police then find out reaches the duty manager all the same."""
    case = await door.refers(concern=concern("N1"))
    await case.agency("police").asked()
    await case.decided("advice-and-guidance")
    await case.agency("police").flags()
    await case.email("alert", to=DUTY_MANAGER)


# -- outcomes and who is told ----------------------------------------------------------------------------------------------------


async def test_H_10_the_referrer_is_told_the_outcome(door: Door):
    """The teacher who referred gets an email with the decision, and nothing of the case in it."""
    case = await door.refers(concern=concern("N1"))
    await case.decided("early-help-assessment")
    letter = await case.email("outcome", to="terry@school.example")
    assert case.reference in letter.subject
    assert "early help assessment" in letter.text
    assert "Testchild" not in letter.whole
    assert "hungry" not in letter.whole


async def test_H_10_not_telling_needs_a_reason_and_the_reason_is_recorded(door: Door):
    """Without a reason the decision is refused at the door; with one it stands, and no email goes out."""
    case = await door.refers(concern=concern("N1"))
    await case.fact(hub.CaseRouted)
    problem = await case.impossible("outcome", **outcome("no-further-action", tell_referrer=False))
    assert problem["faults"][0]["where"] == "/not_told_reason"
    why = "Synthetic: telling would put the child at risk."
    decided = await case.decided("no-further-action", tell_referrer=False, not_told_reason=why)
    assert isinstance(decided, hub.OutcomeDecided)
    assert decided.not_told_reason == why
    await case.no_email("outcome", to="terry@school.example")


async def test_H_10_each_referrer_of_a_case_is_told_by_a_decision_of_its_own(door: Door):
    """A doctor and an uncle referred the same: the teacher and the doctor are told, the uncle not, and why is recorded."""
    case = await door.refers(concern=concern("N1"))
    doctor = await case.does("referrers", referrer=referrer(name="Dana Doctor", email="dana@surgery.example"))
    uncle = await case.does("referrers", referrer=referrer("public", name="Ulf Uncle", email="ulf@home.example"))
    why = "Synthetic: he is the person whom the child fears."
    decided = await case.decided(
        "early-help-assessment", withheld=[{"referrer_id": str(uncle.meta.event_id), "reason": why}]
    )
    assert isinstance(decided, hub.OutcomeDecided)
    assert [(one.referrer_id, one.reason) for one in decided.withheld] == [(uncle.meta.event_id, why)]
    assert doctor.meta.event_id not in {one.referrer_id for one in decided.withheld}
    for told in (REFERRER, "dana@surgery.example"):
        assert "early help assessment" in (await case.email("outcome", to=told)).text
    await case.no_email("outcome", to="ulf@home.example")


async def test_H_10_not_telling_a_further_referrer_needs_its_reason_too(door: Door):
    """Without one the decision is refused at the door, and so is a referrer whom the case does not have."""
    case = await door.refers(concern=concern("N1"))
    uncle = await case.does("referrers", referrer=referrer("public", name="Ulf Uncle", email="ulf@home.example"))
    blank = [{"referrer_id": str(uncle.meta.event_id), "reason": " "}]
    assert await case.impossible("outcome", **outcome("early-help-assessment", withheld=blank))
    stranger = [{"referrer_id": str(case.id), "reason": "Synthetic."}]
    assert "referrer" in (await case.refused("outcome", **outcome("early-help-assessment", withheld=stranger))).reason
    await case.never(hub.OutcomeDecided)


async def test_H_10_a_referrer_without_an_address_is_not_forgotten(door: Door):
    """No email address: that no letter went out, and why, stands on the case; somebody has to write or call."""
    case = await door.refers(concern=concern("N1"), referrer=referrer("parent_or_carer", email=None))
    await case.decided("early-help-assessment")
    suppressed = await case.fact(hub.EmailSuppressed, lambda one: one.kind == "outcome")
    assert suppressed.reason == "no_address"


async def test_H_11_ten_kinds_of_organisation_are_asked(door: Door):
    """MASH checks ask all ten, each on a topic of its own, and the enquiry closes when all ten have answered."""
    case = await door.refers(concern=concern("N9"))
    await case.rated("amber", "mash-checks")
    asked = await case.asked()
    assert {one.role for one in door.partnership.organisations if one.id in asked} == {
        "police", "health", "education", "probation", "early_help", "domestic_abuse", "csc", "adult_substance_misuse",
        "housing", "camhs_crisis",
    }  # fmt: skip
    collated = await case.all_answer()
    assert collated is not None
    assert len(collated.answered) == 10


# -- consent ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["refused", "not_sought", "UNKNOWN"])
async def test_H_13_without_consent_nobody_is_asked_until_both_reasons_are_recorded(door: Door, status: str):
    """The rule only recommends, a manager's rating is refused; then somebody records both reasons, and agencies are asked."""
    case = await door.refers(concern=concern("N1"), consent=consent(status))
    held = (await case.fact(hub.RoutingRecommended)).held
    assert len(held) == 2
    assert all("H-13" in one for one in held)
    body = {"rag": "red", "pathways": ["mash-checks"], "rationale": "Synthetic."}
    assert "H-13" in (await case.refused("rating", **body)).reason
    await case.never(hub.CaseRouted, agency.InformationRequested)
    found = {"status": "refused", "told": True, **BOTH_REASONS}
    recorded = await case.does("consent", consent=found, rationale="Synthetic: spoke with the mother.")
    assert isinstance(recorded, hub.ConsentRecorded)
    assert (recorded.consent.urgent, recorded.consent.asking_raises_risk) == tuple(BOTH_REASONS.values())
    assert await case.asked()


@pytest.mark.parametrize("only", ["urgent", "asking_raises_risk"])
async def test_H_13_one_reason_of_the_two_is_not_enough(door: Door, only: str):
    """Urgent, but nothing says that asking would raise the risk; or the other way round: nobody is asked."""
    case = await door.refers(concern=concern("N1"), consent=consent("refused", **{only: BOTH_REASONS[only]}))
    assert len((await case.fact(hub.RoutingRecommended)).held) == 1
    body = {"rag": "red", "pathways": ["mash-checks"], "rationale": "Synthetic."}
    await case.refused("rating", **body)
    await case.never(hub.CaseRouted, agency.InformationRequested)


async def test_H_13_a_referral_that_says_both_reasons_goes_on(door: Door):
    """The referrer wrote them: they stand on the record, and agencies are asked at once."""
    case = await door.refers(concern=concern("N1"), consent=consent("not_sought", **BOTH_REASONS))
    received = await case.fact(hub.ReferralReceived)
    assert (received.consent.urgent, received.consent.asking_raises_risk) == tuple(BOTH_REASONS.values())
    assert await case.asked()


async def test_H_13_consent_that_was_given_is_enough(door: Door):
    """The family was told and asked, and agrees: who agreed stands on the record, and agencies are asked."""
    case = await door.refers(concern=concern("N1"))
    received = await case.fact(hub.ReferralReceived)
    assert (received.consent.status, received.consent.given_by, received.consent.told) == (
        ConsentStatus.GIVEN, "mother", True
    )  # fmt: skip
    assert await case.asked()


async def test_H_13_a_family_that_changes_its_mind_is_asked_about_no_more(door: Door):
    """The mother agreed in the referral and withdraws it on the phone: from then on a rating asks nobody."""
    case = await door.refers()
    await case.does("consent", consent={"status": "refused", "told": True}, rationale="Synthetic: she called.")
    body = {"rag": "amber", "pathways": ["mash-checks"], "rationale": "Synthetic."}
    assert "H-13" in (await case.refused("rating", **body)).reason
    await case.never(agency.InformationRequested)


async def test_H_13_what_asks_nobody_needs_no_consent(door: Door):
    """Refused, and no further action is needed: a manager may close it without any reason to override."""
    case = await door.refers(consent=consent("refused"))
    await case.rated("green", "closure")
    await case.decided("no-further-action")


async def test_H_13_immediate_harm_waits_for_no_reason(door: Door):
    """Refused, no reason written, a child in danger: agencies are asked at once."""
    case = await door.refers(concern=concern("N1", immediate_harm=True), consent=consent("refused"))
    assert "hackney-education" in await case.asked()


async def test_H_13_only_those_whom_the_profile_names_record_consent(door: Door):
    """Somebody in another role is turned away at the door, and the case stays held."""
    case = await door.refers(concern=concern("N1"), consent=consent("refused"))
    await case.fact(hub.RoutingRecommended)
    body = {"consent": {"status": "given", "given_by": "mother"}, "rationale": "Synthetic."}
    await case.impossible("consent", by="trainee", **body)
    await case.never(hub.ConsentRecorded, hub.CaseRouted)


# -- the consultation line -------------------------------------------------------------------------------------------------------


async def test_H_14_a_call_is_logged_for_monitoring_and_stands_on_no_child_s_record(door: Door):
    """A teacher asks whether a worry meets a threshold: topic and result are logged, and no case is opened."""
    before = len(door.hub.log.of(hub.CaseOpened))
    call = {"topic": "threshold", "outcome": "referral-advised", "caller_kind": "practitioner", "source": "2A"}
    response = await door.post("/v1/calls", "mash_practitioner", call)
    assert response.status_code == 202, response.text
    reference = response.json()["reference"]
    await door.quiet.everything(door.hub.organisations)
    (logged,) = [one for one in door.hub.log.of(hub.CallLogged) if one.reference == reference]
    assert (logged.meta.case_id, logged.topic, logged.outcome) == (None, "threshold", "referral-advised")
    assert (logged.actor.role, logged.source) == ("mash_practitioner", "2A")
    assert len(door.hub.log.of(hub.CaseOpened)) == before


async def test_H_14_calls_are_counted_for_monitoring(door: Door):
    """A manager sees how many calls there were, by topic and result; one more call is one more."""

    async def counted() -> int:
        answer = await door.get("/v1/calls")
        assert answer.status_code == 200, answer.text
        found = answer.json()["by_topic_and_outcome"]
        return sum(one["calls"] for one in found if (one["topic"], one["outcome"]) == ("service", "signposted"))

    before = await counted()
    call = {"topic": "service", "outcome": "signposted", "caller_kind": "parent_or_carer"}
    assert (await door.post("/v1/calls", "mash_manager", call)).status_code == 202
    assert await counted() == before + 1


@pytest.mark.parametrize("more", [{"child": "Consulta Unlogged"}, {"note": "About Consulta Unlogged."}])
async def test_H_14_a_call_takes_no_word_about_a_child(door: Door, more: dict):
    """Whoever types a name or a note is refused, and it stands nowhere."""
    call = {"topic": "threshold", "outcome": "advice-given", **more}
    response = await door.post("/v1/calls", "mash_practitioner", call)
    assert response.status_code == 400, response.text
    await door.nowhere("Unlogged")


async def test_H_14_other_words_and_other_roles_are_refused(door: Door):
    """An invented topic is answered with the topics there are; a trainee may not log calls."""
    call = {"topic": "weather", "outcome": "advice-given"}
    response = await door.post("/v1/calls", "mash_practitioner", call)
    assert response.status_code == 422, response.text
    assert "threshold" in response.json()["faults"][0]["remedy"]
    refused = await door.post("/v1/calls", "trainee", {**call, "topic": "threshold"})
    assert refused.status_code == 403, refused.text


# -- what is shared ----------------------------------------------------------------------------------------------------------------


async def test_H_15_each_agency_learns_why_and_no_more_than_it_needs(door: Door):
    """Housing has the address and no date of birth, health the NHS number; who got which fields is on the record."""
    case = await door.refers(concern=concern("N9"), children=[child(nhs_number="9990000018")])
    await case.rated("amber", "mash-checks")
    housing, health = case.agency("housing"), case.agency("health")
    asked = await housing.asked()
    assert asked.purpose
    assert asked.children[0].address is not None
    assert (asked.children[0].date_of_birth, asked.children[0].nhs_number, asked.context) == (None, None, None)
    assert (await health.asked()).children[0].nhs_number == "9990000018"
    made = await case.fact(hub.DisclosureMade, lambda one: one.organisation == housing.name)
    assert (made.purpose, made.disclosed) == (asked.purpose, asked.disclosed)
    assert "child.date_of_birth" not in made.disclosed


@pytest.mark.parametrize(
    "ends_in", ["advice-and-guidance", "community-or-other-service", "early-help-assessment", "statutory-assessment"]
)
async def test_H_17_a_contact_ends_in_one_of_four_ways(door: Door, ends_in: str):
    """The manager chooses one of the protocol's outcomes, and it stands on the case."""
    case = await door.refers(concern=concern("N4"))
    await case.fact(hub.CaseRouted)
    await case.decided(ends_in)
    assert (await case.view())["outcomes"] == [ends_in]


async def test_H_17_no_other_outcome_is_taken(door: Door):
    """A word of another council is refused at the door, which names the words there are."""
    case = await door.refers(concern=concern("N4"))
    problem = await case.impossible("outcome", **outcome("letter-to-parent-or-carer"))
    assert "statutory-assessment" in problem["faults"][0]["remedy"]
    await case.never(hub.OutcomeGiven, hub.OutcomeDecided)


@pytest.mark.parametrize("channel", ["online_form", "phone", "email", "post", "in_person"])
async def test_H_20_every_way_in_becomes_a_case(door: Door, channel: str):
    """Form, phone, email, post or a family at the counter: one case each, with the way it came and an acknowledgement."""
    kind = "parent_or_carer" if channel == "in_person" else "practitioner"
    case = await door.refers(channel=channel, referrer=referrer(kind))
    assert (await case.fact(hub.CaseOpened)).channel == channel
    assert case.reference in (await case.email("acknowledgement")).subject


async def test_H_15_what_was_answered_is_shown_to_the_manager_only(door: Door):
    """Police knows something: the manager's view shows that they answered, and no other agency is told what."""
    case = await door.refers(concern=concern("N1"))
    await case.agency("police").answers(Knowledge.KNOWN, summary="Synthetic: KNOWN-TO-POLICE.")
    await case.agency("education").asked()
    await case.quiet()
    told = [one.model_dump_json() for name in ("health", "education") for one in case.agency(name).told]
    assert told
    assert not any("KNOWN-TO-POLICE" in one for one in told)


async def test_H_15_the_record_says_what_each_was_shown_why_and_under_which_rule(door: Door):
    """One disclosure for every request, as the request had it, with purpose, sharing rule and version of the profile."""
    case = await door.refers(concern=concern("N9"))
    await case.rated("amber", "mash-checks")
    asked = await case.asked()
    made = {one.organisation: one for one in case.facts(hub.DisclosureMade)}
    assert made.keys() == asked
    for name in asked:
        request, one = await case.agency(name).asked(), made[name]
        assert (one.request_id, one.purpose, one.disclosed) == (request.request_id, request.purpose, request.disclosed)
        assert one.shared_by == "InformationRequested"
        assert one.rule == f"organisations.{name}.shared"
        assert one.profile
        shown = {f"child.{key}" for kid in request.children for key, value in vars(kid).items() if value}
        assert {one for one in shown if "nhs_number" not in one} <= set(request.disclosed)


async def test_H_15_a_request_says_nothing_of_whoever_referred(door: Door):
    """Ten agencies are asked, and none learns the teacher's name, school role, address or phone."""
    case = await door.refers(
        referrer=referrer(name="Tamsin Teller", email="tamsin@teller.example", phone="01632 960888")
    )
    await case.rated("amber", "mash-checks")
    told = "\n".join(one.model_dump_json() for name in await case.asked() for one in case.agency(name).told)
    assert told
    assert not any(word in told for word in ("Tamsin", "Teller", "tamsin@", "960888"))


async def test_H_15_that_an_outcome_was_shared_is_recorded_too(door: Door):
    """Education answered and is told the outcome: what, to whom and why stands on the case; housing hears nothing."""
    case = await door.refers(concern=concern("N9"))
    await case.rated("amber", "mash-checks")
    await case.agency("education").answers()
    await case.decided("early-help-assessment")
    await case.agency("education").receives(agency.OutcomeShared)
    made = await case.fact(hub.DisclosureMade, lambda one: one.shared_by == "OutcomeShared")
    assert (made.organisation, made.disclosed) == ("hackney-education", ("outcomes",))
    await case.quiet()
    assert not [one for one in case.agency("housing").told if isinstance(one, agency.OutcomeShared)]


# -- the child's own word ------------------------------------------------------------------------------------------------------------


async def test_H_18_a_child_old_enough_to_understand_is_asked_for_consent_too(door: Door):
    """A girl of fifteen refuses what her mother allows: both stand on the record, apart, and the manager sees both."""
    view = {"child": 0, "understands": True, "consent": "refused", "view": "Synthetic: not my school."}
    case = await door.refers(children=[child(age=15)], views=[view])
    received = await case.fact(hub.ReferralReceived)
    assert received.consent.status is ConsentStatus.GIVEN
    assert [(one.child, one.understands, one.consent) for one in received.views] == [(0, True, ConsentStatus.REFUSED)]
    (shown,) = (await case.view("picture"))["consent"][0]["views"]
    assert (shown["child"], shown["consent"]) == ("Synthia Testchild", "refused")


async def test_H_18_a_child_s_word_is_recorded_when_somebody_has_asked(door: Door):
    """A practitioner speaks with the boy a day later: his consent is added, with who wrote it down."""
    case = await door.refers(children=[child(age=14, given_name="Sam")])
    view = {"child": 0, "understands": True, "consent": "given", "view": "Synthetic: ask my teacher."}
    found = {"status": "given", "given_by": "mother", "told": True}
    recorded = await case.does(
        "consent", by="mash_practitioner", consent=found, views=[view], rationale="Synthetic: spoke with him at school."
    )
    assert isinstance(recorded, hub.ConsentRecorded)
    assert recorded.actor.role == "mash_practitioner"
    assert (recorded.views[0].consent, recorded.views[0].view) == (ConsentStatus.GIVEN, "Synthetic: ask my teacher.")
    assert "ask my teacher" in str((await case.view("picture"))["consent"])


async def test_H_18_what_a_child_says_goes_to_no_agency(door: Door):
    """Its view is for those who decide: no request carries it."""
    view = {"child": 0, "understands": True, "consent": "given", "view": "Synthetic: OWN-WORDS."}
    case = await door.refers(concern=concern("N1"), children=[child(age=15)], views=[view])
    told = "\n".join(one.model_dump_json() for name in await case.asked() for one in case.agency(name).told)
    assert told
    assert "OWN-WORDS" not in told


# -- disagreement ------------------------------------------------------------------------------------------------------------------


async def test_H_19_disagreement_goes_up_by_stages_and_each_stands_on_the_case(door: Door):
    """A MASH manager first, then the service manager or head of service, then the escalation policy, each answered."""
    case = await door.refers(concern=concern("N1"))
    await case.decided("advice-and-guidance")
    stages = (
        ("mash-manager", "mash_manager"),
        ("service-manager-or-head-of-service", "head_of_service"),
        ("escalation-policy", "service_manager"),
    )
    for stage, who in stages:
        note = f"Synthetic: not agreed, {stage}."
        raised = await case.does(
            "milestones", by="mash_practitioner", milestone="disagreement-raised", stage=stage, note=note
        )
        assert isinstance(raised, hub.MilestoneRecorded)
        assert (raised.stage, raised.note) == (stage, note)
        answers = str(raised.meta.event_id)
        answered = await case.does("milestones", by=who, milestone="disagreement-answered", answers=answers)
        assert isinstance(answered, hub.MilestoneRecorded)
        assert (answered.answers, answered.actor.role) == (raised.meta.event_id, who)
    shown = [one["stage"] for one in (await case.view("picture"))["milestones"] if one["stage"]]
    assert shown == [stage for stage, _ in stages]


async def test_H_19_a_manager_hears_of_a_disagreement_at_once(door: Door):
    """The duty manager has an email that it was raised, and nothing of the case in it."""
    case = await door.refers(concern=concern("N1"))
    await case.decided("advice-and-guidance")
    await case.does("milestones", milestone="disagreement-raised", stage="mash-manager", note="Synthetic: NOT-AGREED.")
    letter = await case.email("alert", to=DUTY_MANAGER)
    assert case.reference in letter.subject
    assert "NOT-AGREED" not in letter.whole


async def test_H_19_a_stage_that_there_is_not_is_refused_naming_those_there_are(door: Door):
    """Without a stage, or with an invented one, the door says which there are; nothing is recorded."""
    case = await door.refers(concern=concern("N1"))
    for stage in (None, "ombudsman"):
        problem = await case.impossible("milestones", milestone="disagreement-raised", stage=stage)
        assert "escalation-policy" in problem["faults"][0]["remedy"]
    await case.never(hub.MilestoneRecorded)


async def test_H_19_nobody_answers_a_disagreement_in_another_role(door: Door):
    """A practitioner may raise one and not answer it: refused on the record."""
    case = await door.refers(concern=concern("N1"))
    raised = await case.does(
        "milestones", by="mash_practitioner", milestone="disagreement-raised", stage="mash-manager"
    )
    answer = {"milestone": "disagreement-answered", "answers": str(raised.meta.event_id)}
    assert "sign-off" in (await case.refused("milestones", by="mash_practitioner", **answer)).reason


async def test_H_20_that_a_family_walked_in_is_a_fact_somebody_records(door: Door):
    """A practitioner spoke with them at the counter yesterday: who and when stands on the case."""
    case = await door.refers(channel="in_person", referrer=referrer("parent_or_carer"))
    when = door.time.now() - 20 * HOUR
    spoke = await case.does(
        "milestones", by="mash_practitioner", milestone="family-spoken-to", reached_at=when.isoformat()
    )
    assert isinstance(spoke, hub.MilestoneRecorded)
    assert (spoke.actor.role, spoke.reached_at) == ("mash_practitioner", when)
