"""Decides whether a profile can be trusted: every fault at once, each with file and line, or plain values."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from mashbus.domain.partnership import Partnership
from mashbus.profiles.areas import Districts
from mashbus.profiles.beside import TABLE, beside, is_profile
from mashbus.profiles.encompass_text import TODAY, SettingsText
from mashbus.profiles.lines import line_of
from mashbus.profiles.tables import Table
from mashbus.profiles.text import ProfileText

T = TypeVar("T", bound=Table)

FIXTURES = "fixtures"
"""A folder beside the profiles: found by commands, served by nothing."""

PAST = "past"
"""`past/<name>/`: earlier versions of a profile, byte for byte, for the deadlines that they computed (reading 7)."""


class ProfileRefused(Exception):
    """A profile with faults is not run: `faults` holds `file:line: reason`, one each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class UnknownPartnership(LookupError):
    def __init__(self, name: str, known_names: tuple[str, ...]) -> None:
        super().__init__(f"no partnership '{name}'; there are: {', '.join(known_names) or 'none'}")


def known(folder: Path) -> tuple[str, ...]:
    """The names of the profiles that a service serves: those right in the folder."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml") if is_profile(path)))


def load(name: str, folder: Path) -> Partnership:
    """The profile of that name, checked. Raises UnknownPartnership or ProfileRefused."""
    path = folder / f"{name}.toml"
    if not path.is_file():
        raise UnknownPartnership(name, known(folder))
    partnership = read(path)
    if partnership.name != name:
        line = line_of(path.read_text(), ("name",))
        raise ProfileRefused((f"{path.name}:{line}: name: is '{partnership.name}', and the file is named '{name}'",))
    earlier = [read(one) for one in sorted((folder / PAST / name).glob("*.toml"))]
    if gone := tuple(_gone(path, partnership, earlier)):
        raise ProfileRefused(gone)
    return replace(partnership, past={one.version: one for one in earlier})


def find(said: str, folder: Path) -> Partnership:
    """For commands: a name, that of a fixture too, or the path of a profile. Raises as `load`."""
    if said in found(folder):
        return load(said, folder if said in known(folder) else folder / FIXTURES)
    if not Path(said).is_file():
        raise UnknownPartnership(said, found(folder))
    return read(Path(said))


def found(folder: Path) -> tuple[str, ...]:
    """The names that `find` knows."""
    return tuple(sorted({*known(folder), *known(folder / FIXTURES)}))


def _gone(path: Path, now: Partnership, earlier: Iterable[Partnership]) -> Iterator[str]:
    """What cases that were opened by an earlier version may still name: an outcome's words, the clocks of a pathway."""
    for then in earlier:
        for table in ("pathways", "outcomes", "contact_types"):
            for name in sorted(getattr(then, table).keys() - getattr(now, table).keys()):
                said = f"leaves out '{name}' of version {then.version}, which cases may still go by: keep it"
                yield f"{path.name}: {table}: {said}"


def read(path: Path) -> Partnership:
    """The profile in a file, checked. Raises ProfileRefused, with the faults of its directory of settings too."""
    table = beside(path, TABLE)
    districts = _districts(table) if table else None
    raw = path.read_bytes()
    settings, faults = _settings(path, _table(path.name, raw))
    try:
        text = _checked(ProfileText, path.name, raw, {TABLE: districts, **settings})
    except ProfileRefused as refused:
        raise ProfileRefused((*refused.faults, *faults)) from None
    if faults:
        raise ProfileRefused(faults)
    directory = settings.get(text.encompass.settings) if text.encompass else None
    version = f"{text.version}+{hashlib.sha256(raw).hexdigest()[:8]}"
    return text.partnership(version, districts, directory.by_urn() if directory else None)


def _settings(path: Path, profile: Mapping[str, Any]) -> tuple[Mapping[str, SettingsText], tuple[str, ...]]:
    """The directory of settings that a profile names, by the file's name, and its faults. Empty where there is none."""
    encompass = profile.get("encompass")
    name = encompass.get("settings") if isinstance(encompass, Mapping) else None
    found = beside(path, name) if isinstance(name, str) and not is_profile(Path(name)) else None
    if found is None:
        return {}, ()
    try:
        return {
            found.name: _checked(SettingsText, found.name, found.read_bytes(), {TODAY: datetime.now(UTC).date()})
        }, ()
    except ProfileRefused as refused:
        return {found.name: SettingsText()}, refused.faults


@cache
def _districts(path: Path) -> Districts:
    """The same for all profiles, read once."""
    return _checked(Districts, path.name, path.read_bytes(), {})


def _table(name: str, raw: bytes) -> Mapping[str, Any]:
    try:
        return tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ProfileRefused((f"{name}: {fault}",)) from None


def _checked(kind: type[T], name: str, raw: bytes, context: Mapping[str, object]) -> T:
    table = _table(name, raw)
    written = raw.decode()
    try:
        return kind.model_validate(table, context=context)
    except ValidationError as refused:
        raise ProfileRefused(
            tuple(
                f"{name}:{line_of(written, place)}: {'.'.join(map(str, place))}: {fault['msg']}"
                for fault in refused.errors(include_url=False, include_input=False)
                for place in [tuple(part for part in fault["loc"] if part != "[key]")]
            )
        ) from None
