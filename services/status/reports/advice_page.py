"""The advice line's report as a page to print, and as tables for a spreadsheet."""

from collections.abc import Iterator, Sequence

from services.status.reports.advice import AdviceLine, Calls, percent
from services.status.reports.pages import Cell, heading, page, paragraph, table
from services.status.reports.writing import written

CARE = "Counts only. A call is never about a named child."


def advice_page(report: AdviceLine) -> str:
    return page(
        f"Advice line, {report.since} to {report.until}",
        (f"{report.partnership}. {_led(report.all_calls, report)}", *_notes(report)),
        CARE,
        _body(report),
    )


def advice_csv(report: AdviceLine) -> str:
    head = ("table", "topic", "outcome", "title", "number", "of", "percent")
    return written(head, _lines(report))


def _notes(report: AdviceLine) -> Iterator[str]:
    if report.outside_hours is not None:
        yield f"Calls outside the line's hours: {report.outside_hours}."
    if not report.quoted:
        yield "Here calls are never on a child's record, so referrals quote none: nothing is compared."


def _led(calls: Calls, report: AdviceLine) -> str:
    led = f", {calls.led_to_referral} of them led to a referral ({_percent(calls.percent)})" if report.quoted else ""
    return f"Calls: {calls.calls}{led}."


def _body(report: AdviceLine) -> Iterator[str]:
    yield heading("Calls by topic and outcome")
    yield table(
        ("Topic", "Outcome", "Calls", *(("Led to a referral", "") if report.quoted else ())),
        (
            (
                Cell(one.topic_title),
                Cell(one.outcome_title),
                *_numbers(one.calls, *((one.led_to_referral or 0, _percent(one.percent)) if report.quoted else ())),
            )
            for one in report.by_topic_and_outcome
        ),
    )
    if report.comparison is None:
        return
    compared = report.comparison
    yield heading("What became of referrals, with and without advice")
    yield paragraph(
        f"Referrals received in the period: {compared.referrals_with_advice} with advice, "
        f"{compared.referrals_without_advice} without. Of the latter {compared.references_not_found} quote a call that "
        "is not known. A referral may come to several outcomes."
    )
    yield table(
        ("Came to", "With advice", "", "Without", ""),
        (
            (
                Cell(one.title),
                *_numbers(one.with_advice, _percent(one.with_advice_percent)),
                *_numbers(one.without_advice, _percent(one.without_advice_percent)),
            )
            for one in compared.outcomes
        ),
    )


def _lines(report: AdviceLine) -> Iterator[Sequence[object]]:
    """`number` of `of`: calls that led to a referral, of the calls; referrals that came to it, of the referrals."""
    yield ("calls", "", "", "all calls", *_led_of(report.all_calls))
    if report.outside_hours is not None:
        outside, calls = report.outside_hours, report.all_calls.calls
        yield ("outside_hours", "", "", "calls outside the line's hours", outside, calls, percent(outside, calls))
    for one in report.by_topic_and_outcome:
        title = f"{one.topic_title}: {one.outcome_title}"
        yield ("calls_by_topic_and_outcome", one.topic, one.outcome, title, *_led_of(one))
    if report.comparison is None:
        return
    with_, without = report.comparison.referrals_with_advice, report.comparison.referrals_without_advice
    for came in report.comparison.outcomes:
        named = ("", came.outcome, came.title)
        yield ("referrals_with_advice", *named, came.with_advice, with_, came.with_advice_percent)
        yield ("referrals_without_advice", *named, came.without_advice, without, came.without_advice_percent)
    title = "referrals that quote a call which is not known"
    yield ("references_not_found", "", "", title, report.comparison.references_not_found, without, "")


def _led_of(calls: Calls) -> Sequence[object]:
    return (calls.led_to_referral, calls.calls, calls.percent)


def _numbers(*numbers: int | str) -> Iterator[Cell]:
    return (Cell(str(one), "n") for one in numbers)


def _percent(number: float | None) -> str:
    return "-" if number is None else f"{number:g} %"
