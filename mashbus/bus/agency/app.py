"""How an agency service is made: `agency_app` puts a system of record behind one FastStream application."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta

import structlog
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import FastStream

from mashbus.bus.agency.answering import Answering
from mashbus.bus.agency.attempts import LONGEST_PAUSE, Attempts
from mashbus.bus.agency.desk import Desk
from mashbus.bus.agency.finding import SystemOfRecord
from mashbus.bus.agency.inbox import Inbox
from mashbus.bus.agency.progress import Progress
from mashbus.bus.agency.reading import Reading
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import TransientError
from mashbus.bus.producer import Producer

AT_ONCE = 500
"""Requests looked up side by side. More wait in the topic."""
COMMIT_EVERY = timedelta(milliseconds=100)
"""In the background: awaiting a commit a batch costs a quarter to a half of the throughput (trap 46)."""
LOOK_EVERY = timedelta(seconds=1)
STALLED = timedelta(minutes=10)
"""Records wait and none was begun or finished for so long: the service, or its system of record, has lost its way."""
GRACE = timedelta(seconds=3)
"""What open requests get to finish when the service stops. Those that wait for a person are asked again next time."""

log = structlog.get_logger(__name__)


class Stalled(Exception):
    def __init__(self, organisation: str, stalled: timedelta) -> None:
        super().__init__(f"{organisation}: records wait and none was begun or finished for {stalled}; start it again")


class AgencyApp:
    """A FastStream application and what runs beside it. `start`, wait for `failure`, `stop`; or `await app.run()`."""

    def __init__(self, reading: Reading, attempts: Attempts, producer: Producer, stalled_after: timedelta) -> None:
        self.organisation = reading.organisation
        self.reading = reading
        self.inbox = reading.inbox
        self.progress = Progress(stalled_after)
        self._attempts = attempts
        self._producer = producer
        self._beside: list[asyncio.Task[None]] = []
        self.app = FastStream(
            reading.broker,
            logger=None,
            on_startup=[self._connect],
            after_startup=[self._attend],
            on_shutdown=[self._drain],
            after_shutdown=[producer.stop],
        )

    async def start(self) -> None:
        """Waits for a broker for as long as it takes, then joins the group."""
        await self.app.start()

    async def stop(self) -> None:
        """Open requests get `GRACE`; what is finished is committed, the rest is done by whoever reads next."""
        await self.app.stop()

    async def failure(self) -> BaseException:
        """Returns when the service must end: what it cannot handle, or no progress (trap 17)."""
        watched = [asyncio.create_task(self.inbox.failure()), asyncio.create_task(self._stall())]
        try:
            done, _ = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in watched:
                task.cancel()

    @property
    def live(self) -> bool:
        """False: records wait, and nothing has moved for too long."""
        return self.progress.live

    @property
    def ready(self) -> bool:
        """Whether it has joined its group and was given partitions."""
        consumer = self.reading.consumer
        return consumer is not None and bool(consumer.assignment()) and not self.inbox.closed

    async def _connect(self) -> None:
        pause = 0.2
        while True:
            try:
                return await self._producer.start()
            except TransientError as fault:
                log.warning("broker_awaited", organisation=self.organisation, reason=fault.reason)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _attend(self) -> None:
        self._beside = [asyncio.create_task(self._commit()), asyncio.create_task(self._attempts.again())]
        for task in self._beside:
            task.add_done_callback(self.inbox.watch)

    async def _commit(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_EVERY.total_seconds())
            if (consumer := self.reading.consumer) is not None:
                await self.inbox.commit(consumer)

    async def _drain(self) -> None:
        self.inbox.closed = True
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        if (consumer := self.reading.consumer) is not None:
            await self.inbox.give_back(consumer, GRACE)

    async def _stall(self) -> BaseException:
        while self.progress.live:
            self.progress.observe(waiting=await self._waiting(), moved_at=self.inbox.progressed)
            await asyncio.sleep(LOOK_EVERY.total_seconds())
        return Stalled(self.organisation, self.progress.limit)

    async def _waiting(self) -> bool:
        """Open requests, or records not handed over yet. A partition's end is what the last fetch said (trap 47)."""
        consumer = self.reading.consumer
        if self.inbox.open or consumer is None:
            return bool(self.inbox.open)
        with contextlib.suppress(IllegalStateError, KafkaError, TimeoutError):
            async with asyncio.timeout(1):
                for partition in consumer.assignment():
                    if await consumer.position(partition) < (consumer.highwater(partition) or 0):
                        return True
        return False


def agency_app(
    organisation: str,
    records: SystemOfRecord,
    *,
    kafka: Sequence[str],
    codec: Codec,
    clock: Clock,
    desk: Desk,
    answered_by: str | None = None,
    at_once: int = AT_ONCE,
    stalled_after: timedelta = STALLED,
) -> AgencyApp:
    """The service of one organisation. `kafka` is a list of `host:port`; `answered_by` goes into every answer.

    The group is `agency.<organisation>.answers`: start several and they share the partitions.
    """
    service = f"agency.{organisation}"
    producer = Producer(kafka, codec, source=service)
    answering = Answering(
        organisation, records, codec=codec, desk=desk, publish=producer.publish, now=clock.now, answered_by=answered_by
    )
    attempts = Attempts(organisation, answering.handle, desk=desk, now=clock.now, service=service)
    inbox = Inbox(organisation, attempts.make, at_once=at_once, service=service)
    return AgencyApp(Reading(organisation, inbox, kafka), attempts, producer, stalled_after)
