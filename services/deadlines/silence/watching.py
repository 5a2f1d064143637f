"""Says which organisations have fallen silent, and which are back: beside the loop, slowly, on clients of its own.

Every instance watches all organisations and knows from the log what was said; the one that owns the partition of a
record says it. A broker that does not answer changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.headers import DATASCHEMA, normalise
from mashbus.bus.loop import Loop
from mashbus.bus.metrics import PARTNER_SILENT, RETRIES
from mashbus.bus.producer import Producer, addressed, partition_of
from mashbus.bus.received import Received
from mashbus.contracts import hub, topics
from mashbus.contracts.record import Record
from mashbus.domain.partnership import Partnership
from services.deadlines.silence.asking import KIT_GROUP, Partners, Spans
from services.deadlines.silence.judging import Owed, Said, Watched, back, seen, silence_of, silent
from services.deadlines.silence.owed import Account

LOOK_EVERY = timedelta(seconds=3)
"""Real time between two looks."""
_KINDS = {kind.full_name() for kind in (hub.PartnerSilent, hub.PartnerBack)}
_PASSING = (KafkaError, TransientError, TimeoutError)

_log = structlog.get_logger()

Pair = tuple[str, str]
"""(partnership, organisation)"""


def watched_pairs(profiles: Mapping[str, Partnership]) -> Mapping[Pair, timedelta]:
    """Every connected organisation of every partnership, and after how much bus time it counts as silent there."""
    return {
        (name, organisation.id): profile.silent_after
        for name, profile in profiles.items()
        for organisation in profile.organisations
        if organisation.connected
    }


class SilenceWatch:
    """Beside the loop of the deadlines service, under its lock and its assignment."""

    def __init__(
        self, loop: Loop[Any], producer: Producer, clock: Clock, codec: Codec, pairs: Mapping[Pair, timedelta],
        asking: Callable[[], AbstractAsyncContextManager[Partners]], every: timedelta = LOOK_EVERY,
    ) -> None:  # fmt: skip
        self._loop = loop
        self._producer = producer
        self._clock = clock
        self._codec = codec
        self._pairs = pairs
        self._groups = {organisation: {KIT_GROUP.format(organisation)} for _, organisation in pairs}
        """Every group ever seen of it, and the one that is most likely."""
        self._asking = asking
        self._every = every.total_seconds()
        self._said = Said()
        self._heard: Mapping[TopicPartition, int] | None = None
        self._watched: dict[str, Watched] = {}
        self._owed: dict[str, tuple[Spans, Mapping[str, Owed]]] = {}
        """What one who seems silent owes by its topics, and up to where: read again only when there is more."""

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. Raises what is unforeseen."""
        watching, stopping = asyncio.create_task(self._watch()), asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((watching, stopping), return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                watching.result()
        finally:
            watching.cancel()
            stopping.cancel()
            await asyncio.gather(watching, stopping, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            try:
                async with self._asking() as asked:
                    while True:
                        await self._look(asked)
                        await asyncio.sleep(self._every)
            except _PASSING as fault:
                RETRIES.labels(self._loop.service.name, type(fault).__name__).inc()
                await asyncio.sleep(self._every)

    async def _look(self, asked: Partners) -> None:
        began = self._clock.now()
        looks = await asked.look(self._groups)
        ended = self._clock.now()
        for organisation, look in looks.items():
            self._groups[organisation].update(one.group for one in look.commits)
            before = self._watched.get(organisation)
            self._watched[organisation] = seen(before, look.commits, look.lag, began, ended)
        await self._hear(asked)
        epoch = self._loop.epoch
        if self._loop.ready:
            commits = {organisation: look.commits for organisation, look in looks.items()}
            await self._say([back(one, ended) for one in self._said.ended_by(commits)], epoch)
            await self._say([one async for one in self._silences(asked, looks, began)], epoch)
        for pair in self._pairs:
            PARTNER_SILENT.labels(*pair).set(bool(self._said.open(*pair)))

    async def _hear(self, asked: Partners) -> None:
        """Everything that was ever said of silences, by whichever instance, up to now."""
        spans = await asked.spans([topics.HUB], self._heard)
        async for received in asked.read(spans):
            headers = normalise(received.headers)
            kind = headers.get(DATASCHEMA, "").rpartition("/")[0]
            if kind in _KINDS and (record := self._decoded(received)):
                self._said.take(record)
        self._heard = {partition: end for partition, (_, end) in spans.items()}

    async def _silences(self, asked: Partners, looked_at: Collection[str], at: datetime) -> AsyncIterator[Record]:
        """What this instance has to say of those who do not move."""
        for (partnership, organisation), after in self._pairs.items():
            if organisation not in looked_at or self._said.open(partnership, organisation):
                continue
            watched = self._watched[organisation]
            if not watched.silent_for(after, at) or not self._mine(partnership, organisation, watched):
                continue
            owed = (await self._owed_to(asked, organisation)).get(partnership)
            if owed is None:
                continue
            now = (await asked.look({organisation: self._groups[organisation]})).get(organisation)
            if now and now.commits == watched.commits:  # it has not moved while its topics were read
                yield silent(partnership, organisation, watched, owed, self._clock.now())

    def _mine(self, partnership: str, organisation: str, watched: Watched) -> bool:
        return partition_of(str(silence_of(partnership, organisation, watched.commits))) in self._loop.handlers

    async def _owed_to(self, asked: Partners, organisation: str) -> Mapping[str, Owed]:
        """By partnership, as both topics are now. Reading takes a while: what was read is not read again."""
        spans = await asked.spans([topics.requests_of(organisation), topics.responses_of(organisation)])
        known = self._owed.get(organisation)
        if known is None or known[0] != spans:
            account = Account()
            async for received in asked.read(spans):
                if record := self._decoded(received):
                    account.take(record)
            known = self._owed[organisation] = spans, account.owed()
        return known[1]

    def _decoded(self, received: Received) -> Record | None:
        """None: unreadable, which is the door's business and not ours."""
        try:
            return self._codec.decode(received.topic, received.value, normalise(received.headers))
        except PermanentError:
            return None

    async def _say(self, records: Sequence[Record], epoch: int) -> None:
        """Those of our own partitions, acknowledged. In another assignment they are somebody else's to say."""
        if not records:
            return
        async with self._loop.lock:
            if not self._loop.ready or epoch != self._loop.epoch:
                return
            mine = [one for one in map(addressed, records) if one.partition in self._loop.handlers]
            await self._producer.publish(mine)
        for one in mine:
            self._said.take(one.record)
            _tell(one.record)


def _tell(record: Record) -> None:
    partnership = record.meta.partnership
    if isinstance(record, hub.PartnerSilent):
        due = record.earliest_due.isoformat() if record.earliest_due else None
        organisation, owes = record.organisation, record.owes
        _log.warning("partner silent", partnership=partnership, organisation=organisation, owes=owes, earliest_due=due)
    elif isinstance(record, hub.PartnerBack):
        _log.info("partner back", partnership=partnership, organisation=record.organisation)
