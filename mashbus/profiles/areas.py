"""Which district lies in whose area (G-02): a table beside the profiles, read where a profile has an [area]."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from pydantic import Field, ValidationInfo, field_validator

from mashbus.domain.area import Area, Authority
from mashbus.profiles.beside import TABLE
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Words, wrong


class Districts(Table):
    """Authorities by code, and the outward codes that lie wholly in one of them."""

    authorities: dict[str, Words]
    districts: dict[str, tuple[str, ...]]

    def faults(self) -> Iterator[Fault]:
        seen: dict[str, str] = {}
        for code, outward in self.districts.items():
            if code not in self.authorities:
                yield ("districts", code), f"no authority has the code '{code}'"
            for one in outward:
                if one in seen:
                    yield (
                        ("districts", code),
                        f"{one} stands under {seen[one]} too: a district that two share is left out",
                    )
                seen[one] = code

    @cached_property
    def by_district(self) -> Mapping[str, Authority]:
        named = {code: Authority(code=code, name=name) for code, name in self.authorities.items()}
        return {one: named[code] for code, outward in self.districts.items() for one in outward}


class AreaText(Table):
    """The authority whose area is the partnership's own."""

    authority: str = Field(min_length=1)

    @field_validator("authority")
    @classmethod
    def _known(cls, code: str, info: ValidationInfo) -> str:
        table = _table_of(info)
        if table is None:
            raise wrong(f"needs {TABLE} beside the profiles: without it no postcode is known to be elsewhere")
        if code not in table.authorities:
            raise wrong(f"'{code}' is no authority of {TABLE}")
        return code

    def area(self, table: Districts) -> Area:
        return Area(authority=self.authority, districts=table.by_district)


def _table_of(info: ValidationInfo) -> Districts | None:
    """Whoever reads a profile gives it along."""
    found = (info.context or {}).get(TABLE)
    return found if isinstance(found, Districts) else None
