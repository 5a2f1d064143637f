"""The broker's administration: one client, bounded answers, and refusals as errors of ours."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import TypeVar

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from mashbus.bus.errors import BrokerRefused

LIMIT = timedelta(seconds=15)
"""For each answer of the broker."""

R = TypeVar("R")


class Admin(AdminClient):
    """confluent-kafka's, and where it was told to look."""

    def __init__(self, kafka: str) -> None:
        self.settings: dict[str, str | int | float | bool] = {
            "bootstrap.servers": kafka,
            "socket.timeout.ms": int(LIMIT / timedelta(milliseconds=1)),
            "reconnect.backoff.ms": 500,
            "log_level": 2,  # a broker that is down is our error to report, not a line every 50 ms on stderr
        }
        super().__init__(self.settings)


def admin(kafka: str) -> Admin:
    """`kafka` is `host:port`, or several with commas between."""
    return Admin(kafka)


def awaited(what: str, future: "Future[R]", unless: int | None = None) -> R:
    return asked(what, lambda: future.result(LIMIT.total_seconds()), unless)


def asked(what: str, ask: Callable[[], R], unless: int | None = None) -> R:
    try:
        return ask()
    except KafkaException as fault:
        error = fault.args[0]
        if unless is not None and error.code() == unless:
            return None  # type: ignore[return-value]  # what was wanted is there already
        raise BrokerRefused(what, error.name(), error.code()) from fault
    except TimeoutError as fault:
        raise BrokerRefused(what, "TIMED_OUT") from fault
