"""Operation Encompass as a profile writes it, and its directory of schools and nurseries in a file beside it (G-13).

A setting without an address, or whose address nobody verified, may stand there: a person is alarmed, and no address is
guessed. An address that is wrong on its face is a fault.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from mashbus.domain.procedure import Encompass, Setting
from mashbus.profiles.beside import SETTINGS
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Day, Mailbox, Urn, Words, wrong

TODAY = "today"
"""Under which the day of reading is given along: no address can be verified on a later one."""
_AGE = Annotated[int, Field(strict=True, ge=0, le=25)]


class SettingText(Table):
    """A school or nursery. `verified_on`: when somebody checked that the address is its key adult's."""

    urn: Urn
    name: Words
    email: Mailbox | None = None
    verified_on: Day | None = None

    @field_validator("verified_on")
    @classmethod
    def _in_the_past(cls, day: date | None, info: ValidationInfo) -> date | None:
        today = (info.context or {}).get(TODAY)
        if day is not None and isinstance(today, date) and day > today:
            raise wrong(f"{day} is yet to come: write the day on which the address was checked")
        return day

    def faults(self) -> Iterator[Fault]:
        if self.verified_on is not None and self.email is None:
            yield (
                ("verified_on",),
                "there is no address that could have been verified: write the email, or leave it out",
            )

    def setting(self) -> Setting:
        return Setting(**self.model_dump())


class SettingsText(Table):
    """The whole directory."""

    settings: tuple[SettingText, ...] = ()

    def faults(self) -> Iterator[Fault]:
        seen: dict[str, str] = {}
        for index, one in enumerate(self.settings):
            if one.urn in seen:
                yield ("settings", index, "urn"), f"{one.urn} is '{seen[one.urn]}' above: a number stands here once"
            seen.setdefault(one.urn, one.name)

    def by_urn(self) -> Mapping[str, Setting]:
        return {one.urn: one.setting() for one in self.settings}


def _lower(word: str) -> str:
    if word != word.lower():
        raise wrong(f"'{word}': write it in small letters, as the word is compared")
    return word


def _ending(name: object) -> object:
    if isinstance(name, str) and name.endswith(SETTINGS) and "/" not in name:
        return name
    raise wrong(f"'{name}' is no directory of settings: name a file beside the profile, such as county{SETTINGS}")


class EncompassText(Table):
    requirement: Words
    clock: str
    natures: tuple[Annotated[Words, AfterValidator(_lower)], ...] = Field(min_length=1)
    ages: tuple[_AGE, _AGE]
    team: str
    settings: Annotated[str, BeforeValidator(_ending)]

    @field_validator("settings")
    @classmethod
    def _there(cls, name: str, info: ValidationInfo) -> str:
        if name not in (info.context or {}):
            raise wrong(f"there is no file '{name}' beside the profile: without it no school can be told")
        return name

    def faults(self) -> Iterator[Fault]:
        if self.ages[0] > self.ages[1]:
            yield ("ages",), f"from {self.ages[0]} to {self.ages[1]} there is no age: write [2, 18]"

    def encompass(self, settings: Mapping[str, Setting]) -> Encompass:
        return Encompass(
            requirement=self.requirement,
            clock=self.clock,
            natures=frozenset(self.natures),
            ages=self.ages,
            team=self.team,
            settings=settings,
        )
