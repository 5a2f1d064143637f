"""What must not get in, and what must not be lost: each bad input gets a clear word, and the rest goes on."""

import json
from pathlib import Path
from uuid import UUID, uuid4

from typer.testing import CliRunner

from mashbus.bus.headers import cloudevent
from mashbus.bus.http.keys import add_key
from mashbus.cli import app
from mashbus.contracts import agency
from mashbus.contracts import hub as said
from mashbus.contracts.record import Meta
from mashbus.contracts.topics import requests_of, responses_of
from mashbus.domain import ids
from mashbus.domain.vocabulary import Knowledge, Rag
from services.intake.police_rows import COLUMNS
from tests.e2e.contacts import batch, police_row, referral
from tests.e2e.hub import Hub

ORGANISATION = "met-police"
JSON = {"Content-Type": "application/json"}


# -- over HTTP -------------------------------------------------------------------------------------------------


async def test_a_csv_with_a_wrong_header_names_every_column_that_is_wrong(hub: Hub):
    columns = (*(name for name in COLUMNS if name not in ("incident", "summary")), "colour")
    answer = await hub.outside.post(
        "/v1/police/notifications", hub.outside.keys.force, **batch(police_row("BAD/1"), columns=columns)
    )
    assert_refused(answer, 400, "incident", "summary", "colour")
    assert ids.case_of_incident(ORGANISATION, "BAD/1") not in hub.log.by_case


async def test_a_batch_with_a_tenth_of_bad_rows_is_taken_without_them(hub: Hub):
    rows = [police_row(f"TENTH/{number}") for number in range(30)]
    for number in (3, 13, 23):
        rows[number] = police_row(f"TENTH/{number}", incident_at="the other day", sex="?")
    answer = await hub.outside.post("/v1/police/notifications", hub.outside.keys.force, **batch(*rows))
    taken = answer.json()
    assert (answer.status_code, taken["accepted"], taken["refused"]) == (202, 27, 3)
    assert [one["row"] for one in taken["faults"]] == [5, 15, 25]
    assert all({fault["where"] for fault in one["faults"]} == {"incident_at", "sex"} for one in taken["faults"])
    assert "the other day" not in answer.text
    for number in range(30):
        if number not in (3, 13, 23):
            await hub.log.one(said.EnquiryCollated, ids.case_of_incident(ORGANISATION, f"TENTH/{number}"))


async def test_a_body_over_the_cap_is_refused_before_it_is_parsed(hub: Hub):
    answer = await hub.outside.post("/v1/referrals", content=b" " * (257 * 1024), headers=JSON)
    assert_refused(answer, 413)


async def test_invalid_utf_8_is_refused(hub: Hub):
    body = json.dumps(referral(source="2A")).encode().replace(b"Synthia", b"Synth\xffa")
    answer = await hub.outside.post("/v1/referrals", content=body, headers=JSON)
    assert_refused(answer, 400, "UTF-8")


async def test_json_nested_ten_thousand_deep_is_refused(hub: Hub):
    body = b'{"children":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    answer = await hub.outside.post("/v1/referrals", content=body, headers=JSON)
    assert_refused(answer, 400, "deep")


async def test_a_referral_that_says_nothing_is_taken_and_every_mandatory_item_asked_back(hub: Hub):
    answer = await hub.outside.post("/v1/referrals", json={})
    assert answer.status_code == 202
    returned = await hub.log.one(said.ReferralReturned, answer.json()["case_id"])
    assert returned.missing == ("referrer.name", "referrer.contact", "children", "concern.summary")


async def test_every_fault_of_a_referral_is_named_at_once_and_no_value_is_echoed(hub: Hub):
    document = referral(source="99", children=[{"family_name": "Secretname", "date_of_birth": "31/12/2019"}], extra=1)
    answer = await hub.outside.post("/v1/referrals", json=document)
    assert_refused(answer, 400, "/source", "/children/0/date_of_birth", "/extra")
    assert "Secretname" not in answer.text
    assert "31/12" not in answer.text


async def test_an_unknown_organisation_may_not_send_batches(hub: Hub):
    key = add_key(
        hub.settings.api_keys,
        f"stranger-{uuid4().hex[:8]}",
        partnership="hackney",
        role="police",
        may=frozenset({"police"}),
        organisation="no-such-force",
    )
    answer = await hub.outside.post("/v1/police/notifications", key, **batch(police_row("STRANGER/1")))
    assert_refused(answer, 403)
    assert ids.case_of_incident("no-such-force", "STRANGER/1") not in hub.log.by_case


async def test_a_key_opens_only_its_own_door(hub: Hub):
    assert_refused(await hub.outside.post("/v1/referrals", "no-such-key", json=referral()), 401)
    assert_refused(await hub.outside.post("/v1/referrals", hub.outside.keys.manager, json=referral()), 403)


def test_a_census_cut_in_half_gives_what_was_whole_and_says_where_it_ends(tmp_path: Path):
    whole, half, out = tmp_path / "whole.xml", tmp_path / "half.xml", tmp_path / "referrals.jsonl"
    run = CliRunner().invoke
    assert run(app, ["synthetic", "census", "--out", str(whole), "--children", "40"]).exit_code == 0
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    answer = run(app, ["synthetic", "referrals", str(half), "--out", str(out)])
    assert "half.xml" in answer.output
    assert 0 < len(out.read_text().splitlines()) < 40


def assert_refused(answer, status: int, *named: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    for one in named:
        assert one in answer.text


# -- on a partner's topic --------------------------------------------------------------------------------------


async def asked(hub: Hub) -> UUID:
    """A case whose police request is open: the police service is frozen by the caller."""
    answer = await hub.outside.post("/v1/referrals", json=referral())
    case_id = UUID(answer.json()["case_id"])
    await hub.log.some(agency.InformationRequested, case_id, 3)
    return case_id


def answer_of(case_id: UUID, **changes) -> agency.InformationReturned:
    said_as = {
        "meta": Meta(event_id=uuid4(), partnership="hackney", case_id=case_id, occurred_at="2026-06-08T09:00:00Z"),
        "request_id": ids.request_of(case_id, ORGANISATION),
        "knowledge": Knowledge.NOT_KNOWN,
    }
    return agency.InformationReturned(**{**said_as, **changes})


async def test_P2_bad_records_of_a_partner_are_quarantined_told_and_stop_nothing(hub: Hub):
    topic = responses_of(ORGANISATION)
    hub.processes.freeze("agency_police")
    try:
        case_id = await asked(hub)
        key, right = str(case_id), hub.codec.encode(topic, answer_of(case_id))
        (question,) = [
            one for one in hub.log.of(agency.InformationRequested, case_id) if one.organisation == ORGANISATION
        ]
        wrong_type = hub.codec.encode(requests_of(ORGANISATION), question)
        foreign = answer_of(case_id).model_copy(
            update={"meta": answer_of(case_id).meta.model_copy(update={"partnership": "nowhere"})}
        )
        bad = {
            "not_framed": (b"\xde\xad\xbe\xef" * 16, []),
            "unknown_schema": (b"\x00\x7f\xff\xff\xff" + right[5:], []),
            "unreadable": (right[:-9], []),
            "bytes_differ": (right + b"\x00", []),
            "not_of_this_topic": (wrong_type, cloudevent(question, "partner")),
            "no_value": (None, []),
            "not_in_partnership": (hub.codec.encode(topic, foreign), cloudevent(foreign, "partner")),
        }
        for value, headers in bad.values():
            await hub.write_bytes(topic, value, headers, key)
        await hub.write(topic, answer_of(case_id), key)

        await hub.log.until(
            lambda: any(one.organisation == ORGANISATION for one in hub.log.of(said.AnswerReceived, case_id)),
            "the good answer behind the bad ones",
            case_id,
        )
        set_aside = await hub.log.some(said.RecordQuarantined, case_id, len(bad))
        assert [one.reason for one in set_aside] == list(bad)
        assert [one.original.value for one in set_aside] == [value for value, _ in bad.values()]
        assert {one.organisation for one in set_aside} == {ORGANISATION}
        causes = {one.meta.event_id: one.reason for one in set_aside}
        told = [one for one in hub.log.on(requests_of(ORGANISATION)) if one.meta.cause_id in causes]
        assert all(one.reason.startswith(causes[one.meta.cause_id]) and one.remedy for one in told)
        assert len(told) == len(bad)
    finally:
        hub.processes.thaw("agency_police")
    await hub.log.one(said.EnquiryCollated, case_id)


async def test_trap_04_a_null_or_unreadable_header_costs_no_answer(hub: Hub):
    topic = responses_of(ORGANISATION)
    hub.processes.freeze("agency_police")
    try:
        case_id = await asked(hub)
        headers = [("ce_subject", None), ("note", b"\xff\xfe"), ("reply_to", b"mash.cases")]
        flag = agency.RiskFlagged(
            meta=answer_of(case_id).meta,
            request_id=ids.request_of(case_id, ORGANISATION),
            information="Synthetic.",
            suggested_rag=Rag.RED,
        )
        await hub.write_bytes(topic, hub.codec.encode(topic, flag), headers, "any key")
        await hub.write_bytes(topic, hub.codec.encode(topic, answer_of(case_id)), headers, "any key")
        assert (await hub.log.one(said.RiskFlagged, case_id)).organisation == ORGANISATION
        assert (await hub.log.one(said.EnquiryCollated, case_id)).lapsed == ()
        assert not hub.log.of(said.RecordQuarantined, case_id)
    finally:
        hub.processes.thaw("agency_police")
