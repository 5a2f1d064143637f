"""One row of a police batch: read, left unrecorded, or refused with every fault; and the rows of an incident as one.

A row without safeguarding concern is counted and forgotten at once: nothing of it is kept, sent or logged (P8).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, StringConstraints, ValidationError, ValidationInfo

from mashbus.bus.http.problems import Fault, NotReadable
from mashbus.bus.http.reading import Form, faults_of
from mashbus.contracts import codes
from mashbus.domain.referral import Address, Child, Concern
from services.intake.fields import A_FEW, Day, Factor, Narrative, Need, Sex, ShortText, utc, written

NO_CONCERN = "no_concern"
_SAID = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _in_local_time(said: object, info: ValidationInfo) -> object:
    """Forces write local time: without an offset the partnership's own zone is meant."""
    zone: ZoneInfo = (info.context or {})["zone"]
    return said.replace(tzinfo=zone) if isinstance(said, datetime) and said.tzinfo is None else said


LocalInstant = Annotated[AwareDatetime, BeforeValidator(_in_local_time), BeforeValidator(written), AfterValidator(utc)]
"""Read right to left: text, the zone where it names none, UTC."""
Mandatory = Annotated[ShortText, StringConstraints(min_length=1)]


class PoliceRow(Form):
    """The columns, as the published list names them."""

    incident: Annotated[Mandatory, StringConstraints(max_length=64)]
    form: Mandatory
    nature: Mandatory
    incident_at: LocalInstant
    assessment: Literal["share"]
    person_reference: ShortText | None = None
    given_name: ShortText | None = None
    family_name: ShortText | None = None
    date_of_birth: Day | None = None
    sex: Sex | None = None
    address_line: ShortText | None = None
    postcode: ShortText | None = None
    category_of_need: Need | None = None
    factors: tuple[Factor, ...] = A_FEW
    immediate_harm: bool = False
    summary: Narrative | None = None

    def child(self) -> Child:
        lines = (self.address_line,) if self.address_line else ()
        return Child(
            local_id=self.person_reference,
            given_name=self.given_name,
            family_name=self.family_name,
            date_of_birth=self.date_of_birth,
            sex=self.sex,
            address=Address(lines=lines, postcode=self.postcode) if lines or self.postcode else None,
        )


COLUMNS = tuple(PoliceRow.model_fields)


class BadRow(Exception):
    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def check_header(header: Sequence[str]) -> tuple[str, ...]:
    """The columns in the file's order. Raises NotReadable naming missing, unknown and duplicate ones at once."""
    names = tuple(name.strip() for name in header)
    if not set(names) & set(COLUMNS):
        raise _wrong_header([Fault("row 1", "is no header: no column of it is known", _HEADER_REMEDY)])
    faults = [Fault(name, "the column is missing", _HEADER_REMEDY) for name in COLUMNS if name not in names]
    for place, name in enumerate(names, start=1):
        if name not in COLUMNS:
            faults.append(Fault(_told(name, place), "the column is unknown", "take it out, or see /docs"))
        elif name in names[: place - 1]:
            faults.append(Fault(name, "the column comes twice", "take one out"))
    if faults:
        raise _wrong_header(faults)
    return names


def is_of_no_concern(row: Mapping[str, str]) -> bool:
    return row["assessment"].strip().lower() == NO_CONCERN


def read_row(row: Mapping[str, str], zone: ZoneInfo) -> PoliceRow:
    """Raises BadRow with every fault, without values."""
    filled: dict[str, object] = {name: value.strip() for name, value in row.items() if value.strip()}
    filled["factors"] = row["factors"].split()
    if harm := row["immediate_harm"].strip():
        filled["immediate_harm"] = _SAID.get(harm.lower(), harm)
    try:
        return PoliceRow.model_validate_json(json.dumps(filled), context={"zone": zone})
    except ValidationError as refused:
        raise BadRow([_of_column(fault) for fault in faults_of(refused)]) from None


def check_same(first: PoliceRow, other: PoliceRow) -> None:
    """Rows of one incident tell one incident. Raises BadRow."""
    differ = [name for name in ("form", "nature", "incident_at") if getattr(first, name) != getattr(other, name)]
    if differ:
        problem, remedy = "differs from the incident's first row", "make the rows of one incident agree"
        raise BadRow([Fault(name, problem, remedy) for name in differ])


def concern_of(rows: Sequence[PoliceRow]) -> Concern:
    """What the rows of one incident say together, the graver where they differ."""
    return Concern(
        summary="\n\n".join(_distinct(row.summary for row in rows)) or None,
        category_of_need=codes.highest_need(row.category_of_need for row in rows),
        factors=codes.today(factor for row in rows for factor in row.factors),
        immediate_harm=any(row.immediate_harm for row in rows),
    )


_HEADER_REMEDY = f"the first row names these columns, in any order: {', '.join(COLUMNS)}"


def _wrong_header(faults: Sequence[Fault]) -> NotReadable:
    return NotReadable("a police batch", faults)


def _told(name: str, place: int) -> str:
    """An unknown column may hold anything: it is named where it looks like a name, else by its place."""
    return name if _COLUMN_NAME.fullmatch(name) else f"column {place}"


def _of_column(fault: Fault) -> Fault:
    return Fault(fault.where.split("/")[1], fault.problem, fault.remedy)


def _distinct(texts: Iterable[str | None]) -> Iterable[str]:
    return dict.fromkeys(text for text in texts if text)
