"""What a check says: how much it looked at, what is broken, what is still under way. Ids only, no personal data."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from mashbus.verify.evidence import Evidence
from mashbus.verify.places import Place

Subject = UUID | Place | str


@dataclass(frozen=True)
class Finding:
    what: str
    subjects: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.what}: {', '.join(self.subjects)}"


@dataclass
class Verdict:
    """One check's result, filled while it looks."""

    check: str
    promise: str
    looked: Counter[str] = field(default_factory=Counter)
    """How many of what were looked at: a check that looked at nothing proves nothing."""
    broken: list[Finding] = field(default_factory=list)
    pending: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.broken

    def fault(self, what: str, *subjects: Subject) -> None:
        self.broken.append(Finding(what, tuple(map(str, subjects))))

    def waits(self, what: str, *subjects: Subject) -> None:
        self.pending.append(Finding(what, tuple(map(str, subjects))))

    def missing(
        self,
        evidence: Evidence,
        what: str,
        *subjects: Subject,
        case_id: UUID | None,
        service: str,
        after: Place,
        ms: int,
    ) -> None:
        """What `service` owes after the record at `after`, appended at `ms`, is not there.

        It may wait: behind a quarantined record of its case, or because the bus is running and has not come to it.
        """
        if case_id and (case_id, service) in evidence.index.waiting:
            self.waits(f"{what}; its case waits in {service} behind a quarantined record", *subjects)
        elif evidence.settled or (evidence.consumed(service, after) and ms <= evidence.judged.by_ms):
            self.fault(what, *subjects)
        else:
            self.waits(what, *subjects)
