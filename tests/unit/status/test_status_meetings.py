"""Meetings as readers see them: agendas as they were, what agencies added, pages to print, and who may read them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from status_story import CASE, MANAGER, POLICE, SECRET, meta, story

from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.http.pages import documented_app
from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Meeting
from mashbus.domain.vocabulary import Rag
from mashbus.profiles import load
from services.status.answers import whole_case
from services.status.log_reading import LogUnreadable
from services.status.meetings.agendas import Agendas
from services.status.meetings.routes import meeting_routes
from services.status.places import Places
from services.status.view import VIEW, View, evolve

DAILY = Meeting(
    name="daily", title="Daily <meeting>", requirement="H-12", days=frozenset(range(5)), at=time(9, 30), items=(),
    roles=frozenset({"minute_taker"}), results={"discussed": "It was discussed"},
)  # fmt: skip
LOADED = load("hackney", Path(__file__).parents[3] / "partnerships")
HACKNEY: Partnership = replace(LOADED, meetings={"daily": DAILY})
MONDAY = datetime(2026, 6, 8, 8, 30, tzinfo=UTC)
"""The instant of Monday's meeting."""
DAY = timedelta(days=1)
NASTY = f"<script src=//x.example></script>\nNOTES\n{SECRET}"


def item(day: int = 0, reason: str = "It is red.") -> hub.AgendaItemPlaced:
    return hub.AgendaItemPlaced(
        meta=meta(f"item/{day}/{reason}", 0.2), meeting="daily", requirement="H-12", meets_at=MONDAY + day * DAY,
        reasons=(reason,),
    )  # fmt: skip


def result(day: int = 0, hours: float = 2, *, stays: bool = False, rag: Rag | None = None) -> hub.MeetingResultRecorded:
    return hub.MeetingResultRecorded(
        meta=meta(f"result/{day}/{hours}", hours), actor=MANAGER, meeting="daily", met_on=(MONDAY + day * DAY).date(),
        result="discussed", note=NASTY, stays=stays, rag=rag,
    )  # fmt: skip


def given_result() -> hub.MeetingResultGiven:
    said = result()
    return hub.MeetingResultGiven(
        meta=meta("given", 2), actor=MANAGER, meeting="daily", met_on=said.met_on, result="discussed", note=SECRET
    )


OPEN = sorted(
    (
        (record, appended)
        for records in story().values()
        for record, appended in records
        if not isinstance(record, hub.OutcomeDecided)
    ),
    key=lambda one: one[1],
)
"""The story of a case that has no outcome yet."""


class OneCase:
    """The views and the log of one case, as the routes ask for them."""

    def __init__(self, *more: Record, log_is_there: bool = True) -> None:
        self.view = View(case=Case.of(CASE))
        for record, appended in (*OPEN, *((one, one.meta.occurred_at) for one in more)):
            self.view = evolve(self.view, record, appended)
        self.records = [record for record, _ in OPEN] + list(more)
        self.log_is_there = log_is_there

    async def on_agenda(self, *_asked: object) -> Sequence[View]:
        return [self.view]

    async def with_result(self, _partnership: str, _meeting: str, day: date) -> Sequence[View]:
        return [self.view] if any(one.met_on == day for one in self.view.case.held) else []

    async def narratives(self, case_id: UUID, _places: Places) -> Sequence[Record]:
        assert case_id == CASE
        if not self.log_is_there:
            raise LogUnreadable
        return self.records


class Stopped:
    """Bus time that stands still."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


async def asked(
    one: OneCase, tmp_path: Path, path: str = "/daily/agenda", *, at: datetime = MONDAY - timedelta(hours=1),
    role: str = "mash_manager", may: tuple[str, ...] = ("picture",), organisation: str | None = None, accept: str = "",
) -> httpx.Response:  # fmt: skip
    keys = tmp_path / "keys.json"
    secret = add_key(keys, "desk", partnership="hackney", role=role, may=frozenset(may), organisation=organisation)
    app = documented_app("status", "", "1")
    access = Access(ApiKeys(keys), {"hackney": HACKNEY})
    app.include_router(meeting_routes(Agendas(one, one.narratives), access, Stopped(at)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://status") as client:
        headers = {"Authorization": f"Bearer {secret}", "Accept": accept}
        return await client.get(f"/v1/meetings{path}", headers=headers)


async def reasons_on(one: OneCase, tmp_path: Path, day: int) -> list[str]:
    path = f"/daily/agenda?on={(MONDAY + day * DAY).date()}"
    answer = await asked(one, tmp_path / f"{day}", path, at=MONDAY + 10 * DAY)
    assert answer.status_code == 200, answer.text
    return [reason for case in answer.json()["cases"] for reason in case["reasons"]]


# -- agendas ------------------------------------------------------------------------------------------------------------


async def test_H_12_the_agenda_tells_why_and_what_agencies_added(tmp_path: Path) -> None:
    answer = await asked(OneCase(item(), item(reason="A risk.")), tmp_path)
    assert answer.headers["cache-control"] == "no-store"
    agenda = answer.json()
    assert (agenda["on"], agenda["meets_at"]) == ("2026-06-08", "2026-06-08T08:30:00Z")
    (case,) = agenda["cases"]
    assert (case["reasons"], case["since"]) == (["It is red.", "A risk."], "2026-06-08")
    assert SECRET in case["children"][0]["name"]
    police = next(one for one in case["organisations"] if one["organisation"] == POLICE.organisation)
    assert SECRET in police["answers"][0]["summary"]


async def test_H_12_without_a_day_it_is_the_next_meeting_s(tmp_path: Path) -> None:
    for number, (at, day) in enumerate(((MONDAY, "2026-06-09"), (MONDAY + 4 * DAY, "2026-06-15"))):
        assert (await asked(OneCase(item()), tmp_path / str(number), at=at)).json()["on"] == day


async def test_H_12_a_past_agenda_is_told_as_it_was(tmp_path: Path) -> None:
    one = OneCase(item(), item(2, "Red again."), result(0, hours=26), result(2, hours=60))
    assert [await reasons_on(one, tmp_path, day) for day in (0, 1, 2, 3)] == [
        ["It is red."],
        ["It is red."],
        ["Red again."],
        [],
    ]


async def test_H_12_an_earlier_result_is_told_where_the_case_stays(tmp_path: Path) -> None:
    answer = await asked(OneCase(item(), result(stays=True)), tmp_path, "/daily/agenda?on=2026-06-09")
    (case,) = answer.json()["cases"]
    assert [(one["met_on"], one["says"]) for one in case["earlier_results"]] == [("2026-06-08", "It was discussed")]


@pytest.mark.parametrize("on", ["2026-06-13", "2031-06-13", "1999-01-01"], ids=["Saturday", "unknown", "past"])
async def test_H_12_a_day_without_a_meeting_has_no_agenda(tmp_path: Path, on: str) -> None:
    answer = await asked(OneCase(item()), tmp_path, f"/daily/agenda?on={on}")
    assert answer.status_code == 400
    assert answer.json()["faults"][0]["where"] == "on"


# -- meetings and results -----------------------------------------------------------------------------------------------


async def test_H_12_meetings_are_listed_with_their_next_days_and_how_many_cases(tmp_path: Path) -> None:
    (daily,) = (await asked(OneCase(item()), tmp_path, "")).json()["meetings"]
    days = [one["on"] for one in daily["next"]]
    assert days == ["2026-06-08", "2026-06-09", "2026-06-10", "2026-06-11", "2026-06-12"]
    assert (daily["items"], daily["results"]) == (1, {"discussed": "It was discussed"})


async def test_G_12_results_of_a_day_and_what_has_none(tmp_path: Path) -> None:
    at = MONDAY + timedelta(hours=5)
    told = (await asked(OneCase(item(), result(rag=Rag.RED)), tmp_path, "/daily/results", at=at)).json()
    assert told["on"] == "2026-06-08"
    (one,) = told["cases"][0]["results"]
    assert (one["says"], one["rag"], one["note"], told["without_result"]) == ("It was discussed", "red", NASTY, [])
    none = (await asked(OneCase(item()), tmp_path / "none", "/daily/results", at=at)).json()
    assert none["cases"] == []
    assert [one["case_id"] for one in none["without_result"]] == [str(CASE)]


# -- pages --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/daily/agenda?on=2026-06-09", "/daily/results?on=2026-06-08"])
async def test_H_12_pages_escape_what_people_wrote_and_load_nothing(tmp_path: Path, path: str) -> None:
    one = OneCase(item(), result(stays=True))
    page = await asked(one, tmp_path, path, accept="text/html")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert "&lt;script" in page.text
    assert "Daily &lt;meeting&gt;" in page.text
    assert not re.search(r"<[^>]*\b(src|href)=|url\(|@import", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    text = await asked(one, tmp_path / "text", path, accept="text/plain")
    assert SECRET in text.text
    assert text.headers["x-content-type-options"] == "nosniff"


async def test_H_12_an_agenda_has_a_sheet_and_room_for_notes_for_every_case(tmp_path: Path) -> None:
    page = (await asked(OneCase(item()), tmp_path, accept="text/html")).text
    assert (page.count("<article>"), page.count('class="notes"')) == (1, 1)
    assert "break-before:page" in page
    empty = (await asked(OneCase(), tmp_path / "empty", accept="text/html")).text
    assert "No case is on this agenda." in empty


async def test_what_somebody_wrote_forges_no_room_for_notes(tmp_path: Path) -> None:
    text = (
        await asked(OneCase(item(), result(stays=True)), tmp_path, "/daily/agenda?on=2026-06-09", accept="text/plain")
    ).text
    assert text.splitlines().count("NOTES") == 1


# -- who may ------------------------------------------------------------------------------------------------------------


async def test_H_12_who_records_a_meeting_s_results_may_read_its_agenda(tmp_path: Path) -> None:
    assert (await asked(OneCase(item()), tmp_path, role="minute_taker")).status_code == 200


@pytest.mark.parametrize("path", ["", "/daily/agenda", "/daily/results"])
@pytest.mark.parametrize(
    ("role", "may", "organisation"),
    [
        ("mash_manager", ("read", "rate", "record"), None),
        ("referrer", ("picture",), None),
        ("mash_manager", ("picture",), "met-police"),
        ("minute_taker", ("picture",), "met-police"),
    ],
)
async def test_P5_permission_role_and_nobody_s_organisation_are_needed_all_three(
    tmp_path, path, role, may, organisation
) -> None:
    refused = await asked(OneCase(item()), tmp_path, path, role=role, may=may, organisation=organisation)
    assert refused.status_code == 403


async def test_a_meeting_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused = await asked(OneCase(), tmp_path, "/tea/agenda")
    assert (refused.status_code, "daily" in refused.text) == (404, True)


async def test_P6_while_the_log_can_t_be_read_there_is_no_half_agenda(tmp_path: Path) -> None:
    refused = await asked(OneCase(item(), log_is_there=False), tmp_path)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")


# -- views --------------------------------------------------------------------------------------------------------------


def test_P7_no_view_holds_what_was_said_at_a_meeting() -> None:
    view = OneCase(item(), given_result(), result(rag=Rag.RED, stays=True)).view
    assert SECRET not in VIEW.dump_json(view).decode()
    told = whole_case(view, HACKNEY)
    assert SECRET not in told.model_dump_json()
    assert [(one.title, one.open) for one in told.agenda] == [("Daily <meeting>", True)]
    assert [one.says for one in told.meeting_results] == ["It was discussed"]
    words = [one.what for one in told.timeline]
    assert any("agenda of daily" in one for one in words)
    assert any(one.startswith("Result of daily of 2026-06-08: discussed") for one in words)
