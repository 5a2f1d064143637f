"""Names that one table of a profile uses of another: each must be there, and be there once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mashbus.profiles.tables import Fault, Place


def unknown(
    place: Place, named: Iterable[str], there: Iterable[str] | Mapping[str, object], said: str
) -> Iterator[Fault]:
    """`said` and the name that is not there, with those that are."""
    names = sorted(there)
    for name in sorted(set(named) - set(names)):
        yield place, f"{said} '{name}'; there are: {', '.join(names) or 'none'}"


def twice(table: str, names: Sequence[str], key: str = "name") -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (table, index, key), f"'{name}' is named twice"
