"""CloudEvents headers out; text headers in, whatever came."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from mashbus.bus.headers import cloudevent, normalise
from mashbus.contracts.hub import PartnerBack
from mashbus.contracts.record import Meta

EVENT = UUID("00000000-0000-5000-8000-000000000001")
CASE = UUID("00000000-0000-5000-8000-000000000002")


def record(case_id: UUID | None = CASE) -> PartnerBack:
    at = datetime(2026, 3, 2, 9, 15, 0, 250, tzinfo=UTC)
    meta = Meta(event_id=EVENT, partnership="hackney", case_id=case_id, occurred_at=at)
    return PartnerBack(meta=meta, organisation="met-police", silent_since=at)


def test_a_record_says_in_its_headers_what_its_meta_says() -> None:
    assert dict(cloudevent(record(), "/mashbus/intake", traceparent="00-1-2-01")) == {
        "ce_specversion": b"1.0",
        "ce_id": str(EVENT).encode(),
        "ce_type": b"uk.mashbus.hub.PartnerBack",
        "ce_source": b"/mashbus/intake",
        "ce_time": b"2026-03-02T09:15:00.000250Z",
        "ce_subject": str(CASE).encode(),
        "ce_dataschema": b"uk.mashbus.hub.PartnerBack/1",
        "content-type": b"application/avro",
        "traceparent": b"00-1-2-01",
    }


def test_what_belongs_to_no_case_has_no_subject() -> None:
    assert "ce_subject" not in dict(cloudevent(record(None), "/mashbus/status"))


def test_trap_41_headers_are_a_list() -> None:
    assert type(cloudevent(record(), "/mashbus/intake")) is list


@pytest.mark.parametrize("value", [None, b"\xff\xfe"])
def test_trap_4_a_header_that_is_no_text_is_dropped_and_counted(value: bytes | None) -> None:
    headers = normalise([("ce_id", b"1"), ("odd", value)])
    assert headers == {"ce_id": "1"}
    assert headers.dropped == 1


def test_trap_5_reply_to_never_comes_through() -> None:
    assert normalise([("reply_to", b"mash.cases"), ("ce_id", b"1")]) == {"ce_id": "1"}


def test_of_a_name_that_comes_twice_the_last_counts() -> None:
    assert normalise([("ce_id", b"1"), ("ce_id", b"2")]) == {"ce_id": "2"}
