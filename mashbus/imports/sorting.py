"""What becomes of each child of a census: taken, forgotten, never a case, or refused. Counts, and tells every fault."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from mashbus.bus.directory.keys import exact
from mashbus.census.children import CensusChild, child_of
from mashbus.census.elements import Element
from mashbus.census.faults import Consequence, Fault, Reason
from mashbus.census.fields import Findings, unknown
from mashbus.census.keeping import kept
from mashbus.census.reading import Census
from mashbus.census.seen import Seen
from mashbus.domain.known import Identifier, Window

MOST_NAMES = 100
"""Of fields that nobody knows: a file of rubbish must not fill the memory with names."""


@dataclass
class Tally:
    """Of one file, as far as it was read."""

    children: int = 0
    held: int = 0
    """Have an open case, or one closed within the profile's window."""
    open: int = 0
    closed_long_ago: int = 0
    no_case: int = 0
    """Every referral ended without further action."""
    refused: int = 0
    faults: Counter[tuple[str, Reason, Consequence]] = field(default_factory=Counter)
    """By element, without the number of its CINdetails."""
    ignored: Counter[str] = field(default_factory=Counter)
    """Fields that no year is known to have, by name."""


@dataclass
class Sorting:
    """`today` decides what is closed long ago; `made_on` what cannot be in the file yet."""

    windows: tuple[Window | None, ...]
    today: date
    made_on: date
    tell: Callable[[Fault], None]
    tally: Tally = field(default_factory=Tally)

    def children(self, census: Census) -> Iterator[CensusChild]:
        """All that are not refused, with the spells that the directory needs: none where all are closed long ago or
        there never was a case. Of those it is told where it may still think them open.

        Raises CensusRefused, after all that came before the damage.
        """
        with Seen() as seen:
            for place, element in census.children():
                self.tally.children += 1
                if (found := self._read(place, element, seen)) is not None:
                    yield self._needed(found) if found.spells else found

    def _read(self, place: int, element: Element, seen: Seen) -> CensusChild | None:
        findings = Findings(place, element.sourceline)
        found = child_of(element, findings, self.made_on, lambda local_id: _unfit(local_id, seen))
        self._count_unknown(element)
        for fault in findings.faults:
            self.tally.faults[_whose(fault), fault.reason, fault.consequence] += 1
            self.tell(fault)
        if found is None:
            self.tally.refused += 1
            return None
        self.tally.no_case += not found.spells
        return found

    def _needed(self, found: CensusChild) -> CensusChild:
        spells = kept(found.spells, self.today, self.windows)
        self.tally.held += bool(spells)
        self.tally.closed_long_ago += not spells
        self.tally.open += any(one.closed_on is None or one.closed_on > self.today for one in spells)
        return replace(found, spells=spells)

    def _count_unknown(self, element: Element) -> None:
        for name, count in unknown(element).items():
            if name in self.tally.ignored or len(self.tally.ignored) < MOST_NAMES:
                self.tally.ignored[name] += count


def _unfit(local_id: str, seen: Seen) -> Reason | None:
    """By its normal form, as the directory knows children."""
    normal = exact(Identifier.LOCAL_ID, local_id)
    if not isinstance(normal, str):
        return Reason.PLACEHOLDER
    return Reason.SEEN_BEFORE if seen.before(normal) else None


def _whose(fault: Fault) -> str:
    section, slash, name = fault.element.rpartition("/")
    return f"{section.partition(' ')[0]}{slash}{name}"
