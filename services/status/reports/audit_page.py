"""The audit sample as a page to print, with boxes to tick and room for a note; and as a table for a spreadsheet."""

from collections.abc import Sequence
from datetime import date

from services.status.reports.audit import AuditSample, Drawn
from services.status.reports.pages import Cell, page, table
from services.status.reports.writing import written

CARE = "Case ids, references and dates only. The cases themselves are read in the hub."
_HEAD = ("Reference", "Case", "Received", "Outcome")


def audit_page(sample: AuditSample) -> str:
    drawn = f"{len(sample.cases)} of {sample.contacts} contacts, drawn at random: {sample.focus_title}."
    again = f"Seed {sample.seed}, month {sample.month}, focus {sample.focus}: with these the same is drawn again."
    about = (f"{sample.partnership}. {drawn}", again)
    rows = (
        (Cell(str(place), "n"), Cell("\N{BALLOT BOX}", "tick"), *map(Cell, _words(one)), Cell("", "note"))
        for place, one in enumerate(sample.cases, 1)
    )
    grid = table(("", "Done", *_HEAD, "Note"), rows)
    return page(f"Audit sample, {sample.month}", about, CARE, (grid,))


def audit_csv(sample: AuditSample) -> str:
    head = ("place", "reference", "case_id", "received_on", "outcome_on", "month", "focus", "seed")
    return written(
        head,
        ((place, *_words(one), sample.month, sample.focus, sample.seed) for place, one in enumerate(sample.cases, 1)),
    )


def _words(one: Drawn) -> Sequence[str]:
    return (one.reference or "", str(one.case_id), _day(one.received_on), _day(one.outcome_on))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
