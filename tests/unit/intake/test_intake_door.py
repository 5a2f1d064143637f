"""Who comes in, how much at once, and what the documentation says: before anything is read."""

import asyncio
import json
import re
from datetime import timedelta

import pytest
from intake_door import PARTNERSHIP, headers

from mashbus.bus.http.body import pieces
from mashbus.bus.http.keys import ApiKeys, add_key, revoke_key
from mashbus.bus.http.problems import TooSlow
from mashbus.bus.http.reading import read
from services.intake import calls, case_routes
from services.intake.calls import CallForm
from services.intake.forms import ReferralForm
from services.intake.referral_route import EXAMPLE
from services.intake.routes import Limits

REFER = "/v1/referrals"


def is_problem(answer, status: int) -> bool:
    return (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("said", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic abc", "Bearer \xff"])
async def test_without_a_known_key_nothing_is_read(door, log, said) -> None:
    sent = headers("x") | ({"Authorization": said.encode("latin-1")} if said is not None else {})
    if said is None:
        del sent["Authorization"]
    answer = await door.post(REFER, content=b"[" * 100_000, headers=sent)
    assert is_problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_does_only_what_it_may(door, log, keys) -> None:
    answer = await door.post(REFER, json=EXAMPLE, headers=headers(keys.manager))
    assert is_problem(answer, 403)
    assert "'refer'" in answer.json()["detail"]
    answer = await door.post("/v1/police/notifications", content=b"", headers=headers(keys.referrer, kind="text/csv"))
    assert is_problem(answer, 403)


async def test_a_key_of_another_partnership_is_not_served(door, keys) -> None:
    secret = add_key(keys.path, "medway-form", partnership="medway", role="referrer", may=frozenset({"refer"}))
    assert is_problem(await door.post(REFER, json=EXAMPLE, headers=headers(secret)), 403)


async def test_a_force_outside_the_partnership_may_send_no_batch(door, keys) -> None:
    made = {"partnership": "hackney", "role": "police", "may": frozenset({"police"}), "organisation": "kent-police"}
    secret = add_key(keys.path, "kent-batches", **made)
    answer = await door.post("/v1/police/notifications", content=b"x", headers=headers(secret, kind="text/csv"))
    assert is_problem(answer, 403)


async def test_keys_are_read_again_when_they_change(door, keys) -> None:
    assert (await door.post(REFER, json=EXAMPLE, headers=headers(keys.referrer))).status_code == 202
    revoke_key(keys.path, "online-form")
    assert is_problem(await door.post(REFER, json=EXAMPLE, headers=headers(keys.referrer)), 401)


def test_a_key_is_kept_as_its_hash_for_its_owner_alone(keys) -> None:
    assert keys.referrer not in keys.path.read_text()
    assert keys.path.stat().st_mode & 0o077 == 0


def test_a_spoilt_key_file_leaves_the_last_good_keys_in_force(keys, capfd) -> None:
    there = ApiKeys(keys.path)
    assert there.find(keys.referrer)
    keys.path.write_text('[{"label": "Zebedee Jones"}]')
    assert there.find(keys.referrer)
    assert "Zebedee" not in capfd.readouterr().out
    keys.path.unlink()
    assert there.find(keys.referrer) is None


@pytest.mark.parametrize("key", [None, "", "a b", "k" * 256, "caf\xe9", "tab\tkey"])
async def test_every_post_needs_an_idempotency_key(door, log, keys, key) -> None:
    sent = headers(keys.referrer) | {"Idempotency-Key": (key or "").encode("latin-1")}
    if key is None:
        del sent["Idempotency-Key"]
    answer = await door.post(REFER, json=EXAMPLE, headers=sent)
    assert is_problem(answer, 400)
    assert answer.json()["faults"][0]["where"] == "Idempotency-Key"
    assert log.sent == []


async def test_two_idempotency_keys_are_none(door, keys) -> None:
    sent = [*headers(keys.referrer).items(), ("Idempotency-Key", "other")]
    assert is_problem(await door.post(REFER, content=json.dumps(EXAMPLE), headers=sent), 400)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "text/csv"],
)
async def test_another_kind_of_body_is_415(door, keys, kind) -> None:
    answer = await door.post(REFER, content=b"{}", headers=headers(keys.referrer, kind=kind))
    assert is_problem(answer, 415)
    assert answer.headers["accept-post"] == "application/json"


async def test_a_compressed_body_is_415(door, keys) -> None:
    sent = headers(keys.referrer) | {"Content-Encoding": "gzip"}
    assert is_problem(await door.post(REFER, content=b"{}", headers=sent), 415)


@pytest.mark.parametrize("limits", [Limits(referral=100)])
@pytest.mark.parametrize("streamed", [True, False])
async def test_a_body_over_the_cap_is_413_before_it_is_parsed(door, log, keys, streamed) -> None:
    async def stream():
        for _ in range(3):
            yield b"[" * 60

    answer = await door.post(REFER, content=stream() if streamed else b"[" * 101, headers=headers(keys.referrer))
    assert is_problem(answer, 413)
    assert answer.json()["limit"] == 100


async def test_a_sender_that_dawdles_is_let_go() -> None:
    class Silent:
        async def stream(self):
            yield b"{"
            await asyncio.Event().wait()

    with pytest.raises(TooSlow):
        [piece async for piece in pieces(Silent(), 100, timedelta(milliseconds=20))]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/nothing", 404), ("GET", REFER, 405)])
async def test_what_is_not_there_is_a_problem_document_too(door, method, path, status) -> None:
    assert is_problem(await door.request(method, path), status)


async def test_the_documentation_is_openapi_3_1_and_names_no_foreign_host(door) -> None:
    document = (await door.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/v1/holdings",
        "/v1/referrals", "/v1/police/notifications", "/v1/cases/{case_id}/rating", "/v1/cases/{case_id}/outcome", "/v1/cases/{case_id}/matches",
        "/v1/cases/{case_id}/enough", "/v1/cases/{case_id}/suspension", "/v1/cases/{case_id}/resumption",
        "/v1/cases/{case_id}/milestones", "/v1/cases/{case_id}/consent", "/v1/cases/{case_id}/involvement",
        "/v1/cases/{case_id}/referrers", "/v1/cases/{case_id}/links", "/v1/cases/{case_id}/meeting-results", "/v1/calls",
        "/v1/emails/receipts", "/v1/emails/bounces",
    }  # fmt: skip
    told = json.dumps(document)
    for reference in {part.split('"')[0] for part in told.split("#/components/schemas/")[1:]}:
        assert reference in document["components"]["schemas"], reference
    for page in ("/docs", "/redoc"):
        answer = await door.get(page)
        assert answer.status_code == 200
        assert "//" not in answer.text.replace("http://door", "").replace("// ", ""), "only this host"


async def test_every_post_is_documented_with_its_key_its_body_and_its_refusals(door) -> None:
    document = (await door.get("/openapi.json")).json()
    for name, path in document["paths"].items():
        post = path["post"]
        assert post["security"]
        keyed = "Idempotency-Key" in {one["name"] for one in post.get("parameters", ())}
        assert keyed != name.startswith("/v1/emails/"), "channels send none: the email is the key"
        assert post["requestBody"]["required"]
        assert {"202", "400", "401", "403", "413", "415", "503", "504"} <= set(post["responses"])


REQUIREMENT = re.compile(r"\b[HJMCG]-[0-9]{2}\b")


@pytest.mark.parametrize("partnership", [PARTNERSHIP])
async def test_every_route_names_its_requirements_and_who_may_as_the_profile_says(door) -> None:
    paths = (await door.get("/openapi.json")).json()["paths"]
    said = {path: operation["post"]["description"] for path, operation in paths.items()}
    assert [path for path, text in said.items() if not REQUIREMENT.search(text)] == []
    assert [path for path, text in said.items() if "**Who may:** a key with the permission `" not in text] == []
    assert "hackney: `mash_manager`, `social_work_manager`" in said["/v1/cases/{case_id}/rating"]
    assert "`escalation` (M-12) by `mash_manager`, stages `manager`, `director`" in said[
        "/v1/cases/{case_id}/milestones"
    ]  # fmt: skip
    assert "hackney: `mash_manager`, `social_worker`" in said["/v1/cases/{case_id}/consent"]
    assert "hackney: `advisor`; topics `thresholds`; outcomes `advice`" in said["/v1/calls"]


@pytest.mark.parametrize("partnership", [PARTNERSHIP])
async def test_every_example_is_one_that_the_form_reads(door) -> None:
    for route in case_routes.ROUTES:
        assert read(route.form, json.dumps(route.example).encode(), "an example")
    assert read(CallForm, json.dumps(calls.EXAMPLE).encode(), "an example")
    assert read(ReferralForm, json.dumps(EXAMPLE).encode(), "an example")
