"""Structured logs: one JSON object a line, event names and ids only. Personal data has no way in (promise P7).

Exceptions are logged by class and place, never by message: a message may quote a record.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

_RATE = 5
"""Lines of one library logger a second: a leaderless producer wrote 27,000 in 18 s (trap 52)."""


def configure(service: str) -> None:
    """For one process, on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_messages,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(process=service)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(service))
    handler.addFilter(_Rate())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _without_messages(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its class and where it was raised."""
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        event["fault"] = type(fault).__name__
        event["at"] = _place(fault.__traceback__)
    return event


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""


class _Line(logging.Formatter):
    """Libraries' own warnings: their text speaks of brokers and groups, not of records; tracebacks are left out."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        event = {"process": self._service, "level": record.levelname.lower(), "library": record.name}
        if record.exc_info and record.exc_info[1]:
            event |= {"fault": type(record.exc_info[1]).__name__, "at": _place(record.exc_info[2])}
        said = str(record.msg).partition("\n")[0]  # asyncio goes on with the task and its exception, spelt out
        return str(structlog.processors.JSONRenderer()(None, "", {"event": said, **event}))


class _Rate(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self._second: dict[str, tuple[int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        second, count = self._second.get(record.name, (0, 0))
        count = count + 1 if second == int(record.created) else 1
        self._second[record.name] = (int(record.created), count)
        return count <= _RATE
