"""What becomes of one record on an organisation's topic: answered, or kept for its people to see.

The heart of an agency service, without Kafka: `mashbus.testing` runs the very same code.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from mashbus.bus.agency import answers, metrics
from mashbus.bus.agency.desk import Desk
from mashbus.bus.agency.finding import SystemOfRecord
from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.headers import normalise
from mashbus.bus.producer import Outgoing
from mashbus.bus.received import Received
from mashbus.contracts.agency import InformationRequested, InformationReturned
from mashbus.contracts.record import Record
from mashbus.contracts.topics import responses_of

Publish = Callable[[Sequence[Outgoing]], Awaitable[None]]
"""Returns when all are acknowledged; raises TransientError."""


class AddressedElsewhere(PermanentError):
    def __init__(self, full_name: str) -> None:
        super().__init__("addressed_elsewhere", f"{full_name} names another organisation than its topic; tell the hub")


class Answering:
    """One organisation's way with one record. Doing it again says the same again, under the same ids."""

    def __init__(
        self,
        organisation: str,
        records: SystemOfRecord,
        *,
        codec: Codec,
        desk: Desk,
        publish: Publish,
        now: Callable[[], datetime],
        answered_by: str | None = None,
    ) -> None:
        self._organisation = organisation
        self._records = records
        self._codec = codec
        self._desk = desk
        self._publish = publish
        self._now = now
        self._answered_by = answered_by

    def read(self, received: Received) -> Record:
        """The record, checked. Raises PermanentError."""
        record = self._codec.decode(received.topic, received.value, normalise(received.headers))
        if getattr(record, "organisation", self._organisation) != self._organisation:
            raise AddressedElsewhere(record.full_name())
        return record

    async def handle(self, received: Received) -> None:
        """Answer a request; keep everything else on the desk. Raises what the codec, the broker or the adapter do."""
        record = self.read(received)
        if isinstance(record, InformationRequested):
            await self._answer(record)
        else:
            self._desk.note(record)

    async def _answer(self, request: InformationRequested) -> None:
        if self._desk.withdrawn(request.request_id):
            return
        await self._say(answers.seen(request, self._now()))
        if risk := await self._records.risk(request):
            await self._say(answers.flagged(request, risk, self._now()))
            metrics.FLAGS.labels(self._organisation).inc()
        finding = await self._records.look_up(request)
        if self._desk.withdrawn(request.request_id):
            return
        answer = answers.answer(request, finding, self._now(), self._answered_by)
        await self._say(answer)
        knowledge = answer.knowledge.value if isinstance(answer, InformationReturned) else "declined"
        metrics.ANSWERS.labels(self._organisation, knowledge).inc()

    async def _say(self, record: Record) -> None:
        await self._publish([Outgoing(responses_of(self._organisation), record, answers.key_of(record))])
