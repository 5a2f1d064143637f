"""G-15: which calls led to referrals, and what referrals with and without advice came to."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from reported import became, contact, several

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.http.pages import documented_app
from mashbus.contracts.reference import call_reference_of
from mashbus.domain.vocabulary import OpeningKind
from mashbus.profiles import load
from services.status.calls import Call
from services.status.reports.advice import AdviceLine, advice_of
from services.status.reports.advice_page import advice_csv, advice_page
from services.status.reports.contacts import Came, Contact
from services.status.reports.routes import advice_routes

OURS = load("gloucestershire", Path(__file__).parents[3] / "partnerships")
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
OUTCOME, OTHER = sorted(OURS.outcomes)[:2]
AT = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)


def call(topic: str = "threshold", outcome: str = "referral-advised", at: datetime = AT) -> Call:
    return Call("gloucestershire", at, topic, outcome, call_reference_of("gloucestershire", uuid4()))


def told(calls: list[Call], contacts: list[Contact]) -> AdviceLine:
    return advice_of(calls, contacts, OURS, FIRST, LAST)


def test_G_15_calls_that_led_to_referrals_are_a_share_by_topic_and_outcome() -> None:
    calls = [call(), call(), call(), call("consent", "advice-given")]
    later = datetime(2026, 12, 1, 9, tzinfo=UTC)
    contacts = [contact(call_reference=calls[0].reference), contact(call_reference=calls[1].reference, at=later)]
    report = told(calls, contacts)
    assert (report.all_calls.calls, report.all_calls.led_to_referral, report.all_calls.percent) == (4, 2, 50.0)
    rows = {(one.topic, one.outcome): (one.calls, one.led_to_referral) for one in report.by_topic_and_outcome}
    assert rows == {("threshold", "referral-advised"): (3, 2), ("consent", "advice-given"): (1, 0)}


def test_G_15_two_referrals_of_one_call_are_one_call_that_led_to_a_referral() -> None:
    one = call()
    report = told([one], several(2, call_reference=one.reference))
    assert (report.all_calls.led_to_referral, report.comparison.referrals_with_advice) == (1, 2)


def test_G_15_outcomes_are_compared_with_referrals_without_advice() -> None:
    one = call()
    advised = contact(call_reference=one.reference, became=became(Came.OUTCOME, OUTCOME))
    others = [
        contact(became=became(Came.OUTCOME, OTHER)),
        contact(became=became(Came.RETURNED, "concern.summary")),
        contact(became=became(Came.ROUTED, "early-help")),
        contact(became=became(Came.DIRECTED, "ehcp")),
    ]
    report = told([one], [advised, *others])
    rows = {row.outcome: (row.with_advice_percent, row.without_advice_percent) for row in report.comparison.outcomes}
    assert rows == {
        OUTCOME: (100.0, 0.0), OTHER: (0.0, 25.0),
        "returned": (0.0, 25.0), "directed": (0.0, 25.0), "undecided": (0.0, 25.0),
    }  # fmt: skip


def test_G_15_a_reference_of_no_known_call_is_counted_and_nothing_is_lost() -> None:
    report = told([], [contact(call_reference=call().reference), contact()])
    assert (
        report.comparison.references_not_found,
        report.comparison.referrals_without_advice,
        report.comparison.referrals_with_advice,
    ) == (1, 2, 0)


def test_G_15_duplicates_the_police_and_other_months_are_not_compared() -> None:
    contacts = [
        contact(),
        contact(became=became(Came.LINKED, "duplicate")),
        contact(opening=OpeningKind.POLICE_NOTIFICATION),
        contact(at=datetime(2026, 11, 1, 9, tzinfo=UTC)),
    ]
    assert told([], contacts).comparison.referrals_without_advice == 1


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (datetime(2026, 10, 14, 7, 30, tzinfo=UTC), 0),  # Wednesday 08:30 in summer time: it opens
        (datetime(2026, 10, 14, 7, 29, tzinfo=UTC), 1),
        (datetime(2026, 10, 14, 14, 29, tzinfo=UTC), 0),
        (datetime(2026, 10, 14, 14, 30, tzinfo=UTC), 1),  # 15:30: it closes
        (datetime(2026, 10, 17, 11, 0, tzinfo=UTC), 1),  # Saturday
    ],
)
def test_G_15_calls_outside_the_line_s_hours_are_counted(at: datetime, outside: int) -> None:
    assert told([call(at=at)], []).outside_hours == outside


def test_H_14_J_21_where_calls_are_never_quoted_they_are_only_counted() -> None:
    assert OURS.calls is not None
    silent = replace(OURS, calls=replace(OURS.calls, quoted=False, hours=None))
    report = advice_of([call()], several(3), silent, FIRST, LAST)
    assert (report.quoted, report.all_calls.calls, report.outside_hours) == (False, 1, None)
    assert (report.all_calls.led_to_referral, report.comparison) == (None, None)
    page = advice_page(report)
    assert "referrals quote none" in page
    assert "With advice" not in page


def test_G_15_as_csv_and_as_a_page() -> None:
    one = call()
    report = told([one], [contact(call_reference=one.reference, became=became(Came.OUTCOME, OUTCOME)), contact()])
    lines = list(csv.DictReader(StringIO(advice_csv(report))))
    assert lines[0] | {"title": ""} == {
        "table": "calls", "topic": "", "outcome": "", "title": "", "number": "1", "of": "1", "percent": "100.0",
    }  # fmt: skip
    page = advice_page(report)
    assert "With advice" in page
    assert "1 of them led to a referral (100 %)" in page


async def test_H_10_a_referrer_cannot_read_an_outcome_out_of_a_short_period(tmp_path: Path) -> None:
    """One referral after one call: who only reads learns how many calls there were, and no outcome."""
    one = call()
    advised = contact(call_reference=one.reference, became=became(Came.OUTCOME, OUTCOME))

    async def contacts(_partnership: str) -> list[Contact]:
        return [advised]

    async def calls(_partnership: str) -> list[Call]:
        return [one]

    keys = tmp_path / "keys.json"
    app = documented_app("status", "", "1")
    access = Access(ApiKeys(keys), {"gloucestershire": OURS})
    app.include_router(advice_routes(contacts, calls, access, Clock()))
    transport = httpx.ASGITransport(app)
    told = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://status") as client:
        for role in ("referrer", "social_work_manager", "business_support"):
            secret = add_key(
                keys, f"of-{role}".replace("_", "-"), partnership="gloucestershire", role=role,
                may=frozenset({"read"}),
            )  # fmt: skip
            answer = await client.get(
                f"/v1/reports/advice-line?since={AT.date()}&until={AT.date()}",
                headers={"Authorization": f"Bearer {secret}"},
            )
            assert (answer.status_code, answer.json()["all_calls"]["calls"]) == (200, 1)
            told[role] = answer.json()["comparison"]
    assert told["referrer"] is None
    assert told["social_work_manager"]["outcomes"][0]["outcome"] == OUTCOME
    assert told["business_support"]["referrals_with_advice"] == 1
