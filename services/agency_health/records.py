"""What the trust knows: patients by NHS number or by name and date of birth, their contacts and safeguarding alerts.

An NHS number decides where it was traced, or where the birthday agrees with it. Only children are looked for. An
unborn child has no record yet: maternity must look, so it is never "not known".
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from mashbus.bus.agency import Entry, Finding, Known, NotKnown, Possible, Risk
from mashbus.bus.agency.database import opened
from mashbus.bus.agency.matching import Held, Matches, Sought, child_sought, look_for, name_key
from mashbus.contracts.agency import InformationRequested
from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import NumberStatus, Rag

SIX_MONTHS = timedelta(days=182)


class HealthRecords:
    """Reads the trust's database; never writes it."""

    def __init__(self, path: Path) -> None:
        self._db = opened(path)

    async def risk(self, request: InformationRequested) -> Risk | None:
        """A safeguarding alert on a child who is found for certain."""
        found = [alert for number in self._matches(request).identified for alert in self._alerts(number)]
        return Risk(information=" ".join(found), suggested_rag=Rag.RED) if found else None

    async def look_up(self, request: InformationRequested) -> Finding:
        matches = self._matches(request)
        if not matches.identified:
            return Possible() if matches.unsure else NotKnown()
        contacts = self._contacts(matches.identified)
        return Known(
            summary=f"{len(matches.identified)} of {len(request.children)} children are patients of the trust. "
            f"Contacts on record: {len(contacts)}.",
            chronology=contacts,
            analysis=_analysis(contacts, request.asked_at.date(), matches),
        )

    async def close(self) -> None:
        self._db.close()

    def _matches(self, request: InformationRequested) -> Matches:
        return look_for(map(_patient, request.children), self._candidates)

    def _candidates(self, sought: Sought) -> Sequence[Held]:
        rows = self._db.execute(
            "SELECT hospital_number, forename, surname, born, nhs_number FROM patients WHERE nhs_number = ?"
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
                number=nhs_number,
            )
            for key, forename, surname, born, nhs_number in rows
        ]

    def _contacts(self, numbers: Sequence[str]) -> tuple[Entry, ...]:
        rows = [row for number in numbers for row in self._db.execute(_CONTACTS, (number,))]
        return tuple(Entry(on=date.fromisoformat(on), text=what) for on, what in sorted(rows))

    def _alerts(self, number: str) -> list[str]:
        rows = self._db.execute("SELECT alert FROM safeguarding_alerts WHERE hospital_number = ?", (number,))
        return [alert for (alert,) in rows]


_CONTACTS = "SELECT seen_on, what FROM contacts WHERE hospital_number = ?"


def _patient(child: Child) -> Sought:
    """With neither name nor number (an unborn child, mostly) nobody is sought, which is unsure and not unknown."""
    if child.date_of_birth is None and child.expected_date_of_birth is not None:
        return Sought(given_name=None, family_name=None, date_of_birth=None)
    return child_sought(child, child.nhs_number, trusted=child.nhs_number_status is NumberStatus.TRACED)


def _analysis(contacts: Sequence[Entry], today: date, matches: Matches) -> str:
    lately = sum(1 for entry in contacts if entry.on and entry.on > today - SIX_MONTHS)
    said = [f"{lately} of {len(contacts)} contacts are of the last six months."]
    if matches.unsure:
        said.append("For another child of this request a match is only possible: a clinician must look.")
    return " ".join(said)
