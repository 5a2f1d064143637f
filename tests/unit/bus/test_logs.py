"""Personal data has no way into a log line, whoever's library writes it (P7)."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog
from core_story import PERSONAL

from mashbus.bus import logs


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error of a process that is configured as ours are."""
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    handlers, level = logging.root.handlers[:], logging.root.level
    logging.root.handlers[:] = []
    logs.configure("test")
    yield err
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(said: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def failed() -> Exception:
    try:
        int("Tamsin Sampleton")
    except ValueError as fault:
        return fault
    raise AssertionError


def test_a_library_s_line_keeps_its_text_and_leaves_out_what_was_put_into_it(
    said: io.StringIO,
) -> None:
    logging.getLogger("aiokafka").warning("Heartbeat failed for %s", "Tamsin Sampleton")
    logging.getLogger("aiokafka").error("it broke", exc_info=failed())
    first, second = lines(said)
    assert first["event"] == "Heartbeat failed for %s"
    assert second["fault"] == "ValueError"
    assert second["at"].startswith("test_logs.py:")
    assert not [word for word in PERSONAL if word in json.dumps([first, second])]


def test_a_fault_of_ours_is_told_by_class_and_place(said: io.StringIO) -> None:
    structlog.get_logger().error("stopped", exc_info=failed())
    (line,) = lines(said)
    assert (line["event"], line["fault"]) == ("stopped", "ValueError")
    assert "Tamsin" not in json.dumps(line)


async def test_asyncio_spells_out_a_lost_task_s_exception_and_we_do_not(said: io.StringIO) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.set_exception(failed())
    loop.default_exception_handler({"message": "Task exception was never retrieved", "future": future})
    future.exception()
    (line,) = lines(said)
    assert line["event"] == "Task exception was never retrieved"
    assert "Tamsin" not in json.dumps(line)


def test_trap_52_a_library_writes_five_lines_a_second_at_most(said: io.StringIO) -> None:
    for _ in range(2000):
        logging.getLogger("aiokafka.producer").warning("no leader")
    assert len(lines(said)) <= 10
