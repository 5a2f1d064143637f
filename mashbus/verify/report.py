"""The result for people and for programs: a line for each check, every violation, and the ids that a run produced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mashbus.verify.index import Index
from mashbus.verify.verdict import Finding, Verdict


@dataclass(frozen=True, kw_only=True)
class Report:
    verdicts: tuple[Verdict, ...]
    judged_at: datetime
    """Bus time."""
    settled: bool
    records: int
    ids: Mapping[str, tuple[str, ...]]
    """Distinct ids by what they are of, sorted: two runs of the same input have the same."""
    notes: tuple[str, ...] = ()
    """What could not be looked at."""

    @property
    def ok(self) -> bool:
        return all(verdict.ok for verdict in self.verdicts)

    def verdict(self, check: str) -> Verdict:
        return next(one for one in self.verdicts if one.check == check)

    @property
    def broken(self) -> tuple[str, ...]:
        """Names of the checks that failed."""
        return tuple(one.check for one in self.verdicts if not one.ok)

    def to_json(self) -> str:
        return json.dumps(
            {
                "ok": self.ok,
                "judged_at": self.judged_at.isoformat(),
                "settled": self.settled,
                "records": self.records,
                "notes": self.notes,
                "checks": [_verdict(one) for one in self.verdicts],
                "ids": self.ids,
            },
            indent=1,
        )


def ids_of(index: Index) -> dict[str, tuple[str, ...]]:
    """The sets that must not change when a run is disturbed."""
    found = {
        "referrals": (one.event_id for one in index.contacts.values()),
        "requests": index.asked,
        "outcomes": (one.event_id for one in index.decided.values()),
        "emails": index.emails,
    }
    return {name: tuple(sorted(map(str, ids))) for name, ids in found.items()}


def _verdict(one: Verdict) -> dict[str, Any]:
    return {
        "check": one.check,
        "promise": one.promise,
        "ok": one.ok,
        "looked_at": dict(one.looked),
        "violations": [_finding(finding) for finding in one.broken],
        "pending": [_finding(finding) for finding in one.pending],
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {"what": one.what, "ids": one.subjects}
