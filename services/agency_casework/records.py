"""What the organisation knows: the people it works with, the notes on their cases, and what worries it about them.

Children and adults of a request are looked for by name and date of birth; of an unborn child, who may have a case
under its mother's name, a person must look.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from mashbus.bus.agency import Entry, Finding, Known, NotKnown, Possible, Risk
from mashbus.bus.agency.database import opened
from mashbus.bus.agency.matching import Held, Matches, Sought, adult_sought, child_sought, look_for, name_key, unborn
from mashbus.contracts.agency import InformationRequested
from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import Rag

SIX_MONTHS = timedelta(days=182)


class CaseworkRecords:
    """Reads the organisation's database; never writes it."""

    def __init__(self, path: Path) -> None:
        self._db = opened(path)

    async def risk(self, request: InformationRequested) -> Risk | None:
        """What worries the organisation about anybody who is found for certain."""
        found = [worry for number in self._matches(request).identified for worry in self._worries(number)]
        return Risk(information=" ".join(found), suggested_rag=Rag.RED) if found else None

    async def look_up(self, request: InformationRequested) -> Finding:
        matches = self._matches(request)
        if not matches.identified:
            return Possible() if matches.unsure else NotKnown()
        notes = self._notes(matches.identified)
        return Known(
            summary=f"{len(matches.identified)} of the people of this request have a case here. "
            f"Notes on record: {len(notes)}.",
            chronology=notes,
            analysis=_analysis(notes, request.asked_at.date(), matches),
        )

    async def close(self) -> None:
        self._db.close()

    def _matches(self, request: InformationRequested) -> Matches:
        return look_for((*map(_child, request.children), *map(adult_sought, request.adults)), self._candidates)

    def _candidates(self, sought: Sought) -> Sequence[Held]:
        rows = self._db.execute(
            "SELECT person_number, forename, surname, born FROM people WHERE surname_key = ?"
            " AND (born = ? OR born IS NULL OR ? IS NULL)",
            (name_key(sought.family_name), *2 * (sought.date_of_birth and sought.date_of_birth.isoformat(),)),
        )
        return [
            Held(key=key, given_name=forename, family_name=surname, date_of_birth=born and date.fromisoformat(born))
            for key, forename, surname, born in rows
        ]

    def _notes(self, numbers: Sequence[str]) -> tuple[Entry, ...]:
        rows = [row for number in numbers for row in self._db.execute(_NOTES, (number,))]
        return tuple(Entry(on=date.fromisoformat(on), text=what) for on, what in sorted(rows))

    def _worries(self, number: str) -> list[str]:
        rows = self._db.execute("SELECT worry FROM worries WHERE person_number = ?", (number,))
        return [worry for (worry,) in rows]


_NOTES = "SELECT noted_on, what FROM case_notes WHERE person_number = ?"


def _child(child: Child) -> Sought:
    """With neither name nor birthday nobody is sought, which is unsure and not unknown."""
    return Sought(given_name=None, family_name=None, date_of_birth=None) if unborn(child) else child_sought(child)


def _analysis(notes: Sequence[Entry], today: date, matches: Matches) -> str:
    lately = sum(1 for entry in notes if entry.on and entry.on > today - SIX_MONTHS)
    said = [f"{lately} of {len(notes)} notes are of the last six months."]
    if matches.unsure:
        said.append("For another person of this request a match is only possible: a worker must look.")
    return " ".join(said)
