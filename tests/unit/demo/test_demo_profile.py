"""The demonstration's own profile differs in one setting."""

import tomllib
from pathlib import Path

import pytest

from mashbus.bus.settings import checkout_folder
from mashbus.demo.profile import own_profile, patient
from mashbus.profiles import UnknownPartnership, known


@pytest.mark.parametrize(
    "text",
    ['name = "x"\n', '[monitor]\ncanary_every = "1h"\n', '[monitor]\nsilent_after = "15m"\n\n[[rules]]\nname = "y"\n'],
)
def test_whatever_the_profile_says_of_its_monitor_silence_takes_eight_hours(text: str) -> None:
    before, after = tomllib.loads(text), tomllib.loads(patient(text))
    assert after["monitor"]["silent_after"] == "8h"
    others = [{**one, "monitor": {**one.get("monitor", {}), "silent_after": ""}} for one in (before, after)]
    assert others[0] == others[1]


def test_it_is_read_from_the_demonstration_s_own_folder_and_the_original_stays(tmp_path: Path) -> None:
    original = checkout_folder("partnerships") / "hackney.toml"
    before = original.read_text()
    folder = own_profile(tmp_path, original.parent, "hackney")
    assert known(folder) == ("hackney",)
    assert tomllib.loads((folder / "hackney.toml").read_text())["monitor"]["silent_after"] == "8h"
    assert original.read_text() == before


def test_an_unknown_partnership_is_said_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownPartnership, match="no partnership 'atlantis'; there are: cambridgeshire"):
        own_profile(tmp_path, checkout_folder("partnerships"), "atlantis")
