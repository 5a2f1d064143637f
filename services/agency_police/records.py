"""What the force knows: nominals, the occurrences they were part of, and warning markers.

Children and adults of a request are looked for by name and date of birth. A warning marker on one who is found for
certain goes to the hub's manager at once.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from mashbus.bus.agency import Entry, Finding, Known, NotKnown, Possible, Risk
from mashbus.bus.agency.database import opened
from mashbus.bus.agency.matching import Held, Matches, Sought, adult_sought, child_sought, look_for, name_key, unborn
from mashbus.contracts.agency import InformationRequested
from mashbus.domain.vocabulary import Rag

A_YEAR = timedelta(days=365)


class PoliceRecords:
    """Reads the force's database; never writes it."""

    def __init__(self, path: Path) -> None:
        self._db = opened(path)

    async def risk(self, request: InformationRequested) -> Risk | None:
        """A warning marker on anybody who is found for certain."""
        found = [warning for ref in self._matches(request).identified for warning in self._warnings(ref)]
        return Risk(information=" ".join(found), suggested_rag=Rag.RED) if found else None

    async def look_up(self, request: InformationRequested) -> Finding:
        matches = self._matches(request)
        if not matches.identified:
            return Possible() if matches.unsure else NotKnown()
        occurrences = self._occurrences(matches.identified)
        return Known(
            summary=f"{len(matches.identified)} of the people of this request are known to the police. "
            f"Occurrences on record: {len(occurrences)}.",
            chronology=occurrences,
            analysis=_analysis(occurrences, request.asked_at.date(), matches),
        )

    async def close(self) -> None:
        self._db.close()

    def _matches(self, request: InformationRequested) -> Matches:
        """An unborn child is on no police record: the adults around it are."""
        born = [child_sought(child) for child in request.children if not unborn(child)]
        return look_for((*born, *map(adult_sought, request.adults)), self._candidates)

    def _candidates(self, sought: Sought) -> Sequence[Held]:
        rows = self._db.execute(
            "SELECT nominal_ref, forename, surname, born FROM nominals WHERE surname_key = ?"
            " AND (born = ? OR born IS NULL OR ? IS NULL)",
            (name_key(sought.family_name), *2 * (sought.date_of_birth and sought.date_of_birth.isoformat(),)),
        )
        return [
            Held(key=ref, given_name=forename, family_name=surname, date_of_birth=born and date.fromisoformat(born))
            for ref, forename, surname, born in rows
        ]

    def _occurrences(self, refs: Sequence[str]) -> tuple[Entry, ...]:
        rows = [row for ref in refs for row in self._db.execute(_OCCURRENCES, (ref,))]
        return tuple(Entry(on=date.fromisoformat(on), text=what) for on, what in sorted(rows))

    def _warnings(self, ref: str) -> list[str]:
        rows = self._db.execute("SELECT warning FROM warning_markers WHERE nominal_ref = ?", (ref,))
        return [warning for (warning,) in rows]


_OCCURRENCES = "SELECT happened_on, what FROM occurrences WHERE nominal_ref = ?"


def _analysis(occurrences: Sequence[Entry], today: date, matches: Matches) -> str:
    lately = sum(1 for entry in occurrences if entry.on and entry.on > today - A_YEAR)
    said = [f"{lately} of {len(occurrences)} occurrences are of the last twelve months."]
    if matches.unsure:
        said.append("For another person of this request a match is only possible: an officer must look.")
    return " ".join(said)
