"""Both topics read whole into the process's file: every partition, without a group, for as long as the process runs.

The file is a cache: where it is damaged, or the log is not the one that it was read from, it is deleted and the log is
read again. `fresh` gives no answer before everything that was acknowledged until the question has been read.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.directory import ends
from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.ends import ALL, Asker, Ends
from mashbus.bus.directory.file import Slot, TableDamaged, delete
from mashbus.bus.directory.table import Change, Table
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.metrics import (
    DIRECTORY_CHILDREN,
    DIRECTORY_CONTACTS,
    DIRECTORY_IDENTIFIERS,
    DIRECTORY_LAG,
    DIRECTORY_UNREADABLE,
)
from mashbus.bus.polling import Batch, poll
from mashbus.contracts import topics
from mashbus.contracts.catalogue import Catalogue

WITHIN = timedelta(seconds=5)
"""Real time for what is fresh: then it is tried again."""
TIDY_EVERY = timedelta(minutes=1)
"""Contacts that have had their time are forgotten, and what there is is counted."""
STOPPED_WITHIN = timedelta(seconds=10)
TOLD_EVERY = timedelta(seconds=5)
_BATCH, _HASTY_BATCH = 2000, 10_000
_MANY = 20_000
"""Records behind: then the file is made in haste."""
_FETCH = {"max_partition_fetch_bytes": 256 * 1024, "fetch_max_bytes": 8 * 1024 * 1024}
"""Of 24 partitions: what the client may hold in memory."""
_log = structlog.get_logger()


class NotFresh(TransientError):
    def __init__(self, why: str) -> None:
        super().__init__("directory_not_fresh", f"what is known of children is not read to the end of the log: {why}")


class Reading:
    """One a process: see `mashbus.bus.directory.memory`."""

    def __init__(
        self, kafka: Sequence[str], catalogue: Catalogue, folder: Path, fingerprint: str,
        make: Callable[[Path, Mapping[str, str]], Table] = Table, *, told: bool = True,
    ) -> None:  # fmt: skip
        """`make`: another table of the same records. `told`: False leaves the gauges to the process's other reading."""
        self._make = make
        self._told = told
        self._kafka = list(kafka)
        self._decoder = Decoder(catalogue)
        self._keeps = catalogue.topic(topics.CONTACTS).retention
        self._about = {"key": fingerprint}
        self._slot = Slot(folder)
        self._asker = Asker(kafka)
        self._table: Table | None = None
        self._reached: dict[TopicPartition, int] = {}
        self._moved = asyncio.Event()
        """Replaced with every step: who waits looks again."""
        self._damage: TableDamaged | None = None
        self._tidied = 0.0
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.whole = asyncio.Event()
        """Set once everything that was there at the start has been read."""

    # -- for those who look --------------------------------------------------------------------------------------

    @property
    def table(self) -> Table:
        """Raises NotFresh while the file is made anew."""
        if self._table is None or self._damage or not self.whole.is_set():
            raise NotFresh("the log is being read into a new file")
        return self._table

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """A batch in hand is finished; with the broker down the client may hang (trap 52)."""
        self._stop.set()
        if self._task:
            await asyncio.wait([self._task], timeout=STOPPED_WITHIN.total_seconds())
            self._task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._task
        await self._asker.stop()
        if self._table:
            self._table.close()
            self._table = None
        self._slot.give_back()

    async def read_whole(self, stop: asyncio.Event) -> None:
        """Until everything is read, or `stop`. Raises what ended the reading."""
        waits = [asyncio.create_task(one.wait()) for one in (self.whole, stop)]
        reading = [self._task] if self._task else []
        try:
            await asyncio.wait([*waits, *reading], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
        self._check_alive()

    async def fresh(self) -> None:
        """What was acknowledged before the call has been read. Raises NotFresh after a few seconds."""
        self._check_alive()
        wanted: Ends = {}
        try:
            async with asyncio.timeout(WITHIN.total_seconds()):
                wanted = await self._asker.ends()
                if any(self._reached.get(one, 0) > end for one, end in wanted.items()):
                    raise NotFresh("more was read than the log has")
                while self._lag(wanted):
                    await self._moved.wait()
        except TimeoutError:
            behind = f"{self._lag(wanted)} records behind" if wanted else "the broker does not answer"
            raise NotFresh(behind) from None
        except KafkaError as fault:
            raise NotFresh(type(fault).__name__) from fault

    def damaged(self, damage: TableDamaged) -> None:
        """Told by whoever met it: the file is deleted and read again."""
        self._damage = self._damage or damage

    def _lag(self, wanted: Ends) -> int:
        return sum(max(0, end - self._reached.get(one, 0)) for one, end in wanted.items()) + bool(self._damage)

    def _check_alive(self) -> None:
        if self._task and self._task.done() and not self._stop.is_set():
            self._task.result()

    # -- reading -------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        pause = 0.0
        while not self._stop.is_set():
            try:
                await self._read()
                pause = 0.0
            except TableDamaged as damage:
                self._make_anew(damage)
            except (KafkaError, TransientError, OSError, TimeoutError) as fault:
                _log.warning("the directory can't be read, trying again", fault=str(fault) or type(fault).__name__)
                pause = await self._rest(pause)
            except Exception as fault:  # noqa: BLE001 - who waits for it is not fresh, and leaves when that lasts
                _log.error("the directory can't be read", fault=type(fault).__name__)
                pause = await self._rest(pause)

    async def _rest(self, before: float) -> float:
        pause = min(max(before * 2, 0.2), 2.0)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), pause)
        return pause

    def _make_anew(self, damage: TableDamaged) -> None:
        _log.warning("the directory's file is made anew from the log", file=damage.path.name, because=damage.reason)
        if self._table:
            self._table.close()
        self._table = self._damage = None
        self._reached.clear()
        self.whole.clear()
        delete(self._slot.path)

    async def _read(self) -> None:
        about = {**self._about, **await ends.topic_ids(self._kafka)}
        if self._table is None:
            table = self._make(self._slot.path, about)
            self._reached = {one: table.positions().get((one.topic, one.partition), 0) for one in ALL}
            self._table = table
        self._table.check(about)
        consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
            bootstrap_servers=self._kafka, enable_auto_commit=False, auto_offset_reset="none", **_FETCH
        )
        try:
            await consumer.start()
            await self._follow(consumer, self._table)
        finally:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(consumer.stop(), 5)

    async def _follow(self, consumer: "AIOKafkaConsumer[bytes, bytes]", table: Table) -> None:
        targets = await self._begin(consumer)
        progress = _Progress(self._lag(targets))
        if self._lag(targets) > _MANY and not self.whole.is_set():
            table.hasten()
        while not self._stop.is_set():
            most = _BATCH if self.whole.is_set() else _HASTY_BATCH
            got = await poll(consumer, self._kafka, self._reached.__getitem__, timeout_ms=200, max_records=most)
            if self._damage:
                raise self._damage
            if got:
                await asyncio.to_thread(self._take, table, got)
            self._advance(got, await self._passed(consumer, got))
            if self._told:
                DIRECTORY_LAG.set(sum(max(0, (consumer.highwater(one) or 0) - self._reached[one]) for one in ALL))
            if not self.whole.is_set() and not progress.left(self._lag(targets)):
                await asyncio.to_thread(table.settle)
                progress.done(table)
                self.whole.set()
            if time.monotonic() - self._tidied > TIDY_EVERY.total_seconds() and self.whole.is_set():
                await self._tidy(table)

    async def _begin(self, consumer: "AIOKafkaConsumer[bytes, bytes]") -> Ends:
        """Where the file has come to, past what the log has forgotten. TableDamaged where the log ends before."""
        wanted, begins = await self._ends_past_what_was_read(), await self._asker.begins()
        self._reached = {one: max(following, begins[one]) for one, following in self._reached.items()}
        consumer.assign(list(ALL))
        for one, following in self._reached.items():
            consumer.seek(one, following)
        return wanted

    async def _ends_past_what_was_read(self) -> Ends:
        """A leader that has just taken over may know for a moment of less than its readers do."""
        for _ in range(3):
            wanted = await self._asker.ends()
            if all(self._reached[one] <= end for one, end in wanted.items()):
                return wanted
            await asyncio.sleep(1)
        raise TableDamaged(self._slot.path, "read further than the log reaches")

    def _take(self, table: Table, got: Batch) -> None:
        """In a thread of its own: decoding and writing a batch takes some tenths of a second."""
        changes: list[Change] = []
        for received in (one for records in got.values() for one in records):
            try:
                change = self._decoder.change(received)
            except PermanentError as fault:
                DIRECTORY_UNREADABLE.labels(received.topic).inc()
                _log.error(
                    "a record of the directory can't be read and is passed over",
                    topic=received.topic, partition=received.partition, offset=received.offset, detail=str(fault),
                )  # fmt: skip
                continue
            if change is not None:
                changes.append(change)
        positions = {(one.topic, one.partition): records[-1].offset + 1 for one, records in got.items()}
        table.apply(changes, positions)

    async def _passed(self, consumer: "AIOKafkaConsumer[bytes, bytes]", got: Batch) -> Mapping[TopicPartition, int]:
        """Offsets that are no records any more: compaction and retention leave them behind."""
        passed: dict[TopicPartition, int] = {}
        for one in ALL:
            if one not in got and (consumer.highwater(one) or 0) > self._reached[one]:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.2):
                        passed[one] = await consumer.position(one)
        return passed

    def _advance(self, got: Batch, passed: Mapping[TopicPartition, int]) -> None:
        for one, records in got.items():
            self._reached[one] = records[-1].offset + 1
        for one, following in passed.items():
            self._reached[one] = max(self._reached[one], following)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def _tidy(self, table: Table) -> None:
        """Also: whether the topics are still those that were read."""
        self._tidied = time.monotonic()
        await asyncio.to_thread(table.check, {**self._about, **await ends.topic_ids(self._kafka)})
        begins = {
            one.partition: begin for one, begin in (await self._asker.begins()).items() if one.topic == topics.CONTACTS
        }
        if self._keeps:
            await asyncio.to_thread(table.prune, begins, datetime.now(UTC) - self._keeps)
        if not self._told:
            return
        counts = await asyncio.to_thread(table.beside.counts)
        DIRECTORY_CHILDREN.set(counts.children)
        DIRECTORY_IDENTIFIERS.set(counts.identifiers)
        DIRECTORY_CONTACTS.set(counts.contacts)


class _Progress:
    """Of the first reading, told every few seconds."""

    def __init__(self, records: int) -> None:
        self._records = records
        self._began = self._told = time.monotonic()

    def left(self, records: int) -> int:
        if records and time.monotonic() - self._told > TOLD_EVERY.total_seconds():
            self._told = time.monotonic()
            _log.info("reading the directory", read=self._records - records, of=self._records)
        return records

    def done(self, table: Table) -> None:
        seconds = round(time.monotonic() - self._began, 1)
        _log.info("directory read", records=self._records, seconds=seconds, file=table.path.name)
