"""Sending over SMTP. A relay that is down stops the mailer, which tries again; an address that is refused does not."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import aiosmtplib

from mashbus.bus.errors import TransientError
from mashbus.bus.metrics import EMAILS
from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Record
from services.mailer.message import Unsendable, composed, message_id

LIMIT = timedelta(seconds=30)
REFUSALS = 5
"""Temporary refusals (4xx) of one email before it is given up, with an alarm; the loop's back-off lies between them."""
_PERMANENT = 500
_CLOSING = 421
"""The relay shuts down (RFC 5321): it says nothing of the email."""
_RELAYS_OWN = (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPHeloError, aiosmtplib.SMTPSenderRefused)
"""Greeting, hello, or our own sender refused: the relay's or our configuration, to be mended while emails wait."""


class RelayAway(TransientError):
    """The relay does not answer, or broke off: what was sent is unknown, and sent again under the same Message-ID."""

    def __init__(self, fault: str) -> None:
        super().__init__("relay_away", f"the mail relay does not answer ({fault}); it will be tried again")


class Sender:
    """One connection, kept. `perform` is the mailer's whole work."""

    def __init__(self, host: str, port: int, sender: str) -> None:
        self._address = (host, port)
        self._sender = sender
        self._smtp: aiosmtplib.SMTP | None = None
        self._refused: Counter[UUID] = Counter()

    async def perform(self, _: None, record: Record, at: datetime) -> list[Record]:
        """EmailSent or EmailFailed for an EmailRequested; raises RelayAway where trying again may help."""
        if not isinstance(record, hub.EmailRequested):
            return []
        said = await self._sent_or_failed(record, at)
        fate = "sent" if isinstance(said, hub.EmailSent) else "failed"
        EMAILS.labels(record.meta.partnership, record.kind.value, fate).inc()
        return [said]

    async def aclose(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def _sent_or_failed(self, record: hub.EmailRequested, at: datetime) -> hub.EmailSent | hub.EmailFailed:
        try:
            message = composed(record, self._sender)
            await (await self._connected()).send_message(message)
        except Unsendable as fault:
            return self._failed(record, fault.reason, at)
        except aiosmtplib.SMTPNotSupported:  # said before anything is sent, and again the next time
            return self._failed(record, "address_not_supported_by_relay", at)
        except aiosmtplib.SMTPRecipientsRefused as fault:
            return await self._answered(record, fault.recipients[0].code, at)
        except _RELAYS_OWN as fault:
            await self.aclose()
            raise RelayAway(type(fault).__name__) from fault
        except aiosmtplib.SMTPResponseException as fault:
            return await self._answered(record, fault.code, at)
        except (aiosmtplib.SMTPException, OSError) as fault:
            await self.aclose()
            raise RelayAway(type(fault).__name__) from fault
        return hub.EmailSent(
            meta=copied(record, hub.EmailSent, "", at),
            kind=record.kind,
            message_id=message_id(record, self._sender),
            attempts=self._refused.pop(record.meta.event_id, 0) + 1,
        )

    async def _answered(self, record: hub.EmailRequested, code: int, at: datetime) -> hub.EmailFailed:
        if code == _CLOSING:
            await self.aclose()
            raise RelayAway(f"{code}")
        return self._refusal(record, code, at)

    def _refusal(self, record: hub.EmailRequested, code: int, at: datetime) -> hub.EmailFailed:
        """5xx is final; 4xx is tried again a few times."""
        self._refused[record.meta.event_id] += 1
        if code < _PERMANENT and self._refused[record.meta.event_id] < REFUSALS:
            raise RelayAway(f"{code}")
        return self._failed(record, f"smtp_{code}", at)

    def _failed(self, record: hub.EmailRequested, reason: str, at: datetime) -> hub.EmailFailed:
        attempts = max(1, self._refused.pop(record.meta.event_id, 1))
        meta = copied(record, hub.EmailFailed, "", at)
        return hub.EmailFailed(meta=meta, kind=record.kind, reason=reason, attempts=attempts)

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            host, port = self._address
            self._smtp = aiosmtplib.SMTP(hostname=host, port=port, timeout=LIMIT.total_seconds(), start_tls=False)
            await self._smtp.connect()
        return self._smtp
