"""The demonstration's API keys: made anew each time, each for one thing. Only their hashes are on the disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from mashbus.bus.http.keys import Permission, add_key
from mashbus.domain.partnership import Partnership

NEEDS: Mapping[str, str] = {"rating": "rate", "outcome": "decide", "enough": "decide", "record": "record"}
"""What a key may do that takes each kind of decision of a profile."""


@dataclass(frozen=True)
class Keys:
    form: str
    """The online form's."""
    force: str | None
    """The police force's, for its batches; None where the partnership names no force."""
    people: Mapping[str, str]
    """Of the hub's people, by role."""

    @property
    def reader(self) -> str:
        return next(iter(self.people.values()))


def issue(path: Path, partnership: Partnership) -> Keys:
    """Add the keys to the file of hashes."""
    name = partnership.name
    form = add_key(path, "online-form", partnership=name, role="referrer", may=frozenset({"refer"}))
    force = next((one.id for one in partnership.organisations if one.role == "police"), None)
    return Keys(
        form=form,
        force=force and add_key(
            path, f"{force}-batches", partnership=name, role="police", may=frozenset({"police"}), organisation=force
        ),
        people={
            role: add_key(path, f"{role.replace('_', '-')}-1", partnership=name, role=role, may=may)
            for role, may in permissions(partnership).items()
        },
    )  # fmt: skip


def permissions(partnership: Partnership) -> Mapping[str, frozenset[Permission]]:
    """What each of the hub's people may do, by role: everybody may read."""
    people: dict[str, set[str]] = {}
    for kind, roles in partnership.decides.items():
        for role in roles:
            people.setdefault(role, {"read"}).update({NEEDS[kind]} if kind in NEEDS else ())
    for milestone in partnership.milestones.values():
        for role in milestone.roles:
            people.setdefault(role, {"read"}).add("record")
    for role in partnership.calls.roles if partnership.calls else ():
        people.setdefault(role, {"read"}).add("calls")
    there_are = get_args(Permission)
    return {role: frozenset(one for one in there_are if one in may) for role, may in sorted(people.items())}
