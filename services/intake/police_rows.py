"""One row of a police batch: read, left unrecorded, or refused with every fault; and the rows of an incident as one.

A row without safeguarding concern is counted and forgotten at once: nothing of it is kept, sent or logged (P8). That
goes for one child of an incident whose other children are shared, too.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, StringConstraints, ValidationError, ValidationInfo

from mashbus.bus.http.problems import Fault, NotReadable
from mashbus.bus.http.reading import Form, faults_of
from mashbus.contracts import codes
from mashbus.contracts.incident import gravest
from mashbus.domain.referral import Address, Child, Concern
from mashbus.domain.vocabulary import Assessment, NumberStatus
from services.intake.fields import (
    A_FEW,
    NO_CONCERN,
    Assessed,
    Day,
    Factor,
    Narrative,
    Need,
    NhsNumber,
    Sex,
    ShortText,
    Upn,
    Urn,
    utc,
    written,
)

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
    assessment: Assessed
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
    upn: Upn | None = None
    nhs_number: NhsNumber | None = None
    setting: Urn | None = None

    def child(self) -> Child:
        lines = (self.address_line,) if self.address_line else ()
        return Child(
            local_id=self.person_reference,
            given_name=self.given_name,
            family_name=self.family_name,
            date_of_birth=self.date_of_birth,
            sex=self.sex,
            nhs_number=self.nhs_number,
            nhs_number_status=NumberStatus.UNVERIFIED if self.nhs_number else NumberStatus.ABSENT,
            upn=self.upn,
            address=Address(lines=lines, postcode=self.postcode) if lines or self.postcode else None,
            school=self.setting,
        )


OPTIONAL = ("upn", "nhs_number", "setting")
"""Columns that a file may leave out: by what a child is found again, and whose key adult is told (G-13)."""
COLUMNS = tuple(name for name in PoliceRow.model_fields if name not in OPTIONAL)


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
        if name not in (*COLUMNS, *OPTIONAL):
            faults.append(Fault(_told(name, place), "the column is unknown", "take it out, or see /docs"))
        elif name in names[: place - 1]:
            faults.append(Fault(name, "the column comes twice", "take one out"))
    if faults:
        raise _wrong_header(faults)
    return names


def is_of_no_concern(row: Mapping[str, str]) -> bool:
    return row["assessment"].strip().lower() == NO_CONCERN


def read_row(row: Mapping[str, str], zone: ZoneInfo) -> tuple[PoliceRow, Sequence[Fault]]:
    """The row, and the faults of what was left out of it. Raises BadRow with every fault, without values.

    A malformed identifier leads to nobody or to somebody else, so its row is refused; but a report of immediate harm
    waits for no number (promise P8): it goes on without it.
    """
    filled: dict[str, object] = {name: value.strip() for name, value in row.items() if value.strip()}
    filled["factors"] = row["factors"].split()
    filled["assessment"] = row["assessment"].strip().lower()
    if harm := row["immediate_harm"].strip():
        filled["immediate_harm"] = _SAID.get(harm.lower(), harm)
    try:
        return _validated(filled, zone), ()
    except BadRow as bad:
        unfit = {fault.where for fault in bad.faults}
        if filled.get("immediate_harm") is not True or not unfit.issubset(OPTIONAL):
            raise
        return _validated({name: said for name, said in filled.items() if name not in unfit}, zone), bad.faults


def _validated(filled: Mapping[str, object], zone: ZoneInfo) -> PoliceRow:
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


def assessment_of(rows: Sequence[PoliceRow]) -> Assessment:
    """How the police sorted the incident (G-11)."""
    return gravest(Assessment(row.assessment) for row in rows)


_HEADER_REMEDY = (
    f"the first row names these columns, in any order: {', '.join(COLUMNS)}; it may also name {', '.join(OPTIONAL)}"
)


def _wrong_header(faults: Sequence[Fault]) -> NotReadable:
    return NotReadable("a police batch", faults)


def _told(name: str, place: int) -> str:
    """An unknown column may hold anything: it is named where it looks like a name, else by its place."""
    return name if _COLUMN_NAME.fullmatch(name) else f"column {place}"


def _of_column(fault: Fault) -> Fault:
    return Fault(fault.where.split("/")[1], fault.problem, fault.remedy)


def _distinct(texts: Iterable[str | None]) -> Iterable[str]:
    return dict.fromkeys(text for text in texts if text)
