"""Which requirement has which story, read from the words of the requirements and from the names of the tests."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
STORIES = Path(__file__).parent
WORDS = CHECKOUT / "docs" / "procedures.toml"
NOT_YET = STORIES / "not-yet.txt"
"""Ids whose story is not written, or does not tell the whole of it, while there are any."""
_NAMED = re.compile(r"test_([A-Z])_(\d\d)_")


@dataclass(frozen=True)
class Requirement:
    id: str
    partnership: str
    says: str


@dataclass(frozen=True)
class Story:
    requirement: str
    name: str
    partnership: str
    says: str
    """The first sentence of its docstring: what a practitioner sees."""
    file: str


def requirements(words: Path = WORDS) -> Mapping[str, Requirement]:
    """By id, in the order of the file."""
    said = tomllib.loads(words.read_text())
    return {
        name: Requirement(name, partnership, text)
        for partnership, table in said.items()
        for name, text in table.items()
        if name != "title"
    }


def titles(words: Path = WORDS) -> Mapping[str, str]:
    return {name: table["title"] for name, table in tomllib.loads(words.read_text()).items()}


def stories(folder: Path = STORIES) -> Sequence[Story]:
    """Every test that names a requirement, in the order of the files."""
    return [one for path in sorted(folder.glob("test_*.py")) for one in _stories(path)]


def not_yet(path: Path = NOT_YET) -> frozenset[str]:
    return frozenset(path.read_text().split()) if path.exists() else frozenset()


def faults(wanted: Mapping[str, Requirement], told: Sequence[Story], waited_for: frozenset[str]) -> list[str]:
    """Everything that is wrong between requirements and stories, at once."""
    claimed = {one.requirement for one in told}
    return [
        *(f"{one.id} has no story" for one in wanted.values() if one.id not in claimed | waited_for),
        *(f"{one.name} names {one.requirement}, which there is not" for one in told if one.requirement not in wanted),
        *(f"{one.name} stands in the file of {one.partnership}" for one in told if _is_elsewhere(one, wanted)),
        *(f"{one.name} has no docstring: what would a practitioner see?" for one in told if not one.says),
        *(f"{name} in {NOT_YET.name} is nothing to wait for" for name in sorted(waited_for - wanted.keys())),
    ]


def partnership_of(module: str) -> str:
    """Of a file of stories: `test_hackney`, or `test_hackney_known_children` where a partnership has several."""
    return module.rpartition(".")[2].removeprefix("test_").split("_")[0]


def _is_elsewhere(story: Story, wanted: Mapping[str, Requirement]) -> bool:
    return story.requirement in wanted and wanted[story.requirement].partnership != story.partnership


def _stories(path: Path) -> Iterator[Story]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (named := _NAMED.match(node.name)):
            says = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
            yield Story(f"{named[1]}-{named[2]}", node.name, partnership_of(path.stem), says, path.name)
