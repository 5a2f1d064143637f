"""What happens to a contact, told from outside: over HTTP, on the organisations' topics, in the mailbox."""

import asyncio
from email import message_from_string, policy
from uuid import UUID, uuid4

from mashbus.contracts import agency
from mashbus.contracts import hub as said
from mashbus.contracts.record import Meta
from mashbus.contracts.topics import requests_of, responses_of, submissions_of
from mashbus.domain import ids
from mashbus.domain.referral import Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import Collation, ConsentStatus, EmailKind, Knowledge, Rag, ReferrerKind
from tests.e2e.contacts import batch, concern, police_row, referral
from tests.e2e.hub import Hub
from tests.e2e.processes import AGENCIES

OUTCOME = {"outcomes": ["early-help-assessment"], "rationale": "Needs support. (synthetic)", "tell_referrer": True}
ORGANISATIONS = set(AGENCIES.values())


async def taken(hub: Hub, document: dict) -> str:
    answer = await hub.outside.post("/v1/referrals", json=document)
    assert answer.status_code == 202, answer.text
    return answer.json()["case_id"]


async def decide(hub: Hub, case_id: str, what: str, body: dict, key: str | None = None) -> None:
    answer = await hub.outside.post(f"/v1/cases/{case_id}/{what}", key or hub.outside.keys.manager, json=body)
    assert answer.status_code == 202, answer.text


async def status_says(hub: Hub, path: str, holds) -> dict:
    """The view, once it has come as far as the story."""
    async with asyncio.timeout(20):
        while True:
            answer = await hub.outside.get(path)
            if answer.status_code == 200 and holds(answer.json()):
                return answer.json()
            await asyncio.sleep(0.05)


def mail_to(hub: Hub, address: str):
    letters = (message_from_string(one, policy=policy.default) for one in hub.mails())
    return [one for one in letters if one["To"] == address]


def _text(letter) -> str:
    return letter.get_body(preferencelist=("plain",)).get_content()


async def test_a_referral_is_asked_about_answered_decided_and_its_referrer_and_agencies_told(hub: Hub):
    person = {"kind": "practitioner", "name": "Whole Story", "email": "whole@school.example"}
    taken_as = (await hub.outside.post("/v1/referrals", json=referral(referrer=person))).json()
    case_id, reference = taken_as["case_id"], taken_as["reference"]

    asked = await hub.log.some(agency.InformationRequested, case_id, 3)
    assert {one.organisation for one in asked} == ORGANISATIONS
    assert all(hub.log.place(one).topic == requests_of(one.organisation) for one in asked)
    collated = await hub.log.one(said.EnquiryCollated, case_id)
    assert collated.collation is Collation.ALL
    assert set(collated.answered) == {one.request_id for one in asked}

    await status_says(hub, f"/v1/cases/{case_id}", lambda view: view["state"] == "awaiting_outcome")
    await decide(hub, case_id, "outcome", OUTCOME)
    shared = await hub.log.some(agency.OutcomeShared, case_id, 3)
    assert {one.organisation for one in shared} == ORGANISATIONS
    sent = await hub.log.some(said.EmailSent, case_id, 2)
    assert {one.kind for one in sent} == {EmailKind.ACKNOWLEDGEMENT, EmailKind.OUTCOME}
    letters = mail_to(hub, "whole@school.example")
    assert len(letters) == 2
    assert all(reference in letter["Subject"] for letter in letters)
    assert any("early help assessment" in _text(letter) for letter in letters)
    assert {letter["Message-ID"] for letter in letters} == {one.message_id for one in sent}

    view = await status_says(hub, f"/v1/cases/{case_id}", lambda view: view["state"] == "decided")
    told = str(view)
    assert "OutcomeDecided" in told or "outcome" in told
    assert (await hub.outside.get(f"/v1/referrals/{reference}")).json()["reference"] == reference


async def test_H_03_no_rule_matches_so_a_person_rates(hub: Hub):
    case_id = await taken(hub, referral(concern=concern("N9")))
    await hub.log.one(said.CaseOpened, case_id)
    await status_says(hub, "/v1/cases?state=awaiting_rating&limit=500", lambda view: case_id in str(view))
    assert not hub.log.of(said.CaseRouted, case_id)
    rating = {"rag": "amber", "pathways": ["mash-checks"], "rationale": "Two earlier contacts. (synthetic)"}
    await decide(hub, case_id, "rating", rating)
    routed = await hub.log.one(said.CaseRouted, case_id)
    assert (routed.rag, routed.rule, routed.decided_by.role) == (Rag.AMBER, None, "mash_manager")
    await hub.log.one(said.EnquiryCollated, case_id)


async def test_a_role_that_may_not_sign_off_is_refused_on_the_record(hub: Hub):
    case_id = await taken(hub, referral())
    await hub.log.one(said.EnquiryCollated, case_id)
    await decide(hub, case_id, "outcome", OUTCOME, hub.outside.keys.trainee)
    refused = await hub.log.one(said.DecisionRefused, case_id)
    assert refused.actor.label == "trainee-1"
    assert not hub.log.of(said.OutcomeDecided, case_id)
    await decide(hub, case_id, "outcome", OUTCOME)
    assert (await hub.log.one(said.OutcomeDecided, case_id)).decided_by.label == "manager-1"


async def test_M_11_every_missing_item_is_named_at_once_and_nobody_is_asked(hub: Hub):
    person = {"kind": "practitioner", "name": "Forgot Much", "email": "forgot@school.example"}
    case_id = await taken(hub, referral(referrer=person, children=[{"given_name": "Nobody"}], concern={}))
    returned = await hub.log.one(said.ReferralReturned, case_id)
    assert set(returned.missing) == {"children[0].family_name", "children[0].birth", "concern.summary"}
    await hub.log.one(said.EmailSent, case_id)
    (letter,) = mail_to(hub, "forgot@school.example")
    assert all(item in _text(letter) for item in returned.missing)
    assert "Nobody" not in letter.as_string()
    assert not hub.log.of(said.CaseOpened, case_id)
    assert not hub.log.of(agency.InformationRequested, case_id)


async def test_P8_immediate_harm_goes_on_whatever_is_missing(hub: Hub):
    case_id = await taken(hub, {"concern": {"immediate_harm": True}})
    routed = await hub.log.one(said.CaseRouted, case_id)
    assert (routed.rag, routed.rule) == (Rag.RED, "immediate-harm")
    await hub.log.some(agency.InformationRequested, case_id, 3)


async def test_H_08_a_silent_agency_is_warned_of_breached_not_waited_for_and_resolved_by_its_late_answer(hub: Hub):
    hub.processes.freeze("agency_education")
    try:
        case_id = await taken(hub, referral(concern=concern("N1", immediate_harm=True)))
        await hub.log.some(said.AnswerReceived, case_id, 2)
        (request,) = [
            one for one in hub.log.of(agency.InformationRequested, case_id) if one.organisation == "hackney-education"
        ]
        hub.advance(hours=3, minutes=1)
        at_risk = await hub.log.one(said.SlaAtRisk, case_id)
        assert at_risk.deadline.subject == request.request_id
        assert not hub.log.of(said.SlaBreached, case_id)
        hub.advance(hours=1)
        breached = await hub.log.one(said.SlaBreached, case_id)
        assert breached.deadline.subject == request.request_id
        assert breached.deadline.due <= breached.meta.occurred_at
        assert not breached.blind
        collated = await hub.log.one(said.EnquiryCollated, case_id)
        assert collated.lapsed == (request.request_id,)
        assert len(collated.answered) == 2
    finally:
        hub.processes.thaw("agency_education")
    resolved = await hub.log.one(said.SlaBreachResolved, case_id)
    late = next(one for one in hub.log.of(said.AnswerReceived, case_id) if one.organisation == "hackney-education")
    assert (resolved.breach_id, resolved.met_at) == (breached.meta.event_id, late.arrived_at)
    assert resolved.lateness_microseconds > 0
    assert len(hub.log.of(said.SlaBreached, case_id)) == 1


async def test_an_outcome_before_all_answers_closes_the_enquiry_and_withdraws_what_is_open(hub: Hub):
    hub.processes.freeze("agency_police")
    try:
        case_id = await taken(hub, referral())
        await hub.log.some(said.AnswerReceived, case_id, 2)
        await decide(hub, case_id, "outcome", OUTCOME)
        collated = await hub.log.one(said.EnquiryCollated, case_id)
        request_id = ids.request_of(UUID(case_id), "met-police")
        assert (collated.collation, collated.outstanding) == (Collation.ENOUGH, (request_id,))
        withdrawn = await hub.log.one(agency.RequestWithdrawn, case_id)
        assert hub.log.place(withdrawn).topic == requests_of("met-police")
        shared = await hub.log.some(agency.OutcomeShared, case_id, 2)
        assert {one.organisation for one in shared} == ORGANISATIONS - {"met-police"}
    finally:
        hub.processes.thaw("agency_police")


async def test_a_manager_may_say_enough(hub: Hub):
    hub.processes.freeze("agency_police")
    try:
        case_id = await taken(hub, referral())
        await hub.log.some(said.AnswerReceived, case_id, 2)
        await decide(hub, case_id, "enough", {"rationale": "What is known suffices. (synthetic)"})
        assert (await hub.log.one(said.EnquiryCollated, case_id)).collation is Collation.ENOUGH
    finally:
        hub.processes.thaw("agency_police")
    await hub.log.some(said.AnswerReceived, case_id, 3)


async def test_a_police_batch_becomes_cases_and_what_is_of_no_concern_leaves_only_a_count(hub: Hub):
    rows = (
        police_row("E2E/1", given_name="First"),
        police_row("E2E/1", given_name="Second", person_reference="SYN-2"),
        police_row("E2E/2", assessment="no_concern", family_name="Unrecorded"),
        police_row("E2E/3", date_of_birth="yesterday"),
    )
    answer = await hub.outside.post(
        "/v1/police/notifications", hub.outside.keys.force, idempotency_key="e2e-batch", **batch(*rows)
    )
    assert answer.status_code == 202, answer.text
    taken_as = answer.json()
    counts = {name: taken_as[name] for name in ("received", "accepted", "incidents", "not_recorded", "refused")}
    assert counts == {"received": 4, "accepted": 2, "incidents": 1, "not_recorded": 1, "refused": 1}
    assert [one["row"] for one in taken_as["faults"]] == [5]

    case_id = ids.case_of_incident("met-police", "E2E/1")
    routed = await hub.log.one(said.CaseRouted, case_id)
    assert (routed.rag, routed.rule) == (Rag.AMBER, "domestic-abuse-from-police")
    assert len(hub.log.of(said.PoliceNotificationReceived, case_id)[0].children) == 2
    await hub.log.one(said.EnquiryCollated, case_id)
    assert not any("Unrecorded" in one.record.model_dump_json() for one in hub.log.facts.values())


async def test_P1_the_same_key_again_is_the_same_case_and_other_content_is_refused(hub: Hub):
    key = uuid4().hex
    said_once = referral()
    answers = [await hub.outside.post("/v1/referrals", idempotency_key=key, json=said_once) for _ in range(3)]
    (body,) = {answer.text for answer in answers}
    case_id = answers[0].json()["case_id"]
    other = await hub.outside.post("/v1/referrals", idempotency_key=key, json=referral(source="3A"))
    assert other.status_code == 422, (other.text, body)
    await hub.log.one(said.EnquiryCollated, case_id)
    assert len(hub.log.of(said.ReferralReceived, case_id)) == 1
    assert len(hub.log.of(said.CaseOpened, case_id)) == 1


async def test_H_09_a_risk_flag_reaches_the_case_before_the_answer(hub: Hub):
    hub.processes.freeze("agency_health")
    try:
        case_id = UUID(await taken(hub, referral()))
        request_id = ids.request_of(case_id, "homerton-health")
        await hub.log.some(agency.InformationRequested, case_id, 3)
        flag = agency.RiskFlagged(
            meta=_of(case_id),
            request_id=request_id,
            information="Synthetic: unexplained injury.",
            suggested_rag=Rag.RED,
        )
        await hub.write(responses_of("homerton-health"), flag)
        flagged = await hub.log.one(said.RiskFlagged, case_id)
        assert (flagged.organisation, flagged.suggested_rag) == ("homerton-health", Rag.RED)
        await status_says(hub, f"/v1/cases/{case_id}", lambda view: "RiskFlagged" in str(view) or "risk" in str(view))
    finally:
        hub.processes.thaw("agency_health")
    await hub.log.one(said.EnquiryCollated, case_id)


async def test_a_more_urgent_rating_gives_every_unanswered_request_a_new_deadline(hub: Hub):
    hub.processes.freeze("agency_police")
    try:
        case_id = await taken(hub, referral())
        await hub.log.some(said.AnswerReceived, case_id, 2)
        rating = {"rag": "red", "pathways": [], "rationale": "New information. (synthetic)"}
        await decide(hub, case_id, "rating", rating)
        rerated = await hub.log.one(said.CaseRerated, case_id)
        assert [one.organisation for one in rerated.rerated] == ["met-police"]
        told = await hub.log.one(agency.RequestRerated, case_id)
        assert (told.organisation, told.rag, told.due) == ("met-police", Rag.RED, rerated.rerated[0].deadline.due)
    finally:
        hub.processes.thaw("agency_police")
    await hub.log.one(said.EnquiryCollated, case_id)


async def test_a_partner_refers_on_its_own_topic(hub: Hub):
    submitted = agency.ReferralSubmitted(
        meta=_of(None),
        submission_key="partner-1",
        source="5A",
        referrer=Referrer(kind=ReferrerKind.PRACTITIONER, name="Partner System", email="partner@health.example"),
        children=(
            Child(given_name="Paula", family_name="Testchild", expected_date_of_birth=None, date_of_birth="2020-01-01"),
        ),
        concern=Concern(summary="Synthetic.", category_of_need="N4"),
        consent=Consent(status=ConsentStatus.GIVEN),
    )
    await hub.write(submissions_of("homerton-health"), submitted)
    case_id = ids.case_of_client("homerton-health", "partner-1")
    routed = await hub.log.one(said.CaseRouted, case_id)
    assert routed.rag is Rag.GREEN
    asked = await hub.log.some(agency.InformationRequested, case_id, 2)
    assert {one.organisation for one in asked} == {"homerton-health", "hackney-education"}
    await hub.log.one(said.EnquiryCollated, case_id)


async def test_P5_an_answer_to_somebody_elses_request_does_not_count(hub: Hub):
    hub.processes.freeze("agency_police")
    try:
        case_id = UUID(await taken(hub, referral()))
        await hub.log.some(said.AnswerReceived, case_id, 2)
        theirs = agency.InformationReturned(
            meta=_of(case_id), request_id=ids.request_of(case_id, "met-police"), knowledge=Knowledge.NOT_KNOWN
        )
        await hub.write(responses_of("hackney-education"), theirs)
        refused = await hub.log.one(agency.AnswerRefused, case_id)
        assert hub.log.place(refused).topic == requests_of("hackney-education")
        assert "not_your_request" in refused.reason
        assert len(hub.log.of(said.AnswerReceived, case_id)) == 2
    finally:
        hub.processes.thaw("agency_police")
    await hub.log.one(said.EnquiryCollated, case_id)


def _of(case_id: UUID | None) -> Meta:
    return Meta(event_id=uuid4(), partnership="hackney", case_id=case_id, occurred_at="2026-06-08T09:00:00Z")
