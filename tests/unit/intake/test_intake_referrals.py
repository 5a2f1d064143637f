"""POST /v1/referrals: what can be read is taken; what can't is refused with every fault at once and no value."""

import dataclasses
import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from intake_door import HACKNEY, PARTNERSHIP, FakeLog, Keys, headers

from mashbus.bus.producer import NotAcknowledged, NotSent
from mashbus.contracts import agency, hub, reference
from mashbus.contracts.contents import content_hash
from mashbus.domain import ids
from mashbus.domain.referral import Address, Adult, Child, ChildView, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import Support
from services.intake import forms
from services.intake.contacts import referral, without_its_own_numbers
from services.intake.referral_route import EXAMPLE

ROUTE = "/v1/referrals"


async def post(door: httpx.AsyncClient, secret: str, body, key: str = "key-1") -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await door.post(ROUTE, content=content, headers=headers(secret, key))


def wheres(response: httpx.Response) -> list[str]:
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return [fault["where"] for fault in response.json()["faults"]]


async def test_P1_a_referral_is_answered_after_it_was_published(door, log: FakeLog, keys: Keys) -> None:
    answer = await post(door, keys.referrer, EXAMPLE)
    assert answer.status_code == 202, answer.text
    (sent,) = log.sent
    case_id = ids.case_of_client("hackney/online-form", "key-1")
    assert answer.json() == {"reference": reference.reference_of("hackney", case_id), "case_id": str(case_id)}
    assert (sent.topic, sent.key) == ("mash.referrals", str(case_id))
    record = sent.record
    assert isinstance(record, hub.ReferralReceived)
    assert record.meta.event_id == ids.once(case_id, "ReferralReceived")
    assert (record.meta.partnership, record.client, record.source) == ("hackney", "hackney/online-form", "2A")
    assert record.children[0].family_name == "Sampleton"
    assert record.concern.factors == ("16A",)


async def test_P1_the_same_key_and_content_again_gives_the_same_answer_and_no_second_record(door, log, keys) -> None:
    first = await post(door, keys.referrer, EXAMPLE)
    otherwise_written = json.dumps(dict(reversed(EXAMPLE.items())), indent=3).encode()
    second = await post(door, keys.referrer, otherwise_written)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert len(log.sent) == 1


async def test_the_same_key_with_other_content_is_refused_where_it_is_known(door, log, keys) -> None:
    await post(door, keys.referrer, EXAMPLE)
    answer = await post(door, keys.referrer, EXAMPLE | {"source": "3A"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "key-used-otherwise"
    assert len(log.sent) == 1


async def test_the_same_key_of_two_clients_is_two_referrals(door, log, keys) -> None:
    first = await post(door, keys.referrer, EXAMPLE)
    second = await post(door, keys.other_referrer, EXAMPLE)
    assert first.json()["case_id"] != second.json()["case_id"]
    assert len(log.sent) == 2


async def test_a_referral_with_every_mandatory_field_missing_is_taken(door, log, keys) -> None:
    answer = await post(door, keys.referrer, {})
    assert answer.status_code == 202
    assert log.records[0].source == "10"
    assert log.records[0].children == ()


async def test_every_fault_is_named_at_once_by_pointer_and_no_value_is_quoted(door, log, keys) -> None:
    body = {
        "source": "99",
        "channel": "carrier-pigeon-Zebedee",
        "received_at": "1751965200",
        "weather": "Zebedee",
        "Zebedee Jones, 3 High Street": True,
        "children": [
            {"date_of_birth": "2019-02-30", "sex": 1},
            {"given_name": "Zebe\u0000dee", "family_name": "Zebedee" * 40, "address": {"uprn": 5.0}},
            "Zebedee",
        ],
        "concern": {"factors": ["16A", "99Z"], "category_of_need": "N11", "immediate_harm": "yes-Zebedee"},
        "consent": {"status": "Zebedee", "told": "no"},
    }
    answer = await post(door, keys.referrer, body)
    assert answer.status_code == 400
    assert set(wheres(answer)) == {
        "/source", "/channel", "/received_at", "/weather", "/(a field with an odd name)", "/children/0/date_of_birth",
        "/children/0/sex", "/children/1/given_name", "/children/1/family_name", "/children/1/address/uprn", "/children/2",
        "/concern/factors/1", "/concern/category_of_need", "/concern/immediate_harm", "/consent/status", "/consent/told",
    }  # fmt: skip
    assert "Zebe" not in answer.text
    assert all(fault["remedy"] for fault in answer.json()["faults"])
    assert log.sent == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[" * 10_000, "nested too deep"),
        (b'{"concern":' * 10_000, "nested too deep"),
        (b'{"concern": {"summary": "\xff\xfe"}}', "not UTF-8"),
        (b'{"concern": {"summary": "\\ud800"}}', "escape"),
        (b'{"concern": {"summary": "a\x00b"}}', "control character"),
        (b'{"source": "2A"', "ends too early"),
        (b"", "ends too early"),
        (b"source=2A", "not JSON"),
        (b'"2A"', "not an object"),
        (bytes(range(256)) * 10, "not JSON"),
    ],
)
async def test_what_is_no_json_object_gives_400_and_never_a_crash(door, log, keys, body: bytes, said: str) -> None:
    answer = await post(door, keys.referrer, body)
    assert answer.status_code == 400
    assert said in answer.json()["faults"][0]["problem"]
    assert log.sent == []


async def test_older_factor_codes_are_taken_and_kept_as_todays(door, log, keys) -> None:
    answer = await post(door, keys.referrer, {"concern": {"factors": ["18A", "3A", "18C"]}})
    assert answer.status_code == 202
    assert log.records[0].concern.factors == ("18B", "18C", "3A")


async def test_an_earlier_receipt_may_be_stated_and_a_later_one_not(door, log, keys) -> None:
    assert (await post(door, keys.referrer, {"received_at": "2026-06-05T16:00:00+01:00"})).status_code == 202
    assert log.records[0].received_at.isoformat() == "2026-06-05T15:00:00+00:00"
    later = await post(door, keys.referrer, {"received_at": "2026-06-09T16:00:00+01:00"}, "key-2")
    assert (later.status_code, wheres(later)) == (400, ["/received_at"])


async def test_P8_a_wrong_date_holds_no_report_of_immediate_harm_back(door, log, keys) -> None:
    """A sender's clock is a day ahead: it came when it came, and the sender is told."""
    body = EXAMPLE | {"concern": {"immediate_harm": True}, "received_at": "2026-06-09T16:00:00+01:00"}
    answer = await post(door, keys.referrer, body)
    assert answer.status_code == 202, answer.text
    assert [one["where"] for one in answer.json()["left_out"]] == ["/received_at"]
    (record,) = log.records
    assert (record.received_at, record.concern.immediate_harm) == (None, True)


async def test_P1_nothing_sent_is_503_with_retry_after_and_the_key_stays_free(door, log, keys) -> None:
    log.mood = lambda: NotSent("broker_unreachable", "no broker answers")
    answer = await post(door, keys.referrer, EXAMPLE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    log.mood = lambda: None
    assert (await post(door, keys.referrer, EXAMPLE | {"source": "3A"})).status_code == 202


async def test_P1_sent_and_not_acknowledged_is_504_and_a_retry_gives_the_same_reference(door, log, keys) -> None:
    log.mood = lambda: NotAcknowledged("no_acknowledgement", "the broker did not confirm")
    answer = await post(door, keys.referrer, EXAMPLE)
    assert answer.status_code == 504
    assert "same Idempotency-Key" in answer.json()["title"]
    log.mood = lambda: None
    again = await post(door, keys.referrer, EXAMPLE)
    assert again.json()["case_id"] == str(ids.case_of_client("hackney/online-form", "key-1"))
    other = await post(door, keys.referrer, EXAMPLE | {"source": "3A"})
    assert other.status_code == 422


async def test_P7_a_fault_of_our_own_tells_nothing_of_the_body(door, log, keys, capfd) -> None:
    log.mood = lambda: RuntimeError("Zebedee")
    answer = await post(door, keys.referrer, EXAMPLE)
    assert (answer.status_code, answer.json()["type"]) == (500, "unforeseen")
    told = capfd.readouterr()
    assert "Zebedee" not in answer.text + told.out + told.err


async def test_the_largest_body_that_is_taken_fits_the_log(door, log, keys) -> None:
    long = "\u20ac" * 20_000
    body = {"concern": {"summary": long, "impact": long, "tried": long}, "consent": {"reason": long}}
    assert (await post(door, keys.referrer, json.dumps(body, ensure_ascii=False).encode())).status_code == 202
    assert log.records[0].concern.tried == long


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (forms.AddressForm, Address), (forms.ChildForm, Child), (forms.AdultForm, Adult),
        (forms.ReferrerForm, Referrer), (forms.ConcernForm, Concern), (forms.ConsentForm, Consent),
        (forms.ProfessionalForm, Professional),
    ],
)  # fmt: skip
def test_the_forms_have_the_fields_and_defaults_of_the_domain(form, value) -> None:
    assert list(form.model_fields) == [field.name for field in dataclasses.fields(value)]
    assert form().value() == value()


def test_a_view_is_of_one_child() -> None:
    assert list(forms.ChildViewForm.model_fields) == [field.name for field in dataclasses.fields(ChildView)]
    assert forms.ChildViewForm(child=0).value() == ChildView(child=0)


def test_a_referral_s_form_has_every_field_of_the_record_that_is_the_contact_s_own() -> None:
    ours = {"meta", "reference", "content_hash", "client"}
    assert set(forms.ReferralForm.model_fields) == set(hub.ReferralReceived.model_fields) - ours
    assert set(forms.ReferralForm.model_fields) - {"received_at"} == set(agency.ReferralSubmitted.model_fields) - {
        "meta", "submission_key"
    }  # fmt: skip


async def test_a_content_of_before_keeps_its_hash(door, log, keys) -> None:
    """What is told apart by its hash was sent before these fields were there, and may be sent again."""
    await post(door, keys.referrer, EXAMPLE)
    record = log.records[0]
    of_before = ("received_at", "channel", "source", "referrer", "children", "adults", "concern", "consent")
    assert record.content_hash == content_hash({name: getattr(record, name) for name in of_before})
    await post(door, keys.referrer, EXAMPLE | {"no_other_professionals": True}, "key-2")
    assert log.records[1].content_hash != record.content_hash


# -- what the partnership has names for ---------------------------------------------------------------------------

MORE = {
    "contact_type": "parenting-programme",
    "asks_for": "early_help",
    "indicators": ["pre-birth"],
    "professionals": [{"name": "Sam Placeholder", "role": "midwife", "email": "sam@example.org"}],
    "views": [{"child": 0, "understands": True, "consent": "given", "view": "Wants it to stop."}],
    "consent": {"status": "refused", "urgent": "Now.", "asking_raises_risk": "He is violent.", "action": "Told."},
}


@pytest.mark.parametrize("partnership", [PARTNERSHIP])
async def test_M_11_H_13_H_18_what_procedures_ask_for_is_taken_as_it_was_said(door, log, keys) -> None:
    answer = await post(door, keys.referrer, EXAMPLE | MORE)
    assert (answer.status_code, set(answer.json())) == (202, {"reference", "case_id"})
    (record,) = log.records
    assert (record.contact_type, record.asks_for, record.indicators) == (
        "parenting-programme", Support.EARLY_HELP, ("pre-birth",),
    )  # fmt: skip
    assert record.professionals == (Professional(name="Sam Placeholder", role="midwife", email="sam@example.org"),)
    assert record.views[0].view == "Wants it to stop."
    assert (record.consent.urgent, record.consent.asking_raises_risk, record.consent.action) == (
        "Now.", "He is violent.", "Told.",
    )  # fmt: skip


STRANGE = {
    "contact_type": "Zebedee",
    "indicators": ["pre-birth", "Zebedee"],
    "views": [{"child": 0}, {"child": 1, "view": "Zebedee"}],
}


@pytest.mark.parametrize("partnership", [PARTNERSHIP])
async def test_names_that_the_partnership_does_not_have_are_refused_naming_those_there_are(door, log, keys) -> None:
    answer = await post(door, keys.referrer, EXAMPLE | STRANGE)
    assert (answer.status_code, wheres(answer)) == (422, ["/contact_type", "/indicators/1", "/views/1/child"])
    remedies = [fault["remedy"] for fault in answer.json()["faults"]]
    assert "parenting-programme" in remedies[0]
    assert "exploitation, pre-birth" in remedies[1]
    assert "Zebedee" not in answer.text
    assert log.sent == []
    late = await post(door, keys.referrer, EXAMPLE | STRANGE | {"received_at": "2027-06-08T16:00:00+01:00"})
    assert (late.status_code, len(wheres(late))) == (400, 4), "all at once"


@pytest.mark.parametrize("partnership", [PARTNERSHIP])
async def test_P8_a_report_of_immediate_harm_is_taken_without_the_names_nobody_knows(door, log, keys) -> None:
    body = EXAMPLE | STRANGE | {"concern": {"immediate_harm": True}}
    answer = await post(door, keys.referrer, body)
    assert answer.status_code == 202, answer.text
    assert [one["where"] for one in answer.json()["left_out"]] == ["/contact_type", "/indicators/1", "/views/1/child"]
    (record,) = log.records
    assert (record.contact_type, record.indicators, len(record.views)) == (None, ("pre-birth",), 1)
    assert (await post(door, keys.referrer, body)).json() == answer.json()
    assert len(log.sent) == 1


async def test_a_place_among_the_children_is_a_small_number(door, log, keys) -> None:
    answer = await post(door, keys.referrer, EXAMPLE | {"views": [{"child": -1}, {"child": 1e9}, {"child": "0"}]})
    assert (answer.status_code, wheres(answer)) == (400, [f"/views/{index}/child" for index in range(3)])
    assert all(fault["remedy"] != "see /docs for what the field takes" for fault in answer.json()["faults"])


async def test_a_receipt_in_no_century_of_ours_is_not_readable(door, log, keys) -> None:
    answer = await post(door, keys.referrer, {"received_at": "0001-01-01T00:00:00+00:00"})
    assert (answer.status_code, wheres(answer)) == (400, ["/received_at"])


async def test_case_ids_are_opaque(door, keys) -> None:
    answer = await post(door, keys.referrer, EXAMPLE)
    assert UUID(answer.json()["case_id"]).version == 5


@pytest.mark.parametrize(
    ("organisation", "kept"), [(None, "77"), ("hackney-csc", "77"), ("hackney-education", None), ("met-police", None)]
)
def test_H_05_another_organisation_s_own_number_of_a_child_is_not_taken_for_the_council_s(organisation, kept) -> None:
    """Else a school's pupil 77 is the council's child 77, and the worker of a stranger is told of it."""
    partnership = replace(HACKNEY, known=replace(HACKNEY.known, holders=("hackney-csc",)))
    (child,) = without_its_own_numbers(of_number("77"), organisation, partnership).children
    assert child == Child(local_id=kept, family_name="Sampleton")


def test_two_newborns_whom_a_hospital_s_own_numbers_alone_tell_apart_are_two_contents() -> None:
    """Else the second twin's referral is a duplicate of the first's, and nobody is asked of it."""
    taken = [without_its_own_numbers(of_number(one), "homerton-health", HACKNEY) for one in ("77", "78")]
    assert taken[0].children == taken[1].children
    assert len({one.content_hash for one in taken}) == 2


def of_number(number: str) -> hub.ReferralReceived:
    body = {**EXAMPLE, "children": [{"local_id": number, "family_name": "Sampleton"}]}
    form = forms.ReferralForm.model_validate_json(json.dumps(body))
    return referral("trust", "k", "hackney", form.said(), datetime(2026, 6, 8, 9, tzinfo=UTC))
