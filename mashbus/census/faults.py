"""What is wrong with a census file or with one of its children: which element and why, never a value (promise P7)."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an element is not taken as it stands."""

    MISSING = "is missing"
    REPEATED = "stands more than once"
    NO_LOCAL_ID = "is longer than 64 characters or holds characters that are not printed"
    PLACEHOLDER = "is no id but a placeholder for one"
    SEEN_BEFORE = "stood in this file before; the later child is refused"
    NO_DAY = "is not a day as YYYY-MM-DD"
    BEFORE_REFERRAL = "lies before CINreferralDate"
    AFTER_FILE = "lies after the day on which the file was made"
    NEITHER_TRUE_NOR_FALSE = "is neither true nor false"
    NO_CODE = "is not a code of the census"
    NO_UPN = "is not 13 characters as a UPN has them"
    BORN_BESIDES = "stands beside PersonBirthDate; a child has one of the two"


class Consequence(StrEnum):
    REFUSED = "child refused"
    """What decides is wrong: who the child is, or whether and when there is a case."""
    LEFT_OUT = "value left out"
    """What only describes is wrong: the child is taken without it."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of one child."""

    child: int
    """Its place in the file, from 1."""
    line: int
    """Of the file: where the element begins, or the child where the element is missing."""
    element: str
    """Such as `CINdetails 2/CINclosureDate`."""
    reason: Reason
    consequence: Consequence

    def __str__(self) -> str:
        return f"child {self.child}, line {self.line}: {self.element} {self.reason} ({self.consequence})"


class FileFault(StrEnum):
    """Why a file is not read, or not to its end; and what to do."""

    EMPTY = "the file is empty: export the census again"
    NOT_XML = (
        "this is not XML: unpack it if it is an archive, and import the census as the case system exports it, as XML"
    )
    NO_CENSUS = "this XML is not a children-in-need census: it has no Header before its Children"
    OTHER_COLLECTION = "this is another collection of the department: its header does not say CIN"
    NO_DAY = (
        "the header says neither ReferenceDate nor DateTime as a day: say with --as-of on which day the file was true"
    )
    HAS_DTD = "the file has a DTD or entities, which no census has: export the census again"
    CUT_SHORT = "the file ends in the middle: export the census again and import it whole; nothing is doubled by that"
    DAMAGED = "the file is not well-formed XML: export the census again and import it whole; nothing is doubled by that"
    ENDLESS = "a child (or what stands before or behind one) is longer than a megabyte: this is no census that we know"


class CensusRefused(Exception):
    """The file cannot be read, or not on. What came before it was read and stands."""

    def __init__(self, fault: FileFault, *, children: int = 0, line: int | None = None) -> None:
        super().__init__(fault, children, line)
        self.fault = fault
        self.children = children
        """How many were read whole before."""
        self.line = line

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        before = f"; the {self.children:,} children before it were read" if self.children else ""
        return f"{where}{self.fault}{before}"
