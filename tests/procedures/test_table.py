"""Every requirement of this version has its story, and docs/procedures.md says which. Needs no hub."""

from pathlib import Path

import pytest

from tests.procedures.requirements import NOT_YET, Requirement, Story, faults, not_yet, requirements, stories
from tests.procedures.table import BEGINS, ENDS, PAGE, NoMarks, table, with_table


def test_requirements_and_stories_agree():
    assert not faults(requirements(), stories(), not_yet()), "see tests/procedures/README.md"


def test_the_page_shows_them_as_they_are():
    page = PAGE.read_text()
    assert page == with_table(page, table()), "run python -m tests.procedures.table"


def test_there_are_ninety_of_them():
    assert len(requirements()) == 90


H_08 = Requirement("H-08", "hackney", "Each agency answers in time.")
WANTED = {one.id: one for one in (H_08,)}


def story(requirement: str, partnership: str = "hackney", says: str = "Seen.") -> Story:
    return Story(requirement, f"test_{requirement.replace('-', '_')}_red", partnership, says, f"test_{partnership}.py")


@pytest.mark.parametrize(
    ("told", "waited_for", "fault"),
    [
        ([], (), "H-08 has no story"),
        ([story("H-08"), story("H-99")], (), "test_H_99_red names H-99, which there is not"),
        ([story("H-08", "jersey")], (), "test_H_08_red stands in the file of jersey"),
        ([story("H-08", says="")], (), "test_H_08_red has no docstring: what would a practitioner see?"),
        ([story("H-08")], ("H-12",), f"H-12 in {NOT_YET.name} is nothing to wait for"),
    ],
)
def test_each_fault_is_named(told: list[Story], waited_for: tuple[str, ...], fault: str):
    assert faults(WANTED, told, frozenset(waited_for)) == [fault]


def test_nothing_is_wrong_where_every_requirement_has_its_story():
    assert faults(WANTED, [story("H-08")], frozenset()) == []
    assert faults(WANTED, [], frozenset({"H-08"})) == []
    assert faults(WANTED, [story("H-08")], frozenset({"H-08"})) == []


def test_names_and_docstrings_are_read_without_running_anything(tmp_path: Path):
    (tmp_path / "test_hackney.py").write_text(
        'async def test_H_08_red(door):\n    """Four\n    hours.\n\n    More."""\n'
    )
    (tmp_path / "test_other.py").write_text("def test_nothing_of_a_procedure(): ...\n")
    assert stories(tmp_path) == [Story("H-08", "test_H_08_red", "hackney", "Four hours.", "test_hackney.py")]


def test_what_stands_around_the_table_is_kept():
    page = f"by hand\n{BEGINS}\nold\n{ENDS}\nby hand too\n"
    assert with_table(page, "new") == f"by hand\n{BEGINS}\nnew\n{ENDS}\nby hand too\n"
    with pytest.raises(NoMarks):
        with_table("by hand\n", "new")
