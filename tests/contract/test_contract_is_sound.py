"""The contract on disk has no fault, and each kind of fault, planted in a copy, is found and named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mashbus.contracts.check import faults
from mashbus.contracts.check.seal import seal

SCHEMAS = Path(__file__).parents[2] / "schemas"
ANSWER = "avro/uk.mashbus.hub.AnswerReceived/1.avsc"
RISK = "avro/uk.mashbus.hub.RiskFlagged/1.avsc"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the contract that may be spoilt."""
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas"))


def edit(file: Path, change: Callable[[Any], object]) -> None:
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))


def field(document: Any, name: str) -> Any:
    return next(one for one in document["fields"] if one["name"] == name)


def reworded(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_contract_has_no_fault() -> None:
    assert faults(SCHEMAS) == ()


DOCUMENTS: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "a field without a doc": (
        ANSWER,
        lambda it: field(it, "summary").pop("doc"),
        "uk.mashbus.hub.AnswerReceived.summary has no doc",
    ),
    "a nested field without a mark": (
        ANSWER,
        lambda it: field(it, "chronology")["type"]["items"]["fields"][1].pop("personal"),
        'uk.mashbus.ChronologyEntry.text has no "personal"',
    ),
    "a list of names marked as nobody's": (
        "avro/uk.mashbus.hub.ReferralReceived/1.avsc",
        lambda it: field(it, "children").update(personal="none"),
        'ReferralReceived.children is marked "none" and holds identity, contact, narrative',
    ),
    "an enum without a default": (
        ANSWER,
        lambda it: field(it, "knowledge")["type"].pop("default"),
        "uk.mashbus.Knowledge has no default symbol UNKNOWN",
    ),
    "an enum that does not say what UNKNOWN means": (
        ANSWER,
        lambda it: field(it, "knowledge")["type"].update(doc="What is known."),
        "uk.mashbus.Knowledge does not say what UNKNOWN means",
    ),
    "a shared type that differs": (
        ANSWER,
        lambda it: field(field(it, "meta")["type"], "partnership").update(doc="Something else."),
        "uk.mashbus.Meta differs from the one in",
    ),
    "a record that holds itself": (
        ANSWER,
        lambda it: field(it, "summary").update(type=["null", "uk.mashbus.hub.AnswerReceived"]),
        "uk.mashbus.hub.AnswerReceived holds itself",
    ),
    "an array of nothing": (
        ANSWER,
        lambda it: field(it, "chronology").update(type={"type": "array", "items": "null"}),
        "is an array of items without bytes",
    ),
    "another type than the view's": (
        ANSWER,
        lambda it: field(it, "organisation").update(type="bytes"),
        "organisation: the view is str, the schema is bytes",
    ),
    "an instant in milliseconds": (
        ANSWER,
        lambda it: field(it, "arrived_at")["type"].update(logicalType="timestamp-millis"),
        "arrived_at: the view is datetime, the schema is timestamp-millis",
    ),
    "a word that the view does not know": (
        ANSWER,
        lambda it: field(it, "knowledge")["type"]["symbols"].append("guessed"),
        "knowledge: the view's words are",
    ),
    "a field that the view lacks": (
        ANSWER,
        lambda it: it["fields"].append({"name": "more", "type": "string", "personal": "none", "doc": "More."}),
        "the view's fields are",
    ),
    "an optional field without null as default": (
        ANSWER,
        lambda it: field(it, "summary").pop("default"),
        "summary: the default of an optional field is null",
    ),
    "another default than the view's": (
        "avro/uk.mashbus.agency.InformationReturned/1.avsc",
        lambda it: field(it, "chronology").pop("default"),
        "chronology: the view's default is [], the schema's is none",
    ),
    "another name than its folder's": (
        ANSWER,
        lambda it: it.update(name="AnswerTaken"),
        "it names itself uk.mashbus.hub.AnswerTaken",
    ),
}


@pytest.mark.parametrize("planted", DOCUMENTS)
def test_a_spoilt_schema_is_named(copy: Path, planted: str) -> None:
    file, change, wanted = DOCUMENTS[planted]
    edit(copy / file, change)
    assert any(wanted in fault for fault in faults(copy)), faults(copy)


def test_an_orphan_schema_is_named(copy: Path) -> None:
    shutil.copytree(copy / "avro/uk.mashbus.hub.PartnerBack", copy / "avro/uk.mashbus.hub.PartnerGone")
    assert "avro/uk.mashbus.hub.PartnerGone: no view reads this schema" in faults(copy)


def test_a_missing_schema_is_named(copy: Path) -> None:
    shutil.rmtree(copy / "avro/uk.mashbus.hub.PartnerBack")
    found = faults(copy)
    assert "avro/uk.mashbus.hub.PartnerBack: no schema for this view" in found
    assert "avro/uk.mashbus.hub.PartnerBack/1.avsc: released, and gone" in found


def test_an_orphan_topic_and_a_record_without_one_are_named(copy: Path) -> None:
    reworded(copy / "topics.toml", "uk.mashbus.hub.PartnerBack", "uk.mashbus.hub.PartnerGone")
    found = faults(copy)
    assert "topics.toml: no topic holds uk.mashbus.hub.PartnerBack" in found
    assert "topics.toml: mash.hub holds uk.mashbus.hub.PartnerGone, which is no record" in found


def test_examples_are_complete_and_of_something(copy: Path) -> None:
    (copy / "examples/uk.mashbus.hub.PartnerBack").rename(copy / "examples/uk.mashbus.hub.PartnerGone")
    found = faults(copy)
    assert "examples/uk.mashbus.hub.PartnerBack/1.json: no example of this schema" in found
    assert "examples/uk.mashbus.hub.PartnerGone/1.json: an example of no schema" in found


def test_an_example_that_the_view_cannot_read_is_named(copy: Path) -> None:
    edit(copy / "examples/uk.mashbus.hub.PartnerBack/1.json", lambda it: it.pop("organisation"))
    assert "examples/uk.mashbus.hub.PartnerBack/1.json: organisation: missing" in faults(copy)


def test_an_example_with_a_number_that_could_ring_is_named(copy: Path) -> None:
    edit(copy / "examples/uk.mashbus.hub.PartnerBack/1.json", lambda it: it.update(organisation="020 7946 1234"))
    assert any("PartnerBack/1.json: holds a telephone number" in fault for fault in faults(copy))


def test_a_stray_file_is_named(copy: Path) -> None:
    (copy / "avro/draft.avsc").write_text("{}")
    assert "avro/draft.avsc: nothing reads this file" in faults(copy)


def test_a_released_file_never_changes(copy: Path) -> None:
    edit(copy / ANSWER, lambda it: it.update(doc="Better words."))
    assert f"{ANSWER}: released, and changed; a change is a new version" in faults(copy)
    assert seal(copy / "avro") == ()
    assert f"{ANSWER}: released, and changed; a change is a new version" in faults(copy)


def test_a_new_file_is_sealed_once_it_is_final(copy: Path) -> None:
    second = copy / "avro/uk.mashbus.hub.PartnerBack/2.avsc"
    shutil.copy(second.with_name("1.avsc"), second)
    assert any("PartnerBack/2.avsc: not in SUMS" in fault for fault in faults(copy))
    assert seal(copy / "avro") == ("uk.mashbus.hub.PartnerBack/2.avsc",)
    assert not any("SUMS" in fault for fault in faults(copy))


def test_a_version_that_breaks_an_earlier_one_is_named(copy: Path) -> None:
    first = copy / RISK
    shutil.copy(first, first.with_name("2.avsc"))
    more = {"name": "needed", "type": "string", "personal": "none", "doc": "A field that old records lack."}
    edit(first.with_name("2.avsc"), lambda it: it["fields"].append(more))
    assert any("RiskFlagged/2 cannot read uk.mashbus.hub.RiskFlagged/1" in fault for fault in faults(copy))


TOPICS = {
    "time that a writer may choose": ("LogAppendTime", "CreateTime", "message.timestamp.type is CreateTime"),
    "compaction": ('"cleanup.policy" = "delete"', '"cleanup.policy" = "compact"', "cleanup.policy is compact"),
    "another number of partitions": ("partitions = 12", "partitions = 6", "6 partitions, not 12"),
    "compressed partners": ('"uncompressed"', '"producer"', "what they compress is unbounded"),
    "a small quarantine": ("2097176", "1048588", "mash.quarantine cannot hold a record of 1048588 bytes"),
    "an answer kept for ever": ("35 days", "for ever", "an organisation's are not"),
}


@pytest.mark.parametrize("planted", TOPICS)
def test_a_spoilt_topic_is_named(copy: Path, planted: str) -> None:
    old, new, wanted = TOPICS[planted]
    reworded(copy / "topics.toml", old, new)
    assert any(wanted in fault for fault in faults(copy)), faults(copy)


@pytest.mark.parametrize("file", ["topics.toml", ANSWER])
def test_a_file_cut_in_half_is_said_at_once(copy: Path, file: str) -> None:
    text = (copy / file).read_text()
    (copy / file).write_text(text[: len(text) // 2])
    (fault,) = faults(copy)
    assert "cannot be read" in fault
