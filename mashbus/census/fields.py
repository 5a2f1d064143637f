"""The elements of a census child by their local names: one, some, or faults of what stands there."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from mashbus.census.elements import Element, local
from mashbus.census.faults import Consequence, Fault, Reason

READ = frozenset({
    "LAchildID", "UPN", "PersonBirthDate", "ExpectedPersonBirthDate", "Sex", "GenderCurrent", "CINreferralDate",
    "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure", "ReferralNFA",
})  # fmt: skip
KNOWN = READ | frozenset({
    "Child", "ChildIdentifiers", "ChildCharacteristics", "CINdetails", "UPNunknown", "FormerUPN", "PersonDeathDate",
    "PersonSchoolYear", "Ethnicity", "Disabilities", "Disability", "ReferralSource", "DateOfInitialCPC", "Assessments",
    "AssessmentActualStartDate", "AssessmentInternalReviewDate", "AssessmentAuthorisationDate",
    "FactorsIdentifiedAtAssessment", "AssessmentFactors", "CINPlanDates", "CINPlanStartDate", "CINPlanEndDate",
    "Section47", "S47ActualStartDate", "InitialCPCtarget", "ICPCnotRequired", "ChildProtectionPlans", "CPPstartDate",
    "CPPendDate", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse", "NumberOfPreviousCPP", "Reviews", "CPPreviewDate",
})  # fmt: skip
"""What the years have had so far. Anything else is counted by its name: a newer year's field, or a mistake."""

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T[0-9:.]+)?(Z|[+-]\d{2}:\d{2})?")

T = TypeVar("T")


@dataclass
class Findings:
    """The faults of one child as they are met."""

    child: int
    line: int
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, name: str, reason: Reason, at: Element | None = None) -> None:
        self._say(name, reason, at, Consequence.REFUSED)

    def leave_out(self, name: str, reason: Reason, at: Element | None = None) -> None:
        self._say(name, reason, at, Consequence.LEFT_OUT)

    @property
    def refused(self) -> bool:
        return any(one.consequence is Consequence.REFUSED for one in self.faults)

    def _say(self, name: str, reason: Reason, at: Element | None, consequence: Consequence) -> None:
        line = self.line if at is None else at.sourceline
        self.faults.append(Fault(child=self.child, line=line, element=name, reason=reason, consequence=consequence))


Say = Callable[[str, Reason, Element | None], None]


@dataclass(frozen=True)
class Fields:
    """The fields of one section: read once, each by a rule that says what happens where it is wrong."""

    where: str
    """What goes before a field's name in a fault: empty, or `CINdetails 2/`."""
    of: Mapping[str, list[Element]]

    @classmethod
    def among(cls, where: str, found: Iterable[Element]) -> "Fields":
        named: dict[str, list[Element]] = {}
        for one in found:
            if (name := local(one)) in READ and (one.text or "").strip():
                named.setdefault(name, []).append(one)
        return cls(where, named)

    def text(self, name: str, say: Say) -> str | None:
        """An empty element is none."""
        found = self.of.get(name)
        if not found:
            return None
        if len(found) > 1:
            say(self.where + name, Reason.REPEATED, found[1])
            return None
        return str(found[0].text).strip()

    def day(self, name: str, say: Say) -> date | None:
        return self._as(name, say, _day, Reason.NO_DAY)

    def coded(self, name: str, codes: Mapping[str, T], say: Say, reason: Reason = Reason.NO_CODE) -> T | None:
        return self._as(name, say, codes.get, reason)

    def at(self, name: str) -> Element | None:
        found = self.of.get(name)
        return found[0] if found else None

    def _as(self, name: str, say: Say, read: Callable[[str], T | None], reason: Reason) -> T | None:
        text = self.text(name, say)
        value = None if text is None else read(text)
        if text is not None and value is None:
            say(self.where + name, reason, self.at(name))
        return value


def unknown(child: Element) -> Counter[str]:
    """Names that no year is known to have."""
    return Counter(name for one in child.iterdescendants() if (name := local(one)) not in KNOWN)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
