"""What becomes of an email: handed to its partnership's channel, and said so; what no email is at fault of waits."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from mashbus.bus.metrics import EMAILS, EMAILS_PUT_OFF, EMAILS_REPEATED
from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Record
from mashbus.contracts.undelivered import undelivered
from mashbus.domain.partnership import Partnership
from services.mailer.channel import Channel, ChannelAway, ChannelRefusesUs, Refused, ResultUnknown
from services.mailer.message import Unsendable

REFUSALS = 5
"""Temporary refusals of one email before it is given up, with an alarm; the loop's back-off lies between them."""

REMEMBERED = 1000
"""Emails whose end is known though it may not be in the log yet: far more than the batches in hand."""


class Sender:
    """`perform` is the mailer's whole work. What it remembers of tries and doubts ends with the process."""

    def __init__(
        self, ordinary: Channel, own: Mapping[str, Channel] | None = None,
        partnerships: Mapping[str, Partnership] | None = None,
    ) -> None:  # fmt: skip
        """`own`: channels of partnerships that do not use the ordinary one. `partnerships`: whom they alarm."""
        self._ordinary = ordinary
        self._own = own or {}
        self._partnerships = partnerships or {}
        self._refused: Counter[UUID] = Counter()
        self._unknown: Counter[UUID] = Counter()
        self._ended: dict[UUID, hub.EmailSent | hub.EmailFailed] = {}

    async def perform(self, _: None, record: Record, at: datetime) -> list[Record]:
        """EmailSent or EmailFailed for an EmailRequested; raises ChannelAway where trying again may help.

        With a failed one that a school or a case's holder was to have comes an alarm: nobody was told (G-13, H-05).
        """
        if not isinstance(record, hub.EmailRequested):
            return []
        said = await self._end_of(record, at)
        alarm = undelivered(said, self._partnerships.get(record.meta.partnership), said.meta.occurred_at)
        return [said, alarm] if alarm else [said]

    async def _end_of(self, record: hub.EmailRequested, at: datetime) -> hub.EmailSent | hub.EmailFailed:
        if known := self._ended.get(record.meta.event_id):
            return known  # it was said, and the log did not take it: no reason to send it again
        channel = self._own.get(record.meta.partnership, self._ordinary)
        try:
            said = await self._said(channel, record, at)
        except ChannelAway as fault:
            EMAILS_PUT_OFF.labels(record.meta.partnership, channel.name, _why(fault)).inc()
            raise
        fate = "sent" if isinstance(said, hub.EmailSent) else "failed"
        EMAILS.labels(record.meta.partnership, record.kind.value, fate).inc()
        self._remember(record.meta.event_id, said)
        return said

    def _remember(self, email_id: UUID, said: hub.EmailSent | hub.EmailFailed) -> None:
        self._refused.pop(email_id, None)
        self._unknown.pop(email_id, None)
        self._ended[email_id] = said
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    async def aclose(self) -> None:
        for channel in (self._ordinary, *self._own.values()):
            await channel.aclose()

    async def _said(self, channel: Channel, email: hub.EmailRequested, at: datetime) -> hub.EmailSent | hub.EmailFailed:
        try:
            return await self._handed_over(channel, email, at)
        except Unsendable as fault:
            return self._failed(channel, email, fault.reason, at)
        except ResultUnknown:
            self._unknown[email.meta.event_id] += 1
            raise
        except Refused as fault:
            self._refused[email.meta.event_id] += 1
            if not fault.final and self._refused[email.meta.event_id] < REFUSALS:
                raise ChannelAway(channel.name, fault.reason) from fault
            return self._failed(channel, email, fault.reason, at)

    async def _handed_over(self, channel: Channel, email: hub.EmailRequested, at: datetime) -> hub.EmailSent:
        """After a doubt the channel is asked first, where it can be: what it has needs no second copy."""
        email_id = email.meta.event_id
        unknown = self._unknown[email_id]
        tries = self._tries(email_id)
        if unknown and (there := await channel.copies(email)):
            return self._sent(channel, email, at, attempts=tries, repeats=there - 1)
        if unknown:
            EMAILS_REPEATED.labels(email.meta.partnership, channel.name).inc()
        await channel.hand_over(email)
        return self._sent(channel, email, at, attempts=tries + 1, repeats=unknown)

    def _sent(
        self, channel: Channel, email: hub.EmailRequested, at: datetime, *, attempts: int, repeats: int
    ) -> hub.EmailSent:
        return hub.EmailSent(
            meta=copied(email, hub.EmailSent, "", at),
            kind=email.kind,
            message_id=channel.name_of(email),
            attempts=attempts,
            channel=channel.name,
            repeats=repeats,
            recipient_kind=email.recipient_kind,
        )

    def _failed(self, channel: Channel, email: hub.EmailRequested, reason: str, at: datetime) -> hub.EmailFailed:
        return hub.EmailFailed(
            meta=copied(email, hub.EmailFailed, "", at),
            kind=email.kind,
            reason=reason,
            attempts=max(1, self._tries(email.meta.event_id)),
            channel=channel.name,
        )

    def _tries(self, email_id: UUID) -> int:
        return self._refused[email_id] + self._unknown[email_id]


def _why(fault: ChannelAway) -> str:
    """A few words for a metric."""
    if isinstance(fault, ChannelRefusesUs):
        return "configuration"
    return "unknown" if isinstance(fault, ResultUnknown) else "away"
