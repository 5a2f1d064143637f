"""Counts what the hub knew already of the week's children, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.known import LinkKind


@dataclass
class KnownTally:
    """Fed with every record once, in any order."""

    looked: dict[UUID, hub.ChildrenLookedUp] = field(default_factory=dict)
    """What the directory said of each case's children at last."""
    passed: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Contacts that went to whoever holds the child, by rule and whether the hub then played no further part."""
    passed_instead: set[UUID] = field(default_factory=set)
    """Those cases in which it played none."""
    passed_besides: set[UUID] = field(default_factory=set)
    """Those in which it went on."""
    linked: Counter[LinkKind] = field(default_factory=Counter)
    asked: Counter[UUID] = field(default_factory=Counter)
    """Requests, by case."""

    def worth_telling(self) -> UUID | None:
        """A contact that went to whoever holds the child; rather one whose child the directory knew."""
        known = {case_id for case_id, answer in self.looked.items() if answer.known}
        return min(self.passed_instead & known or self.passed_instead, key=str, default=None)

    def take(self, record: Record) -> None:
        if not isinstance(record, hub.HubRecord) or (case_id := record.meta.case_id) is None:
            return
        match record:
            case hub.ChildrenLookedUp():
                before = self.looked.get(case_id)
                self.looked[case_id] = record if before is None or record.round > before.round else before
            case hub.PassedToHolder():
                self.passed[record.rule, record.instead] += 1
                (self.passed_instead if record.instead else self.passed_besides).add(case_id)
            case hub.CaseLinked():
                self.linked[record.kind] += 1
            case hub.CaseRouted() | hub.CaseRerated():
                self.asked[case_id] += len(record.requests)
