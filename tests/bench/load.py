"""A sender that costs little itself: HTTP/1.1 on kept connections, and a tail of the log that decodes nothing."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from aiokafka import AIOKafkaConsumer, TopicPartition

from mashbus.contracts.topics import PARTITIONS

ACCEPTED = 202


class NotTaken(Exception):
    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(f"{status}: {content[:500]!r}")


class Door:
    """One kept connection. httpx costs 1 ms of processor a request, as much as what is measured."""

    def __init__(self, url: str, key: str) -> None:
        self._host, self._port = str(urlsplit(url).hostname), int(urlsplit(url).port or 80)
        self._key = key

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def post(self, path: str, idempotency_key: str, body: Mapping[str, Any]) -> tuple[int, bytes]:
        content = json.dumps(body).encode()
        if self._reader.at_eof():  # a server closes what has been idle for some seconds
            self._writer.close()
            await self.__aenter__()
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {self._key}\r\n"
            f"Idempotency-Key: {idempotency_key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return int(head[9:12]), await self._reader.readexactly(length)


class Doors:
    """So many connections; a request takes the next free one."""

    def __init__(self, url: str, key: str, count: int) -> None:
        self._doors = [Door(url, key) for _ in range(count)]
        self._free: asyncio.Queue[Door] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        for door in self._doors:
            self._free.put_nowait(await door.__aenter__())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for door in self._doors:
            await door.__aexit__(kind, fault, trace)

    async def post(self, path: str, idempotency_key: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Raises NotTaken for anything but a 202."""
        door = await self._free.get()
        try:
            status, content = await door.post(path, idempotency_key, body)
        finally:
            self._free.put_nowait(door)
        if status != ACCEPTED:
            raise NotTaken(status, content)
        taken: Mapping[str, Any] = json.loads(content)
        return taken


@dataclass
class Tail:
    """When the broker appended what, by kind of record and case: from headers and keys alone. Real milliseconds."""

    kafka: Sequence[str]
    topics: Sequence[str]
    appended: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    records: int = 0
    last: int = 0
    collated: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    """Cases as their enquiry is closed."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self) -> None:
        """From now on, for ever."""
        async with AIOKafkaConsumer(
            bootstrap_servers=list(self.kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        ) as consumer:
            consumer.assign([TopicPartition(topic, one) for topic in self.topics for one in range(PARTITIONS)])
            for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
                consumer.seek(partition, end)
            self.ready.set()
            while True:
                for raws in (await consumer.getmany(timeout_ms=100, max_records=1000)).values():
                    for raw in raws:
                        self._take(raw)

    def _take(self, raw: Any) -> None:
        kind = next((value for name, value in raw.headers if name == "ce_type"), b"").decode().rpartition(".")[2]
        case_id = (raw.key or b"").decode()
        self.appended.setdefault(kind, {}).setdefault(case_id, []).append(raw.timestamp)
        self.records += 1
        if kind != "MatchOffered":  # a person's to look at some day: nothing of the case waits for it
            self.last = max(self.last, raw.timestamp)
        if kind == "EnquiryCollated":
            self.collated.put_nowait(case_id)

    def times(self, since: str, until: str, cases: Sequence[str]) -> list[int]:
        """Milliseconds from the first record of one kind to the last of another, by case."""
        begun, done = self.appended.get(since, {}), self.appended.get(until, {})
        return [max(done[case]) - min(begun[case]) for case in cases if case in begun and case in done]


def spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"p50": round(median(ordered), 1), "p99": round(ordered[int(len(ordered) * 0.99)], 1), "n": len(ordered)}


async def at_rate(per_second: float, count: int, send: Any) -> list[float]:
    """`send(number)` at these instants whatever the answers take; milliseconds from each one's instant to its answer."""
    begun = time.perf_counter()

    async def one(number: int) -> float:
        due = begun + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await send(number)
        return (time.perf_counter() - due) * 1000

    return list(await asyncio.gather(*(one(number) for number in range(count))))
