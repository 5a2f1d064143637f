"""Gives a census row's child a name and a family: one of the town's where the town has such a child, else a stranger.

Birth date, sex, ethnicity, disabilities and the council's own numbers stay the census'; names, addresses and relatives
are invented. The same child of the census is the same person in all of its episodes.
"""

from dataclasses import replace
from datetime import date

from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import NumberStatus
from mashbus.synthetic.census import CensusRow
from mashbus.synthetic.chance import chance
from mashbus.synthetic.people import Family, made
from mashbus.synthetic.town import born_on

STRANGERS = 0.12
"""Share of the children who never lived in the town: no agency knows them."""
AN_EARLIER_DAY = date(2000, 2, 29)
"""Stands in for an unborn or undated child's birthday while parents are invented; before the town's years."""
SCHOOL_FROM, ADULT = 4, 18


class Cast:
    """The families of one run's children, by the council's own number of the child."""

    def __init__(self, seed: object, today: date) -> None:
        self._seed = seed
        self._today = today
        self._taken: dict[tuple[date, str], str] = {}
        """Whose birthday and sex the town's child already stands for: one person is not two of the census' children."""

    def family(self, row: CensusRow) -> Family:
        """The row's child first, then its brothers and sisters."""
        found = self._of_town(row) or self._stranger(row)
        first, *others = found.children
        siblings = (self._sibling(one) for one in others if row.birth_date and self._age(one.date_of_birth) < ADULT)
        return replace(found, children=(self._as_referred(first, row), *siblings))

    def _of_town(self, row: CensusRow) -> Family | None:
        draw = chance("resident", self._seed, row.local_id)
        stranger = draw.random() < STRANGERS
        sex = row.sex if row.sex in ("M", "F") else draw.choice("MF")
        if row.birth_date is None or stranger:
            return None
        if self._taken.setdefault((row.birth_date, sex), row.local_id) != row.local_id:
            return None
        return born_on(row.birth_date, sex)

    def _stranger(self, row: CensusRow) -> Family:
        draw = chance("stranger", self._seed, row.local_id)
        sex = row.sex if row.sex in ("M", "F") else draw.choice("MF")
        return made(draw, born=row.birth_date or row.expected_birth_date or AN_EARLIER_DAY, sex=sex)

    def _as_referred(self, child: Child, row: CensusRow) -> Child:
        unborn = row.expected_birth_date is not None
        return replace(
            child,
            local_id=row.local_id,
            upn=row.upn,
            given_name=None if unborn else child.given_name,
            date_of_birth=row.birth_date,
            expected_date_of_birth=row.expected_birth_date,
            sex=row.sex,
            ethnicity=row.ethnicity,
            disabilities=row.disabilities,
            school=self._school(child.school, row.birth_date),
            nhs_number=None if unborn else child.nhs_number,
            nhs_number_status=NumberStatus.ABSENT if unborn else child.nhs_number_status,
        )

    def _sibling(self, child: Child) -> Child:
        return replace(child, school=self._school(child.school, child.date_of_birth))

    def _school(self, school: str | None, born: date | None) -> str | None:
        return school if SCHOOL_FROM <= self._age(born) < ADULT else None

    def _age(self, born: date | None) -> int:
        """In whole years; below zero where the birthday is not known or to come."""
        return (self._today - born).days // 365 if born else -1
