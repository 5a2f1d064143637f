"""Whose area a postcode lies in (G-02): by its outward code, from a table that may be replaced by a better lookup."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mashbus.domain.referral import Child

INWARD = 3
"""The last three characters of a postcode: a street or so."""
SHORTEST = 5
"""A whole postcode, such as M1 1AA without its blank."""


@dataclass(frozen=True, kw_only=True)
class Authority:
    code: str
    """ONS code such as E10000013; Jersey, which has none, by a name of its own."""
    name: str


@dataclass(frozen=True, kw_only=True)
class Area:
    """`districts`: outward codes that lie in one authority alone. One that straddles a border is left out."""

    authority: str
    districts: Mapping[str, Authority] = field(default_factory=dict)

    def elsewhere(self, children: Iterable[Child]) -> Authority | None:
        """The other authority where all the children live, if that is certain; what is not known stays here."""
        homes = [self._of(child) for child in children]
        first = homes[0] if homes else None
        if first is None or first.code == self.authority or any(one != first for one in homes):
            return None
        return first

    def _of(self, child: Child) -> Authority | None:
        postcode = "".join((child.address.postcode or "").split()).upper() if child.address else ""
        return self.districts.get(postcode[:-INWARD]) if len(postcode) >= SHORTEST else None
