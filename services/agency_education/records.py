"""What the authority knows: pupils by UPN or by name and date of birth, their schools' logbook and open concerns.

A UPN decides: it is given once. An unborn child is no pupil, and only children are looked for.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from mashbus.bus.agency import Entry, Finding, Known, NotKnown, Possible, Risk
from mashbus.bus.agency.database import opened
from mashbus.bus.agency.matching import Held, Matches, Sought, child_sought, look_for, name_key, unborn
from mashbus.contracts.agency import InformationRequested
from mashbus.domain.vocabulary import Rag

A_TERM = timedelta(days=120)


class EducationRecords:
    """Reads the authority's database; never writes it."""

    def __init__(self, path: Path) -> None:
        self._db = opened(path)

    async def risk(self, request: InformationRequested) -> Risk | None:
        """An open concern of a school about a child who is found for certain."""
        found = [concern for number in self._matches(request).identified for concern in self._concerns(number)]
        return Risk(information=" ".join(found), suggested_rag=Rag.RED) if found else None

    async def look_up(self, request: InformationRequested) -> Finding:
        matches = self._matches(request)
        if not matches.identified:
            return Possible() if matches.unsure else NotKnown()
        notes = self._logbook(matches.identified)
        return Known(
            summary=f"{len(matches.identified)} of {len(request.children)} children are on a school's roll. "
            f"Notes in the logbook: {len(notes)}.",
            chronology=notes,
            analysis=_analysis(notes, request.asked_at.date(), matches),
        )

    async def close(self) -> None:
        self._db.close()

    def _matches(self, request: InformationRequested) -> Matches:
        born = [child_sought(child, child.upn) for child in request.children if not unborn(child)]
        return look_for(born, self._candidates)

    def _candidates(self, sought: Sought) -> Sequence[Held]:
        rows = self._db.execute(
            "SELECT pupil_number, forename, surname, born, upn FROM pupils WHERE upn = ?"
            " OR (surname_key = ? AND (born = ? OR born IS NULL OR ? IS NULL))",
            (
                sought.number,
                name_key(sought.family_name),
                *2 * (sought.date_of_birth and sought.date_of_birth.isoformat(),),
            ),
        )
        return [
            Held(
                key=key,
                given_name=forename,
                family_name=surname,
                date_of_birth=born and date.fromisoformat(born),
                number=upn,
            )
            for key, forename, surname, born, upn in rows
        ]

    def _logbook(self, numbers: Sequence[str]) -> tuple[Entry, ...]:
        rows = [row for number in numbers for row in self._db.execute(_LOGBOOK, (number,))]
        return tuple(Entry(on=date.fromisoformat(on), text=what) for on, what in sorted(rows))

    def _concerns(self, number: str) -> list[str]:
        rows = self._db.execute("SELECT concern FROM concerns WHERE pupil_number = ?", (number,))
        return [concern for (concern,) in rows]


_LOGBOOK = "SELECT noted_on, what FROM logbook WHERE pupil_number = ?"


def _analysis(notes: Sequence[Entry], today: date, matches: Matches) -> str:
    lately = sum(1 for entry in notes if entry.on and entry.on > today - A_TERM)
    said = [f"{lately} of {len(notes)} notes are of about the last term."]
    if matches.unsure:
        said.append("For another child of this request a match is only possible: a designated lead must look.")
    return " ".join(said)
