"""A person's own referrals: what can be sent, and each fault with its line."""

from pathlib import Path

from mashbus.demo.own_referrals import read
from tests.unit.demo.played import HACKNEY


def test_each_fault_is_said_with_its_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    deep = b"[" * 200_000
    file.write_bytes(
        b'{"source": "2A"}\n\n{"source": \n[1]\n\xff\xfe\n' + deep + b'\n"' + b"x" * 1_000_001 + b'"\n{"source": "6"}'
    )
    found = read(file)
    assert found.documents == [(1, {"source": "2A"}), (8, {"source": "6"})]
    assert [fault.partition(": ")[0] for fault in found.faults] == [f"mine.jsonl:{line}" for line in (3, 4, 5, 6, 7)]
    assert [fault.partition(": ")[2].split(":")[0] for fault in found.faults] == [
        "not JSON", "not a JSON object", "not UTF-8", "JSON nested too deeply", "longer than 1000000 bytes",
    ]  # fmt: skip


def test_a_fault_does_not_repeat_the_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"children": [{"family_name": "Sampleton"}\n')
    [fault] = read(file).faults
    assert "Sampleton" not in fault


def test_they_arrive_in_the_order_of_the_file_under_their_line_as_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"n": 1}\nnonsense\n{"n": 3}\n')
    arrived = read(file).arrivals(1, HACKNEY)
    assert [(one.idempotency_key, one.document) for one in arrived] == [("line-1", {"n": 1}), ("line-3", {"n": 3})]
    assert arrived[0].at < arrived[1].at
