"""FULL_TRANSITIVE by Apache Avro's own checker: what may be added, and that the check goes red on what may not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.check.compatibility import faults, incompatible

CATALOGUE = Catalogue.load(Path(__file__).parents[2] / "schemas")
FIRST = CATALOGUE.document("uk.mashbus.agency.InformationReturned/1")


def changed(change: Callable[[Any], object]) -> dict[str, Any]:
    document = json.loads(json.dumps(FIRST))
    change(document)
    return document


def field(document: Any, name: str) -> Any:
    return next(one for one in document["fields"] if one["name"] == name)


def verdict(*versions: dict[str, Any]) -> list[str]:
    return list(incompatible([(f"InformationReturned/{number}", one) for number, one in enumerate(versions, start=1)]))


def test_every_version_reads_every_other() -> None:
    assert list(faults(CATALOGUE)) == []


COMPATIBLE: dict[str, Callable[[Any], object]] = {
    "an optional field": lambda it: it["fields"].append({"name": "more", "type": ["null", "string"], "default": None}),
    "a word in an enum": lambda it: field(it, "knowledge")["type"]["symbols"].insert(0, "withheld"),
    "better words in a doc": lambda it: it.update(doc="Better words."),
}
BREAKING: dict[str, Callable[[Any], object]] = {
    "a field that old records lack": lambda it: it["fields"].append({"name": "more", "type": "string"}),
    "a field gone that old readers need": lambda it: it["fields"].remove(field(it, "knowledge")),
    "another type": lambda it: field(it, "request_id").update(type="long"),
    "null no longer allowed": lambda it: field(it, "summary").update(type="string", default=""),
    "another name": lambda it: it.update(name="InformationGiven"),
}


@pytest.mark.parametrize("change", COMPATIBLE)
def test_what_may_be_added(change: str) -> None:
    assert verdict(FIRST, changed(COMPATIBLE[change])) == []


@pytest.mark.parametrize("change", BREAKING)
def test_what_breaks_goes_red(change: str) -> None:
    assert verdict(FIRST, changed(BREAKING[change])) != []


def test_every_pair_is_asked_not_only_neighbours() -> None:
    """A field that goes in version 2 and comes back as another type in 3: 3 and 2 agree, 3 and 1 do not."""
    third = changed(lambda it: field(it, "summary").update(type=["null", "long"]))
    second = changed(lambda it: it["fields"].remove(field(it, "summary")))
    assert verdict(FIRST, second) == []
    assert verdict(second, third) == []
    found = verdict(FIRST, second, third)
    assert found
    assert all("/1" in fault and "/3" in fault for fault in found)
