"""Who may do what: every role that a profile names must be one that it has."""

from collections.abc import Iterator, Mapping

from mashbus.profiles.named import unknown
from mashbus.profiles.tables import Fault, Place
from mashbus.profiles.written import Written


def roles_of(profile: Written) -> frozenset[str]:
    """Those of [roles]; of an older profile, which has none, all that may do something."""
    return frozenset(profile.roles) or frozenset().union(*_named(profile).values())


def role_faults(profile: Written) -> Iterator[Fault]:
    if not profile.roles:
        return
    for place, roles in _named(profile).items():
        yield from unknown(place, roles, profile.roles, "[roles] has no")


def _named(profile: Written) -> Mapping[Place, frozenset[str]]:
    named: dict[Place, frozenset[str]] = {("decides", what): roles for what, roles in profile.decides.items()}
    named |= {("milestones", name, "roles"): one.roles for name, one in profile.milestones.items()}
    named |= {("meetings", name, "roles"): one.roles for name, one in profile.meetings.items()}
    return named | ({("calls", "roles"): profile.calls.roles} if profile.calls else {})
