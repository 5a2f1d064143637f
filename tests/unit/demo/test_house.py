"""The demonstration's folder: one at a time, wiped at the start, and never a folder that is not its own."""

from pathlib import Path

import pytest

from mashbus.demo.house import DemonstrationRuns, NotOurs, emptied, occupied
from mashbus.stack import Stack


def test_a_second_demonstration_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        occupied(tmp_path / "demo"),
        pytest.raises(DemonstrationRuns, match="already running"),
        occupied(tmp_path / "demo"),
    ):
        pass


def test_the_lock_goes_with_the_demonstration(tmp_path: Path) -> None:
    for _ in range(2):
        with occupied(tmp_path / "demo"):
            pass


def test_what_the_last_one_left_is_gone(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    emptied(home, Stack(home))
    (home / "receipts.jsonl").write_text("old")
    emptied(home, Stack(home))
    assert not (home / "receipts.jsonl").exists()


def test_a_folder_that_no_demonstration_made_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    home.mkdir()
    (home / "thesis.txt").write_text("do not touch")
    with pytest.raises(NotOurs, match="is not wiped"):
        emptied(home, Stack(home))
    assert (home / "thesis.txt").exists()
