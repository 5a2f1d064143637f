"""An adapter at work without a broker: the kit's own code, with a list in the place of Kafka."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from mashbus.bus.agency.answering import Answering
from mashbus.bus.agency.attempts import Attempts
from mashbus.bus.agency.desk import Desk, Parked
from mashbus.bus.agency.finding import SystemOfRecord
from mashbus.bus.codec import Codec
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.producer import Outgoing
from mashbus.bus.received import RawHeaders, Received
from mashbus.bus.schema_ids import FixedIds
from mashbus.bus.settings import checkout_folder
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.contracts.topics import requests_of
from mashbus.testing.requests import AT


@dataclass(frozen=True)
class Said:
    """One record as it would lie in the organisation's `responses` topic."""

    topic: str
    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    record: Record


class Rehearsal:
    """`async with Rehearsal("our-id", our_adapter) as rehearsal: said = await rehearsal.tell(request)`."""

    def __init__(self, organisation: str, records: SystemOfRecord, schemas: Path | None = None) -> None:
        catalogue = Catalogue.load(schemas or checkout_folder("schemas"))
        self.codec = Codec(catalogue, FixedIds(catalogue))
        self.said: list[Said] = []
        """Everything the adapter's service would have published, oldest first."""
        self._organisation = organisation
        self._records = records
        self._offset = 0
        self._folder = tempfile.TemporaryDirectory(prefix="mashbus-rehearsal-")
        self.desk = Desk(Path(self._folder.name) / "desk.db")
        self._attempts = Attempts(
            organisation, self._answering().handle, desk=self.desk, now=lambda: AT, service="rehearsal"
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._records.close()
        self.desk.close()
        self._folder.cleanup()

    async def tell(self, *records: Record) -> tuple[Said, ...]:
        """Hand these over at once, as the hub would; what was said because of them."""
        return await self.hand_over(*(self.received(record) for record in records))

    async def hand_over(self, *received: Received) -> tuple[Said, ...]:
        """The same with bytes, for what no hub would send."""
        before = len(self.said)
        await asyncio.gather(*(self._attempts.make(one) for one in received))
        return tuple(self.said[before:])

    def received(self, record: Record) -> Received:
        """The record as it would come from the organisation's `requests` topic."""
        topic = requests_of(self._organisation)
        headers = cloudevent(record, source="mashbus.rehearsal")
        return self.raw(self.codec.encode(topic, record), headers, key=str(record.meta.case_id).encode())

    def raw(self, value: bytes | None, headers: RawHeaders = (), key: bytes | None = None) -> Received:
        self._offset += 1
        topic = requests_of(self._organisation)
        return Received(topic, 0, self._offset, int(AT.timestamp() * 1000), key, value, tuple(headers))

    @property
    def parked(self) -> tuple[Parked, ...]:
        """What could not be handled, with the reasons."""
        return self.desk.parked()

    def _answering(self) -> Answering:
        return Answering(
            self._organisation,
            self._records,
            codec=self.codec,
            desk=self.desk,
            publish=self._publish,
            now=lambda: AT,
            answered_by="rehearsal",
        )

    async def _publish(self, outgoing: Sequence[Outgoing]) -> None:
        for one in outgoing:
            value = self.codec.encode(one.topic, one.record)
            headers = tuple(cloudevent(one.record, source=f"agency.{self._organisation}"))
            read_back = self.codec.decode(one.topic, value, normalise(headers))
            self.said.append(Said(one.topic, one.key, value, headers, read_back))
