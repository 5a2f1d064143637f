"""The demonstration's own copy of its partnership's profile: the same but for how soon a partner counts as silent.

In a week that is played in minutes a quarter of an hour is half a second: everybody would be silent all the time.
"""

import re
import shutil
from pathlib import Path

from mashbus.profiles import UnknownPartnership, known
from mashbus.profiles.beside import companions

FOLDER = "partnerships"
SILENT_AFTER = 'silent_after = "8h"'
_MONITOR = "[monitor]"


def own_profile(home: Path, partnerships: Path, name: str) -> Path:
    """The folder to read from: the profile that is played, and what stands beside. Raises UnknownPartnership."""
    if name not in known(partnerships):
        raise UnknownPartnership(name, known(partnerships))
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(patient((partnerships / f"{name}.toml").read_text()))
    for file in companions(partnerships):
        shutil.copy(file, folder)
    return folder


def patient(profile: str) -> str:
    """The profile's text with eight hours of silence."""
    text = re.sub(r"(?m)^silent_after\s*=.*\n", "", profile)
    if _MONITOR in text:
        return text.replace(_MONITOR, f"{_MONITOR}\n{SILENT_AFTER}", 1)
    return f"{text}\n{_MONITOR}\n{SILENT_AFTER}\n"
