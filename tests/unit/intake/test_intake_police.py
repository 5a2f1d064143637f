"""POST /v1/police/notifications: a stream of rows, each of which costs only itself."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from zoneinfo import ZoneInfo

import httpx
import pytest
from intake_door import FakeLog, Keys, headers

from mashbus.bus.producer import NotAcknowledged, NotSent
from mashbus.contracts import hub
from mashbus.domain import ids
from mashbus.synthetic.police_batch import batch
from services.intake.police_rows import COLUMNS, OPTIONAL
from services.intake.routes import Limits

ROUTE = "/v1/police/notifications"
ROW = {
    "incident": "SYN/1", "form": "MERLIN", "nature": "Domestic Abuse", "incident_at": "2026-06-06T22:10:00",
    "assessment": "share", "person_reference": "SYN-P1", "given_name": "Nell", "family_name": "Sampleton",
    "date_of_birth": "2019-04-01", "sex": "F", "address_line": "1 Invented Row, Flat 2", "postcode": "E8 9ZZ",
    "category_of_need": "N1", "factors": "3A 3B", "immediate_harm": "false", "summary": 'Said: "stop".\nSeen.',
}  # fmt: skip


def sheet(*rows: dict[str, str], columns=COLUMNS) -> bytes:
    to = io.StringIO(newline="")
    writer = csv.DictWriter(to, columns)
    writer.writeheader()
    writer.writerows([ROW | row for row in rows])
    return to.getvalue().encode()


async def post(door: httpx.AsyncClient, keys: Keys, body, key: str = "batch-1") -> httpx.Response:
    return await door.post(ROUTE, content=body, headers=headers(keys.police, key, "text/csv; charset=utf-8"))


def notifications(log: FakeLog) -> list[hub.PoliceNotificationReceived]:
    return [one for one in log.records if isinstance(one, hub.PoliceNotificationReceived)]


def reconciled(log: FakeLog) -> list[hub.PoliceBatchReconciled]:
    return [one for one in log.records if isinstance(one, hub.PoliceBatchReconciled)]


async def test_rows_of_one_incident_are_one_notification_with_several_children(door, log, keys) -> None:
    rows = [
        {"category_of_need": "N3", "factors": "18A"},
        {"given_name": "Tom", "person_reference": "", "immediate_harm": "true", "summary": "Also there."},
        {"incident": "SYN/2", "nature": "missing"},
    ]
    answer = await post(door, keys, sheet(*rows))
    assert answer.status_code == 202, answer.text
    assert {name: answer.json()[name] for name in ("received", "accepted", "incidents", "not_recorded", "refused")} == {
        "received": 3, "accepted": 3, "incidents": 2, "not_recorded": 0, "refused": 0,
    }  # fmt: skip
    first, second = notifications(log)
    assert first.meta.case_id == ids.case_of_incident("met-police", "SYN/1")
    assert [child.given_name for child in first.children] == ["Nell", "Tom"]
    assert first.incident_at.isoformat() == "2026-06-06T21:10:00+00:00", "local time where no offset is named"
    assert first.nature == "domestic abuse"
    assert first.concern.factors == ("18B", "18C", "3A", "3B")
    assert (first.concern.category_of_need, first.concern.immediate_harm) == ("N1", True)
    assert first.concern.summary == 'Said: "stop".\nSeen.\n\nAlso there.'
    assert second.incident == "SYN/2"
    (account,) = reconciled(log)
    assert (account.force, account.batch_id) == ("met-police", first.batch_id)
    assert account.received == account.accepted + account.not_recorded + account.refused == 3


async def test_P8_what_must_not_be_recorded_leaves_only_a_count(door, log, keys, capfd) -> None:
    hidden = {"incident": "SYN/9", "assessment": "no_concern", "family_name": "Zebedee", "date_of_birth": "never"}
    answer = await post(door, keys, sheet({}, hidden, {"incident": "SYN/3"}))
    assert answer.json()["not_recorded"] == 1
    assert answer.json()["refused"] == 0, "nothing of such a row is told, faults included"
    assert {one.incident for one in notifications(log)} == {"SYN/1", "SYN/3"}
    told = capfd.readouterr()
    everything = "".join(one.model_dump_json() for one in log.records) + answer.text + told.out + told.err
    assert not {"Zebedee", "SYN/9"} & set(everything.replace('"', " ").split())


async def test_ten_per_cent_bad_rows_are_told_by_number_and_stop_no_other(door, log, keys) -> None:
    rows = [{"incident": f"SYN/{number}"} for number in range(40)]
    rows[7] |= {"date_of_birth": "2019-02-30", "sex": "Zebedee", "factors": "3A 77Z"}
    rows[11] |= {"incident": ""}
    rows[20] |= {"assessment": "No Zebedee"}
    rows[30] |= {"immediate_harm": "Zebedee", "incident_at": "yesterday-Zebedee"}
    answer = await post(door, keys, sheet(*rows))
    said = answer.json()
    assert (said["received"], said["accepted"], said["refused"], said["incidents"]) == (40, 36, 4, 36)
    assert {one["row"]: {fault["where"] for fault in one["faults"]} for one in said["faults"]} == {
        9: {"date_of_birth", "sex", "factors"}, 13: {"incident"}, 22: {"assessment"}, 32: {"immediate_harm", "incident_at"},
    }  # fmt: skip
    assert "Zebedee" not in answer.text
    assert len(notifications(log)) == 36


async def test_the_synthetic_batch_comes_out_whole(door, log, keys) -> None:
    answer = await post(door, keys, batch(60, monday=date(2026, 6, 8), zone=ZoneInfo("Europe/London"), seed=1))
    said = answer.json()
    assert (said["received"], said["refused"]) == (60, 4)
    assert said["not_recorded"] >= 2
    assert said["incidents"] == len(notifications(log)) < said["accepted"]


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"nature": "missing"}, "nature"),
        ({"incident_at": "2026-06-06T22:11:00"}, "incident_at"),
        ({"form": "X"}, "form"),
    ],
)
async def test_rows_of_one_incident_that_disagree_are_refused(door, log, keys, row, where) -> None:
    answer = await post(door, keys, sheet({}, row))
    assert [(one["row"], one["faults"][0]["where"]) for one in answer.json()["faults"]] == [(3, where)]
    assert len(notifications(log)[0].children) == 1


async def test_rows_of_an_incident_that_stand_apart_are_refused(door, log, keys) -> None:
    answer = await post(door, keys, sheet({}, {"incident": "SYN/2"}, {"given_name": "Tom"}))
    assert [one["row"] for one in answer.json()["faults"]] == [4]
    assert len(notifications(log)) == 2


@pytest.mark.parametrize(
    ("header", "wheres"),
    [
        ([one for one in COLUMNS if one != "sex"] + ["gender"], {"sex", "gender"}),
        ([*COLUMNS, "sex"], {"sex"}),
        ([*COLUMNS, "Zebedee Jones"], {"column 17"}),
        (["Zebedee", "Jones", "2019-04-01"], {"row 1"}),
    ],
)
async def test_a_wrong_header_is_refused_naming_every_column(door, log, keys, header, wheres) -> None:
    answer = await post(door, keys, ",".join(header).encode() + b"\r\nA,B,C\r\n")
    assert answer.status_code == 400
    assert {fault["where"] for fault in answer.json()["faults"]} == wheres
    assert "Zebedee" not in answer.text
    assert log.sent == []


@pytest.mark.parametrize(
    "body", [b"", b"\n\n", bytes(range(256)) * 300, b"\xff\xfe" + "incident,form".encode("utf-16-le")]
)
async def test_what_is_no_csv_at_all_is_refused(door, log, keys, body) -> None:
    assert (await post(door, keys, body)).status_code == 400
    assert log.sent == []


async def test_a_row_in_another_encoding_too_long_or_with_an_open_quote_costs_itself_only(door, log, keys) -> None:
    good = sheet({"incident": "SYN/a"}).split(b"\r\n", 1)[1]
    rows = [
        good,
        good.replace(b"SYN/a", b"SYN/b").replace(b"Nell", b"N\xe9ll"),
        good.replace(b"SYN/a", b"SYN/c").replace(b"MERLIN", b"M" * 20_000),
        good.replace(b"SYN/a", b"SYN/d").replace(b"MERLIN", b'"MERLIN'),
        good.replace(b"SYN/a", b"SYN/e").replace(b"E8 9ZZ", b"E8,9ZZ"),
        good.replace(b"SYN/a", b"SYN/f"),
    ]
    answer = await post(door, keys, b"\xef\xbb\xbf" + sheet().replace(b"\r\n", b"\n") + b"".join(rows))
    assert {one.incident for one in notifications(log)} == {"SYN/a", "SYN/f"}
    said = answer.json()
    assert said["received"] == said["accepted"] + said["refused"]


async def test_a_batch_that_is_cut_off_keeps_what_was_acknowledged_and_claims_no_reconciliation(
    app, log, keys, capfd
) -> None:
    rows = [{"incident": f"SYN/{number}"} for number in range(250)]
    body = sheet(*rows)
    await cut_off(app, keys, body[: len(body) * 9 // 10])
    first = notifications(log)
    assert 100 <= len(first) < 250
    assert reconciled(log) == []
    assert "request failed" not in capfd.readouterr().out, "a cut connection is the sender's business, no fault of ours"
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as door:
        assert (await post(door, keys, body)).json()["accepted"] == 250
    again = notifications(log)[len(first) :]
    assert [one.content_hash for one in again[: len(first)]] == [one.content_hash for one in first]
    assert len({one.meta.event_id for one in notifications(log)}) == 250
    assert len(reconciled(log)) == 1


async def cut_off(app, keys: Keys, body: bytes) -> None:
    """The connection ends before the body does."""
    said = iter([{"type": "http.request", "body": body, "more_body": True}, {"type": "http.disconnect"}])
    raw = [
        (name.lower().encode(), value.encode()) for name, value in headers(keys.police, "batch-1", "text/csv").items()
    ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": ROUTE,
        "raw_path": ROUTE.encode(), "query_string": b"", "headers": raw, "scheme": "http", "server": ("door", 80),
        "client": ("test", 1), "root_path": "",
    }  # fmt: skip
    answers = []

    async def receive():
        return next(said)

    async def send(message):
        answers.append(message)

    await app(scope, receive, send)
    assert all(message.get("status") != 202 for message in answers)


@pytest.mark.parametrize("limits", [Limits(batch=40_000)])
async def test_a_stream_over_the_cap_is_cut_there_and_says_what_was_taken(door, log, keys) -> None:
    body = sheet(*[{"incident": f"SYN/{number}"} for number in range(400)])

    async def stream() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 10_000):
            yield body[at : at + 10_000]

    answer = await post(door, keys, stream())
    assert answer.status_code == 413
    assert 100 <= len(notifications(log)) < 400
    assert f"{len(notifications(log))} incidents were taken" in answer.json()["detail"]
    assert reconciled(log) == []


@pytest.mark.parametrize("limits", [Limits(batch=40_000)])
async def test_a_batch_that_says_it_is_too_large_is_not_read(door, log, keys) -> None:
    answer = await post(door, keys, b"x" * 40_001)
    assert (answer.status_code, log.sent) == (413, [])


@pytest.mark.parametrize(("fault", "status"), [(NotSent, 503), (NotAcknowledged, 504)])
async def test_a_log_that_goes_away_in_the_middle_leaves_a_batch_to_be_sent_again(
    door, log, keys, fault, status
) -> None:
    log.mood = lambda: fault("gone", "gone") if log.sent else None
    body = sheet(*[{"incident": f"SYN/{number}"} for number in range(250)])
    answer = await post(door, keys, body)
    assert (answer.status_code, len(log.sent)) == (status, 100)
    assert "100 incidents were taken before" in answer.json()["detail"]
    log.mood = lambda: None
    assert (await post(door, keys, body)).status_code == 202


async def test_the_same_batch_again_gives_the_same_answer_and_is_reconciled_once(door, log, keys) -> None:
    body = sheet({}, {"incident": ""})
    first, second = await post(door, keys, body), await post(door, keys, body)
    assert first.json() == second.json()
    assert len(reconciled(log)) == 1
    assert len({one.meta.event_id for one in notifications(log)}) == 1


async def test_a_batch_key_used_for_other_content_is_refused(door, log, keys) -> None:
    await post(door, keys, sheet({}))
    answer = await post(door, keys, sheet({"incident": "SYN/2"}))
    assert (answer.status_code, answer.json()["type"]) == (422, "key-used-otherwise")
    assert len(reconciled(log)) == 1


# -- how the police sorted it (G-11) -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["share", "open_case", "level_2", "Level_3", "level_3_high", " level_4 "])
async def test_G_11_how_the_police_sorted_it_is_said(door, log, keys, word: str) -> None:
    await post(door, keys, sheet({"assessment": word}))
    (notified,) = notifications(log)
    assert notified.assessment.value == word.strip().lower()


async def test_G_11_a_word_that_is_none_of_them_refuses_the_row_and_names_those_there_are(door, log, keys) -> None:
    answer = await post(door, keys, sheet({"assessment": "level_5"}, {"incident": "SYN/2"}))
    (refused,) = answer.json()["faults"]
    assert refused["row"] == 2
    assert refused["faults"][0]["remedy"] == (
        "send one of level_2, level_3, level_3_high, level_4, no_concern, open_case, share"
    )
    assert [one.incident for one in notifications(log)] == ["SYN/2"]


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (("level_2", "level_4", "level_3"), "level_4"),
        (("open_case", "level_3_high"), "level_3_high"),
        (("level_3", "level_3_high"), "level_3_high"),
        (("open_case", "share"), "share"),
        (("open_case", "open_case"), "open_case"),
    ],
)
async def test_G_11_children_of_one_incident_go_the_way_of_the_gravest(door, log, keys, said, counts) -> None:
    rows = [{"given_name": f"N{number}", "assessment": word} for number, word in enumerate(said)]
    await post(door, keys, sheet(*rows))
    assert notifications(log)[0].assessment == counts


async def test_G_11_nothing_is_kept_of_one_child_of_no_concern_among_others(door, log, keys) -> None:
    answer = await post(
        door, keys, sheet({}, {"given_name": "Zebedee", "assessment": "no_concern"}, {"given_name": "Tom"})
    )
    assert (answer.json()["accepted"], answer.json()["not_recorded"]) == (2, 1)
    assert [child.given_name for child in notifications(log)[0].children] == ["Nell", "Tom"]
    assert "Zebedee" not in "".join(one.model_dump_json() for one in log.records)


async def test_a_file_may_say_by_what_a_child_is_found_again_and_its_setting(door, log, keys) -> None:
    known = {"upn": "a123456789012", "nhs_number": "999 000 0018", "setting": "123456"}
    await post(door, keys, sheet(known, {"incident": "SYN/2"}, columns=(*COLUMNS, *OPTIONAL)))
    (child,), (other,) = (one.children for one in notifications(log))
    assert (child.upn, child.nhs_number, child.school) == ("A123456789012", "9990000018", "123456")
    assert child.nhs_number_status == "unverified"
    assert (other.upn, other.nhs_number, other.school) == (None, None, None)


MALFORMED = {"upn": "UN1", "nhs_number": "9990000019", "setting": "The Example School"}


async def test_a_malformed_identifier_refuses_its_row(door, log, keys) -> None:
    answer = await post(door, keys, sheet(MALFORMED, {"incident": "SYN/2"}, columns=(*COLUMNS, *OPTIONAL)))
    (refused,) = answer.json()["faults"]
    assert (refused["row"], {one["where"] for one in refused["faults"]}) == (2, set(OPTIONAL))
    assert "9990000019" not in answer.text
    assert len(notifications(log)) == 1


async def test_P8_a_report_of_immediate_harm_goes_on_without_a_malformed_identifier(door, log, keys) -> None:
    columns = (*COLUMNS, *OPTIONAL)
    answer = await post(
        door, keys, sheet(MALFORMED | {"immediate_harm": "yes", "upn": "A123456789012"}, columns=columns)
    )
    said = answer.json()
    assert (said["accepted"], said["refused"], said["faults"]) == (1, 0, [])
    assert [(one["row"], {fault["where"] for fault in one["faults"]}) for one in said["left_out"]] == [
        (2, {"nhs_number", "setting"})
    ]
    (child,) = notifications(log)[0].children
    assert (child.given_name, child.upn, child.nhs_number, child.school) == ("Nell", "A123456789012", None, None)


async def test_G_11_the_same_incident_with_other_content_is_another_record_of_the_same_case(door, log, keys) -> None:
    await post(door, keys, sheet({}))
    await post(door, keys, sheet({}), key="overlapping")
    await post(door, keys, sheet({}, {"given_name": "Tom"}), key="tomorrow")
    first, same, other = notifications(log)
    assert first.meta.event_id == same.meta.event_id != other.meta.event_id
    assert first.meta.case_id == other.meta.case_id
