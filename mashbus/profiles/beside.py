"""Files that stand beside profiles and are none: the table of postcodes, and directories of schools and nurseries."""

from collections.abc import Sequence
from pathlib import Path

TABLE = "postcodes.toml"
SETTINGS = "-settings.toml"
"""How the name of a directory of settings ends."""
FOLDERS_ABOVE = 3
"""Found beside a profile, or in the folders above: fixtures and past versions use the same ones."""


def is_profile(path: Path) -> bool:
    return path.name != TABLE and not path.name.endswith(SETTINGS)


def companions(folder: Path) -> Sequence[Path]:
    """What profiles of this folder may need besides: whoever copies a profile copies these."""
    return sorted(path for path in folder.glob("*.toml") if not is_profile(path))


def beside(profile: Path, name: str) -> Path | None:
    """Where the file of that name for a profile is, if there is one."""
    own = profile.resolve().parent
    folders = [own, *own.parents][:FOLDERS_ABOVE]
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
