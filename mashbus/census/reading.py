"""A census file: what its header says, then its children one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import BinaryIO
from zoneinfo import ZoneInfo

from mashbus.census.elements import Element, elements, local
from mashbus.census.faults import CensusRefused, FileFault

COLLECTION = "CIN"
DAY = timedelta(days=1)
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
"""Between them lies every day that a header can mean."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the file says of itself. Each may be missing, the collection apart."""

    year: str | None
    reference_date: date | None
    """The last day of the census year: what the file says was true at its end."""
    made_at: datetime | None
    """When the file was exported; naive where it does not say by which clock."""
    serial: str | None
    authority: str | None
    """The department's number of the council (LEA)."""

    def true_at(self, zone: ZoneInfo, as_of: date | None = None) -> datetime:
        """Until when the file knows what happened: the end of its reference date, or its export where that was sooner.

        A file that is exported in July still tells of 31 March: what the case system has said of April and after is
        newer, and stays. `as_of` takes the reference date's place. Raises CensusRefused where nothing is said.
        """
        day = as_of or self.reference_date
        ends = [datetime.combine(day + DAY, time(0), zone) - timedelta(microseconds=1)] if day else []
        if self.made_at and not as_of:
            ends.append(self.made_at if self.made_at.tzinfo else self.made_at.replace(tzinfo=zone))
        if not ends:
            raise CensusRefused(FileFault.NO_DAY)
        return min(ends).astimezone(UTC)

    def made_on(self, zone: ZoneInfo, as_of: date | None = None) -> date:
        """The last day that can stand in the file: some exports tell of closings after the reference date."""
        made = self.made_at.astimezone(zone).date() if self.made_at and self.made_at.tzinfo else None
        made = made or (self.made_at.date() if self.made_at else None)
        return max([one for one in (made, as_of or self.reference_date) if one], default=date.max)


class Census:
    """`children` can be gone through once."""

    def __init__(self, source: BinaryIO) -> None:
        """Reads the header. Raises CensusRefused."""
        found = elements(source)
        first = next(found, None)
        if first is None or local(first) != "Header":
            raise CensusRefused(FileFault.NO_CENSUS)
        self.header = _header(first)
        self._rest = found

    def children(self) -> Iterator[tuple[int, Element]]:
        """Each with its place, from 1; emptied when the next is asked for. Raises CensusRefused."""
        return enumerate((one for one in self._rest if local(one) == "Child"), start=1)


def _header(element: Element) -> Header:
    said = {local(one): (one.text or "").strip() for one in element.iterdescendants()}
    if said.get("Collection", "").upper() != COLLECTION:
        raise CensusRefused(FileFault.OTHER_COLLECTION, line=element.sourceline)
    return Header(
        year=said.get("Year") or None,
        reference_date=_day(said.get("ReferenceDate", "")),
        made_at=_instant(said.get("DateTime", "")),
        serial=said.get("SerialNo") or None,
        authority=said.get("LEA") or None,
    )


def _day(text: str) -> date | None:
    try:
        return _likely(date.fromisoformat(text[:10]))
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if _likely(found.date()) else None


def _likely(day: date) -> date | None:
    """Where a system had nothing to say it may say 0001-01-01 or 9999-12-31: no day at all."""
    return day if FIRST < day < LAST else None
