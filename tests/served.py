"""Which partnerships a test's bus serves: a folder of profiles with just those, their past and what stands beside them.

Every connected organisation costs 36 partitions, so a bus serves one partnership unless a test is about several.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from mashbus.bus.settings import checkout_folder
from mashbus.profiles.beside import companions

HACKNEY = ("hackney",)
FIVE = ("cambridgeshire", "gloucestershire", "hackney", "jersey", "medway")


def served(home: Path, names: Iterable[str] = HACKNEY) -> Path:
    """`<home>/partnerships`, made anew with these profiles: for MASHBUS_PARTNERSHIPS, or `Settings(partnerships=…)`."""
    profiles, folder = checkout_folder("partnerships"), home / "partnerships"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in companions(profiles):
        shutil.copy(file, folder)
    for name in names:
        shutil.copy(profiles / f"{name}.toml", folder)
        if (past := profiles / "past" / name).is_dir():
            shutil.copytree(past, folder / "past" / name)
    return folder
