"""The codec believes nothing: every kind of bad bytes is a PermanentError of its own kind that quotes nothing."""

import json
import traceback
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mashbus.bus.codec import FRAME, RECORD_OVERHEAD, Codec
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.schema_ids import FixedIds
from mashbus.contracts import agency, hub
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.domain.vocabulary import Knowledge

SCHEMAS = Path(__file__).parents[3] / "schemas"
CATALOGUE = Catalogue.load(SCHEMAS)
IDS = FixedIds(CATALOGUE)
CODEC = Codec(CATALOGUE, IDS)
RESPONSES = "agency.met-police.responses"
RETURNED = "uk.mashbus.agency.InformationReturned/1"
NAME = "Testchild"
"""What no message may ever hold."""


def refusal(topic: str, value: bytes | None, headers: dict[str, str] | None = None, codec: Codec = CODEC) -> str:
    """The reason of the refusal; looks at everything that a log could show of it."""
    with pytest.raises(PermanentError) as caught:
        codec.decode(topic, value, headers or {})
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.detail
    assert NAME not in shown
    assert NAME.encode().hex() not in shown
    return caught.value.reason


def framed(dataschema: str, body: bytes) -> bytes:
    return FRAME.pack(0, IDS.id_of("", dataschema)) + body


def written(dataschema: str, plain: dict[str, Any], catalogue: Catalogue = CATALOGUE) -> bytes:
    out = BytesIO()
    fastavro.schemaless_writer(out, catalogue.writer(dataschema), plain)
    return out.getvalue()


def answer() -> agency.InformationReturned:
    text = (SCHEMAS / "examples" / f"{RETURNED}.json").read_text()
    record = agency.InformationReturned.model_validate_json(text)
    return record.model_copy(update={"summary": f"{NAME} is known to us."})


VALUE = CODEC.encode(RESPONSES, answer())


# -- what is not a record at all ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no_value"),
        (b"", "not_framed"),
        (b"\x00\x00\x00", "not_framed"),
        (b"\x01" + VALUE[1:], "not_framed"),
        (NAME.encode() * 3, "not_framed"),
        (FRAME.pack(0, 999_999) + VALUE[5:], "unknown_schema"),
        (VALUE[:5], "unreadable"),
        (VALUE[:-1], "unreadable"),
        (VALUE + b"\x00", "bytes_differ"),
    ],
)
def test_trap_27_bytes_that_are_no_record(value: bytes | None, reason: str) -> None:
    assert refusal(RESPONSES, value) == reason


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else_happens(body: bytes) -> None:
    assert refusal(RESPONSES, framed(RETURNED, body)) in {"unreadable", "bytes_differ", "not_valid"}


@given(st.data())
def test_a_record_with_one_byte_changed_is_refused_or_is_another_record(data: st.DataObject) -> None:
    place = data.draw(st.integers(5, len(VALUE) - 1))
    changed = VALUE[:place] + bytes([VALUE[place] ^ data.draw(st.integers(1, 255))]) + VALUE[place + 1 :]
    try:
        record = CODEC.decode(RESPONSES, changed, {})
    except PermanentError:
        return
    assert CODEC.encode(RESPONSES, record)[5:].lower() == changed[5:].lower()


def test_the_size_is_looked_at_before_anything_is_decoded() -> None:
    limit = CATALOGUE.topic(RESPONSES).max_bytes
    assert refusal(RESPONSES, b"\x01" * limit) == "not_framed"
    assert refusal(RESPONSES, b"\x01" * (limit + 1)) == "too_large"


# -- indexes and blocks that fastavro takes without a word (trap 27) ----------------------------------------------


def parts() -> tuple[bytes, bytes]:
    """An answer's bytes before `knowledge`, and those after it."""
    known = written(RETURNED, {**plain(), "knowledge": "known"})
    possible = written(RETURNED, {**plain(), "knowledge": "possible"})
    place = next(i for i in range(len(known)) if known[i] != possible[i])
    return known[:place], known[place + 1 :]


def plain() -> dict[str, Any]:
    return answer().model_dump()


@pytest.mark.parametrize(
    ("index", "reason"), [(b"\x01", "bytes_differ"), (b"\x08", "unreadable"), (b"\x80\x00", "bytes_differ")]
)
def test_trap_27_an_enum_index_out_of_range(index: bytes, reason: str) -> None:
    """-1 would be read as the last symbol; 4 is beyond it; 0 in two bytes is no plain encoding."""
    before, after = parts()
    assert CODEC.decode(RESPONSES, framed(RETURNED, before + b"\x00" + after), {})
    assert refusal(RESPONSES, framed(RETURNED, before + index + after)) == reason


def test_trap_27_a_union_index_of_minus_one() -> None:
    """-1 would be read as the last branch: a summary where null was written."""
    before, after = parts()
    assert after[0] == 2
    assert refusal(RESPONSES, framed(RETURNED, before + b"\x00\x01" + after[1:])) == "bytes_differ"
    assert refusal(RESPONSES, framed(RETURNED, before + b"\x00\x04" + after[1:])) == "unreadable"


HUGE = b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"
"""2**63 - 1 as Avro writes it."""
HUGE_NEGATIVE = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"


@pytest.mark.parametrize("count", [HUGE, HUGE_NEGATIVE + HUGE, b"\x80\x80\x80\x80\x80\x20", b"\x01\x00"])
@pytest.mark.timeout(10)
def test_trap_27_a_block_that_asks_for_more_than_there_is(count: bytes) -> None:
    """Six bytes that promise billions of chronology entries: refused for want of bytes, without allocating them."""
    bare = written(RETURNED, {**plain(), "summary": None, "analysis": None, "chronology": [], "answered_by": None})
    assert bare.endswith(b"\x00\x00\x00\x00")
    assert refusal(RESPONSES, framed(RETURNED, bare[:-2] + count + b"\x00\x00")) in {"unreadable", "bytes_differ"}


@pytest.mark.parametrize("length", [HUGE, HUGE_NEGATIVE, b"\x01"])
@pytest.mark.timeout(10)
def test_trap_27_a_string_longer_than_the_record(length: bytes) -> None:
    before, after = parts()
    body = before + b"\x00\x02" + length + after[2:]
    assert refusal(RESPONSES, framed(RETURNED, body)) in {"unreadable", "bytes_differ"}


def test_text_that_is_not_utf_8() -> None:
    place = VALUE.index(NAME.encode())
    assert refusal(RESPONSES, VALUE[:place] + b"\xff" + VALUE[place + 1 :]) == "unreadable"


def test_an_instant_beyond_the_calendar() -> None:
    body = written(RETURNED, plain() | {"meta": plain()["meta"] | {"occurred_at": 2**62}})
    assert refusal(RESPONSES, framed(RETURNED, body)) == "unreadable"


def test_an_id_that_is_none_names_the_field_only() -> None:
    out = BytesIO()
    schema = json.loads(json.dumps(CATALOGUE.document(RETURNED)).replace(', "logicalType": "uuid"', ""))
    broken = json.loads(answer().model_dump_json())
    broken["meta"]["occurred_at"] = 0
    broken["chronology"] = []
    fastavro.schemaless_writer(out, schema, broken | {"request_id": NAME})
    with pytest.raises(PermanentError) as caught:
        CODEC.decode(RESPONSES, framed(RETURNED, out.getvalue()), {})
    assert caught.value.reason == "not_valid"
    assert caught.value.detail == "uk.mashbus.agency.InformationReturned: request_id: uuid_parsing"


# -- which schema it was written with -----------------------------------------------------------------------------


def test_a_valid_record_of_another_topic() -> None:
    cases = CODEC.encode("mash.cases", example_of(hub.RequestSeenNoted))
    assert refusal(RESPONSES, cases) == "not_of_this_topic"
    assert refusal(RESPONSES, cases, {"ce_dataschema": "uk.mashbus.hub.RequestSeenNoted/1"}) == "not_of_this_topic"


def test_a_header_that_contradicts_the_id() -> None:
    assert refusal(RESPONSES, VALUE, {"ce_dataschema": "uk.mashbus.agency.RequestSeen/1"}) == "schema_disagrees"


def test_a_header_that_names_nothing_known_leaves_it_to_the_id() -> None:
    assert CODEC.decode(RESPONSES, VALUE, {"ce_dataschema": "uk.example.Other/7"}) == answer()


def test_without_a_registry_the_header_decides() -> None:
    alone = Codec(CATALOGUE, FixedIds())
    assert alone.decode(RESPONSES, VALUE, {"ce_dataschema": RETURNED}) == answer()
    assert refusal(RESPONSES, VALUE, {}, alone) == "unknown_schema"
    with pytest.raises(TransientError, match="not_registered"):
        alone.encode(RESPONSES, answer())


def newer() -> Catalogue:
    """A catalogue with a second version of the answer, which the views of this program do not know yet."""
    document = json.loads(json.dumps(CATALOGUE.document(RETURNED)))
    fields = {field["name"]: field for field in document["fields"]}
    fields["knowledge"]["type"]["symbols"].insert(0, "withheld")
    document["fields"].append(
        {"name": "desk", "type": ["null", "string"], "default": None, "doc": "", "personal": "none"}
    )
    documents = {one: CATALOGUE.document(one) for one in CATALOGUE.dataschemas}
    return Catalogue({**documents, "uk.mashbus.agency.InformationReturned/2": document}, CATALOGUE.topic_entries)


def test_trap_29_a_newer_writer_does_not_break_an_older_reader() -> None:
    """Its new word becomes UNKNOWN, which the rules treat cautiously; its new field is not seen (trap 30)."""
    catalogue = newer()
    second = "uk.mashbus.agency.InformationReturned/2"
    body = written(second, plain() | {"knowledge": "withheld", "desk": "4"}, catalogue)
    value = FRAME.pack(0, FixedIds(catalogue).id_of("", second)) + body

    record = Codec(catalogue, FixedIds(catalogue)).decode(RESPONSES, value, {})

    assert record == answer().model_copy(update={"knowledge": Knowledge.UNKNOWN})


def test_trap_29_an_older_writer_under_a_newer_catalogue_is_checked_by_its_own_schema() -> None:
    catalogue = newer()
    value = FRAME.pack(0, FixedIds(catalogue).id_of("", RETURNED)) + VALUE[5:]
    codec = Codec(catalogue, FixedIds(catalogue))
    assert codec.decode(RESPONSES, value, {}) == answer()
    assert refusal(RESPONSES, value + b"\x00", {}, codec) == "bytes_differ"


# -- what we write ------------------------------------------------------------------------------------------------


def example_of(view: type[Record]) -> Record:
    return view.model_validate_json((SCHEMAS / "examples" / f"{view.dataschema()}.json").read_text())


def not_written(topic: str, record: Record) -> str:
    with pytest.raises(PermanentError) as caught:
        CODEC.encode(topic, record)
    assert NAME not in "".join(traceback.format_exception(caught.value))
    return caught.value.reason


@pytest.mark.parametrize(
    "careless",
    [
        {"chronology": NAME},
        {"chronology": [agency.ChronologyEntry(on=None, text=NAME)]},
        {"summary": 7},
        {"knowledge": "guessed"},
        {"request_id": None},
        {"meta": answer().meta.model_copy(update={"occurred_at": datetime(2026, 3, 2, 9, 0)})},  # noqa: DTZ001
    ],
)
def test_trap_28_what_fastavro_would_take_for_something_else(careless: dict[str, Any]) -> None:
    """A careless `model_copy` checks nothing: a naive instant, letters for a list, a word outside the enum."""
    assert not_written(RESPONSES, answer().model_copy(update=careless)) == "not_encodable"


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    here = datetime(2026, 7, 1, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    record = answer().model_copy(update={"meta": answer().meta.model_copy(update={"occurred_at": here})})
    back = CODEC.decode(RESPONSES, CODEC.encode(RESPONSES, record), {})
    assert back.meta.occurred_at == here
    assert back.meta.occurred_at.tzinfo == UTC


def test_no_record_is_written_to_a_topic_of_others() -> None:
    assert not_written("mash.cases", answer()) == "not_of_this_topic"


def test_a_record_too_large_for_its_topic_is_refused_before_the_broker_does() -> None:
    room = CATALOGUE.topic(RESPONSES).max_bytes - RECORD_OVERHEAD
    fits = answer().model_copy(update={"analysis": "x" * (room - len(VALUE))})
    assert CODEC.decode(RESPONSES, CODEC.encode(RESPONSES, fits), {}) == fits
    assert not_written(RESPONSES, answer().model_copy(update={"analysis": "x" * room})) == "too_large"
