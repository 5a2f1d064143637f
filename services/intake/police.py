"""POST /v1/police/notifications: a batch of any length as a stream; incidents go to the log while the rest still comes.

received = accepted + not_recorded + refused. Only a batch that was read to its end is reconciled; what was cut off can
be sent again whole under the same key, as every incident has one identity.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from mashbus.bus.http.access import Caller
from mashbus.bus.http.problems import BodyTooLarge, Fault, KeyUsedOtherwise, NotReadable
from mashbus.bus.metrics import NOTIFICATIONS
from mashbus.contracts import hub
from mashbus.contracts.contents import content_hash
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from services.intake.csv_rows import Row, RowReader
from services.intake.police_rows import (
    BadRow,
    PoliceRow,
    assessment_of,
    check_header,
    check_same,
    concern_of,
    is_of_no_concern,
    read_row,
)
from services.intake.sending import Sending

AT_ONCE = 100
"""Incidents that share a wait for the broker's acknowledgement."""
MOST_CHILDREN = 30
"""Rows of one incident: above it a record could grow too large for the log."""
TOLD = 1000
"""Refused rows that are listed in the answer; the rest are counted."""


class RowFault(BaseModel):
    where: str
    problem: str
    remedy: str


class RefusedRow(BaseModel):
    row: int
    """As a spreadsheet counts, the header being 1."""
    faults: list[RowFault]


class BatchTaken(BaseModel):
    """What became of every row. Only rows with faults are listed, by number; never a value."""

    batch_id: str
    received: int
    accepted: int
    incidents: int
    not_recorded: int
    refused: int
    faults: list[RefusedRow]
    faults_not_listed: int = 0
    left_out: list[RefusedRow] = []
    """What could not be read of rows that report immediate harm and were taken all the same (promise P8)."""


@dataclass
class Counts:
    received: int = 0
    accepted: int = 0
    incidents: int = 0
    not_recorded: int = 0
    refused: int = 0


@dataclass
class Batch:
    """A batch while it is read: counts, and the one incident whose rows may not be complete yet."""

    caller: Caller
    key: str
    counts: Counts = field(default_factory=Counts)
    refused: list[RefusedRow] = field(default_factory=list)
    left_out: list[RefusedRow] = field(default_factory=list)
    ready: list[tuple[PoliceRow, ...]] = field(default_factory=list)
    _columns: tuple[str, ...] = ()
    _open: list[PoliceRow] = field(default_factory=list)
    _incidents: set[str] = field(default_factory=set)

    @property
    def force(self) -> str:
        """From the key, never from the file."""
        return self.caller.key.organisation or ""

    @property
    def batch_id(self) -> UUID:
        return ids.submitted(self.caller.key.client, "PoliceBatch", self.key)

    def take(self, row: Row) -> None:
        """Raises NotReadable where the first row is no header."""
        if not self._columns:
            self._columns = _header(row)
            return
        self.counts.received += 1
        try:
            self._read(row)
        except BadRow as bad:
            self._refuse(row.number, bad.faults)

    def close(self) -> None:
        """The body ended: the last incident is complete. Raises NotReadable where there was not even a header."""
        if not self._columns:
            raise NotReadable("a police batch", [Fault("row 1", "there is no row at all", "send a header and rows")])
        self._complete()

    def _read(self, row: Row) -> None:
        if row.fault:
            raise BadRow([Fault("row", row.fault, "mend the row")])
        if len(row.values) != len(self._columns):
            problem = f"has {len(row.values)} columns where the header has {len(self._columns)}"
            raise BadRow([Fault("row", problem, "put texts with commas into quotes")])
        said = dict(zip(self._columns, row.values, strict=True))
        if is_of_no_concern(said):
            self.counts.not_recorded += 1
            return
        taken, left_out = read_row(said, self.caller.partnership.zone)
        self._add(taken)
        if left_out:
            _tell(self.left_out, row.number, left_out)

    def _add(self, row: PoliceRow) -> None:
        if self._open and self._open[0].incident == row.incident:
            check_same(self._open[0], row)
            if len(self._open) == MOST_CHILDREN:
                raise BadRow([Fault("incident", f"has more than {MOST_CHILDREN} rows", "tell the hub by phone")])
        elif row.incident in self._incidents:
            raise BadRow([Fault("incident", "came earlier in this batch", "put the rows of one incident together")])
        else:
            self._complete()
            self._incidents.add(row.incident)
        self._open.append(row)
        self.counts.accepted += 1

    def _complete(self) -> None:
        if self._open:
            self.ready.append(tuple(self._open))
            self.counts.incidents += 1
            self._open = []

    def _refuse(self, number: int, faults: Sequence[Fault]) -> None:
        self.counts.refused += 1
        _tell(self.refused, number, faults)


def _tell(told: list[RefusedRow], number: int, faults: Sequence[Fault]) -> None:
    if len(told) < TOLD:
        told.append(RefusedRow(row=number, faults=[RowFault(**vars(fault)) for fault in faults]))


async def take_batch(pieces: AsyncIterator[bytes], key: str, caller: Caller, sending: Sending) -> BatchTaken:
    """Raises NotReadable, BodyTooLarge, TooSlow, ClientDisconnect, Unavailable, OutcomeUnknown, KeyUsedOtherwise."""
    batch, reader, content = Batch(caller, key), RowReader(), hashlib.sha256()
    try:
        async for piece in pieces:
            content.update(piece)
            for row in reader.feed(piece):
                batch.take(row)
            if len(batch.ready) >= AT_ONCE:
                await _send(batch, sending)
    except BodyTooLarge as fault:
        raise BodyTooLarge(fault.extras["limit"], f"{_so_far(batch)}Send it as several batches.") from None
    for row in reader.finish():
        batch.take(row)
    batch.close()
    await _send(batch, sending)
    await _reconcile(batch, content.hexdigest(), sending)
    return _answer(batch)


async def _send(batch: Batch, sending: Sending) -> None:
    while batch.ready:
        some = batch.ready[:AT_ONCE]
        at = sending.clock.now()
        await sending.acknowledged([_notification(batch, rows, at) for rows in some], _so_far(batch))
        batch.ready = batch.ready[AT_ONCE:]


async def _reconcile(batch: Batch, content: str, sending: Sending) -> None:
    """Said once, under the batch's own id."""
    counts, partnership = batch.counts, batch.caller.partnership.name
    record = hub.PoliceBatchReconciled(
        meta=Meta(
            event_id=ids.caused(batch.batch_id, "PoliceBatchReconciled"),
            partnership=partnership,
            case_id=None,
            occurred_at=sending.clock.now(),
        ),
        batch_id=batch.batch_id,
        force=batch.force,
        **vars(counts),
    )
    try:
        new = await sending.once(batch.batch_id, content, record)
    except KeyUsedOtherwise:
        detail = "Its readable incidents were taken, but the batch was not reconciled: send it under a key of its own."
        raise KeyUsedOtherwise(detail) from None
    for fate in ("accepted", "not_recorded", "refused") if new else ():
        NOTIFICATIONS.labels(partnership, batch.force, fate).inc(getattr(counts, fate))


def _notification(batch: Batch, rows: Sequence[PoliceRow], at: datetime) -> hub.PoliceNotificationReceived:
    """One incident with its children. Its content hash leaves the batch out: sent again, it is the same record.

    With other content it is another record of the same case: windows overlap, and another child may be found (G-11).
    """
    first = rows[0]
    case_id = ids.case_of_incident(batch.force, first.incident)
    said = {
        "form": first.form,
        "nature": first.nature.lower(),
        "incident_at": first.incident_at,
        "children": tuple(row.child() for row in rows),
        "adults": (),
        "concern": concern_of(rows),
        "assessment": assessment_of(rows),
    }
    content = content_hash(said)
    return hub.PoliceNotificationReceived(
        meta=Meta(
            event_id=ids.once(case_id, f"PoliceNotificationReceived/{content}"),
            partnership=batch.caller.partnership.name,
            case_id=case_id,
            occurred_at=at,
        ),
        force=batch.force,
        incident=first.incident,
        content_hash=content,
        batch_id=batch.batch_id,
        **said,
    )


def _header(row: Row) -> tuple[str, ...]:
    if row.fault:
        raise NotReadable("a police batch", [Fault("row 1", row.fault, "send UTF-8 CSV with a header")])
    return check_header(row.values)


def _so_far(batch: Batch) -> str:
    """Honest about a batch that ends early: what may be in the log already, and that nothing was reconciled."""
    sent = batch.counts.incidents - len(batch.ready)
    return f"{sent} incidents were taken before; the batch was not reconciled. "


def _answer(batch: Batch) -> BatchTaken:
    return BatchTaken(
        batch_id=str(batch.batch_id),
        **vars(batch.counts),
        faults=batch.refused,
        faults_not_listed=batch.counts.refused - len(batch.refused),
        left_out=batch.left_out,
    )
