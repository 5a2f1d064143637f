"""What `mashbus deadlines reconcile` says: what the monitor missed or said wrongly, and when canaries last fired."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.table import Table

from mashbus.cli.instants import in_utc
from mashbus.cli.local_time import span
from mashbus.profiles import ProfileRefused, UnknownPartnership, load
from services.deadlines.reconciling.judging import BROKEN, Account, Canary, Fault, Finding, Judged

CANARY_EVERY = timedelta(hours=1)
"""Of a partnership whose profile cannot be read."""
SHOWN = 20
"""Findings of a kind on the screen; --json has them all."""


@dataclass(frozen=True)
class Result:
    judged: Judged
    accounts: Mapping[str, Account]
    every: Mapping[str, timedelta]
    """How often each partnership's canary should fire."""
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not any(one.broken or self.is_stale(name) for name, one in self.accounts.items())

    def is_stale(self, partnership: str) -> bool:
        """No canary for two intervals, of bus time; one that never had any is as old as its first record."""
        account = self.accounts[partnership]
        since = account.canary.at if account.canary else account.first_at
        return bool(partnership) and since is not None and self.judged.now - since > 2 * self.every[partnership]

    @property
    def findings(self) -> list[Finding]:
        return sorted((one for account in self.accounts.values() for one in account.findings), key=lambda one: one.due)

    # -- said ------------------------------------------------------------------------------------------------------

    def as_json(self) -> Iterator[str]:
        """One object a line: partnerships, then findings, then what to know."""
        for name, account in sorted(self.accounts.items()):
            counts = {fault.value: account.count(fault) for fault in Fault}
            said = {"deadlines": account.deadlines, "breaches": account.breaches, **counts}
            canary = _canary(account.canary, self.judged.now) | {"stale": self.is_stale(name)}
            yield json.dumps({"kind": "partnership", "partnership": name, **said, "canary": canary})
        for one in self.findings:
            yield json.dumps({"kind": "finding", **{key: _plain(value) for key, value in one._asdict().items()}})
        for note in self.notes:
            yield json.dumps({"kind": "note", "note": note})

    def as_table(self) -> Table:
        table = Table("partnership", "deadlines", "breaches", *(fault.value for fault in Fault), "last canary")
        for name, account in sorted(self.accounts.items()):
            counts = (str(account.count(fault)) for fault in Fault)
            table.add_row(name or "?", str(account.deadlines), str(account.breaches), *counts, self._last(name))
        return table

    def _last(self, partnership: str) -> str:
        if not partnership:
            return "-"
        canary = self.accounts[partnership].canary
        stale = "STALE, " if self.is_stale(partnership) else ""
        if canary is None:
            return f"{stale}never"
        age = span(self.judged.now - canary.at)
        return f"{stale}{age} ago, {span(canary.at - canary.due)} late"

    def as_lines(self) -> Iterator[str]:
        for fault in Fault:
            found = [one for one in self.findings if one.fault is fault]
            for one in found[:SHOWN]:
                whose = f"{one.partnership or '?'} {one.owner}".rstrip()
                named = f"deadline {one.deadline_id}, case {one.case_id}"
                yield f"{fault}: {whose} due {in_utc(one.due)}, {one.why}: {named}"
            if len(found) > SHOWN:
                yield f"{fault}: {len(found) - SHOWN} more; --json shows all"
        for name in sorted(filter(self.is_stale, self.accounts)):
            yield f"stale: {name}: no canary for two intervals of {span(self.every[name])}: the monitor does not fire"
        yield from (f"Note: {note}." for note in self.notes)
        allowed = f"what fell due after {in_utc(self.judged.by)} is pending"
        yield f"{self._word()}, as of {in_utc(self.judged.now)} bus time; {allowed}."

    def _word(self) -> str:
        if broken := sum(account.count(fault) for account in self.accounts.values() for fault in BROKEN):
            return f"{broken} faults of the monitor"
        return "The monitor has said every lapse and nothing else" if self.ok else "The monitor's canaries do not fire"


def canary_intervals(names: Iterable[str], partnerships: Path) -> dict[str, timedelta]:
    return {name: _every(name, partnerships) for name in names}


def _every(name: str, partnerships: Path) -> timedelta:
    try:
        return load(name, partnerships).canary_every
    except (ProfileRefused, UnknownPartnership):
        return CANARY_EVERY


def _canary(canary: Canary | None, now: datetime) -> dict[str, object]:
    if canary is None:
        return {"due": None, "late_seconds": None, "age_seconds": None}
    late, age = canary.at - canary.due, now - canary.at
    return {"due": in_utc(canary.due), "late_seconds": late.total_seconds(), "age_seconds": age.total_seconds()}


def _plain(value: object) -> object:
    return in_utc(value) if isinstance(value, datetime) else str(value)
