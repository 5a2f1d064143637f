"""From the door to the log: what each of the broker's answers means to the sender (promise P1)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from mashbus.bus.clock import Clock
from mashbus.bus.http.idempotency import Remembered
from mashbus.bus.http.problems import OutcomeUnknown, Unavailable
from mashbus.bus.producer import NotAcknowledged, NotSent, Outgoing, addressed
from mashbus.contracts.record import Record

Publish = Callable[[Sequence[Outgoing]], Awaitable[None]]
"""Returns once all in-sync replicas have everything; raises NotSent or NotAcknowledged within limits of its own."""

RETRY_AFTER = timedelta(seconds=2)
NOT_TAKEN = "The hub's log can't be reached. Nothing was taken: retry with the same Idempotency-Key."
CUT_SHORT = "Then the hub's log could not be reached: retry the whole with the same Idempotency-Key."


@dataclass(frozen=True)
class Sending:
    """`clock` says when it is; `memory` what was taken lately, so that a repetition need not be sent again."""

    publish: Publish
    clock: Clock
    memory: Remembered = field(default_factory=Remembered)

    async def once(self, what: UUID, content_hash: str, *records: Record) -> bool:
        """Send unless it was acknowledged before; True where it was sent now.

        Raises KeyUsedOtherwise where the content known under `what` is another one, and as `acknowledged`.
        """
        if self.memory.taken(what, content_hash):
            return False
        self.memory.note(what, content_hash, acknowledged=False)
        try:
            await self.acknowledged(records)
        except Unavailable:
            self.memory.forget(what)
            raise
        self.memory.note(what, content_hash, acknowledged=True)
        return True

    async def acknowledged(self, records: Sequence[Record], before: str = "") -> None:
        """Raises Unavailable (503): nothing was sent. OutcomeUnknown (504): sent, and nobody knows.

        `before` says what of the same request was acknowledged earlier.
        """
        try:
            await self.publish([addressed(record) for record in records])
        except NotSent as fault:
            raise Unavailable(before + CUT_SHORT if before else NOT_TAKEN, RETRY_AFTER) from fault
        except NotAcknowledged as fault:
            raise OutcomeUnknown(before) from fault
