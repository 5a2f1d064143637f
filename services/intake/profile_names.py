"""Names that a partnership's profile gives: of outcomes, pathways, milestones. One that it doesn't have is a fault."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from mashbus.bus.http.problems import Fault


def places(where: str, names: Sequence[str]) -> Mapping[str, str]:
    return {f"{where}/{index}": name for index, name in enumerate(names)}


def strangers(where: Mapping[str, str | None], there: Collection[str], what: str) -> Iterable[Fault]:
    """One fault for each name that the profile doesn't have."""
    remedy = f"send one of {named(there)}" if there else "leave it out: there is none"
    return (
        Fault(place, f"the partnership has no such {what}", remedy)
        for place, name in where.items()
        if name not in there
    )


def named(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"
