"""What `mashbus deadlines list` says: which deadlines are wanted, one line each, and how each organisation stands."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from sys import intern
from typing import NamedTuple
from uuid import UUID

from mashbus.cli.instants import in_utc
from mashbus.cli.local_time import Zones, until
from mashbus.domain.deadline import Deadline
from mashbus.domain.watch import DeadlineState, Watch
from services.deadlines.canary import CANARY

NEXT_FIRST = attrgetter("due", "partnership", "organisation", "deadline_id")


class Row(NamedTuple):
    due: datetime
    partnership: str
    organisation: str
    """Who owes it."""
    clock: str
    rag: str
    state: str
    revision: int
    at_risk: datetime | None
    case_id: UUID
    subject: UUID
    deadline_id: UUID


@dataclass(frozen=True)
class Wanted:
    partnerships: frozenset[str]
    """Empty: any. So too organisations and states."""
    organisations: frozenset[str]
    states: frozenset[str]
    within: timedelta | None
    """Only what falls due within so much bus time; what is past is, too."""

    def concerns(self, watch: Watch, deadline: Deadline) -> bool:
        """A canary is owed by nobody."""
        return (
            deadline.clock != CANARY
            and (not self.partnerships or watch.partnership in self.partnerships)
            and (not self.organisations or deadline.owner in self.organisations)
        )

    def lists(self, row: Row, now: datetime) -> bool:
        return (not self.states or row.state in self.states) and (self.within is None or row.due <= now + self.within)


@dataclass
class Standing:
    """Of one organisation and colour."""

    open: int = 0
    next_due: datetime | None = None
    at_risk: int = 0
    """Open, with less than its share of the time left."""
    lapsed: int = 0
    """Breached and still owed."""

    def count(self, row: Row, now: datetime) -> None:
        self.lapsed += row.state == DeadlineState.LAPSED
        if row.state == DeadlineState.RUNNING:
            self.open += 1
            self.next_due = min(row.due, self.next_due or row.due)
            self.at_risk += row.at_risk is not None and row.at_risk <= now


@dataclass
class Listing:
    wanted: Wanted
    now: datetime
    """Bus time."""
    rows: list[Row] = field(default_factory=list)
    standings: dict[tuple[str, str, str], Standing] = field(default_factory=lambda: defaultdict(Standing))
    """By partnership, organisation and colour, whatever their states."""

    def take(self, watches: Iterable[Watch]) -> None:
        for watch in watches:
            for deadline in watch.deadlines.values():
                if self.wanted.concerns(watch, deadline):
                    self._take(_row(watch, deadline))

    def _take(self, row: Row) -> None:
        self.standings[row.partnership, row.organisation, row.rag].count(row, self.now)
        if self.wanted.lists(row, self.now):
            self.rows.append(row)

    # -- said ------------------------------------------------------------------------------------------------------

    def as_json(self, zones: Zones) -> Iterator[str]:
        """One object a line: deadlines, next due first, then summaries."""
        for row in sorted(self.rows, key=NEXT_FIRST):
            yield json.dumps({"kind": "deadline", **_fields(row, self.now, zones)})
        for (partnership, organisation, rag), one in sorted(self.standings.items()):
            named = {"partnership": partnership, "organisation": organisation, "rag": rag or None}
            due = in_utc(one.next_due) if one.next_due else None
            counts = {"open": one.open, "next_due": due, "at_risk": one.at_risk, "lapsed": one.lapsed}
            yield json.dumps({"kind": "summary", **named, **counts})

    def as_text(self, zones: Zones) -> Iterator[str]:
        """Organisations in the order of what each has due next."""
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in sorted(self.rows, key=NEXT_FIRST):
            groups[row.partnership, row.organisation].append(row)
        for (partnership, organisation), rows in groups.items():
            yield f"{partnership or '?'}: {organisation}"
            for row in rows:
                yield f"  {_line(row, self.now, zones)}"
            yield ""
        yield from self._summary(zones)

    def _summary(self, zones: Zones) -> Iterator[str]:
        yield f"{'partnership':16} {'organisation':24} {'colour':7} {'open':>7} {'at risk':>7} {'lapsed':>7}  next due"
        for (partnership, organisation, rag), one in sorted(self.standings.items()):
            due = f"{zones.say(one.next_due, partnership)}, {until(one.next_due, self.now)}" if one.next_due else "-"
            counts = f"{one.open:>7} {one.at_risk:>7} {one.lapsed:>7}"
            yield f"{partnership or '?':16} {organisation:24} {rag or '-':7} {counts}  {due}"
        opened = sum(one.open for one in self.standings.values())
        yield f"{len(self.rows)} listed; {opened} open, as of {in_utc(self.now)} bus time"


def _row(watch: Watch, one: Deadline) -> Row:
    return Row(
        one.due, intern(watch.partnership), intern(one.owner), intern(one.clock), intern(str(one.rag or "")),
        watch.state(one).value, one.revision, one.at_risk, watch.case_id, one.subject, one.deadline_id,
    )  # fmt: skip


def _line(row: Row, now: datetime, zones: Zones) -> str:
    due = f"{zones.say(row.due, row.partnership):34} {until(row.due, now):13}"
    warned = "at risk" if row.state == DeadlineState.RUNNING and row.at_risk and row.at_risk <= now else row.state
    return f"{due} {row.rag or '-':6} {row.clock:22} {warned:16} {row.deadline_id}"


def _fields(row: Row, now: datetime, zones: Zones) -> dict[str, object]:
    at_risk = row.at_risk is not None and row.at_risk <= now and row.state == DeadlineState.RUNNING
    return {
        "partnership": row.partnership,
        "organisation": row.organisation,
        "clock": row.clock,
        "rag": row.rag or None,
        "state": row.state,
        "due": in_utc(row.due),
        "due_local": zones.iso(row.due, row.partnership),
        "seconds_left": (row.due - now).total_seconds(),
        "at_risk": at_risk,
        "revision": row.revision,
        "case_id": str(row.case_id),
        "subject": str(row.subject),
        "deadline_id": str(row.deadline_id),
    }
