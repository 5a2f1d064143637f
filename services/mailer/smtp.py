"""SMTP as a channel: one connection, kept, to a relay. Whether the text was on its way when it broke is known."""

import re
from datetime import timedelta
from typing import Any

import aiosmtplib

from mashbus.contracts import hub
from services.mailer.channel import ChannelAway, ChannelRefusesUs, Refused, ResultUnknown
from services.mailer.message import composed, message_id

LIMIT = timedelta(seconds=30)
_PERMANENT = 500
_CLOSING = 421
"""The relay shuts down (RFC 5321): it says nothing of the email."""
_WHO_ARE_YOU = frozenset({530, 534, 535, 538})
"""It wants a password or TLS of us (RFC 4954, 3207): no email of ours would be taken, whoever it is for."""
_ENHANCED = re.compile(r"4\.3\.\d{1,3}\b")
"""Not now, because of the relay itself (RFC 3463): a full disk, a table it can't read. What is of the network (4.4) may
be the recipient's domain alone, and must not hold everybody up."""


class SmtpChannel:
    name = "smtp"

    def __init__(self, host: str, port: int, sender: str, limit: timedelta = LIMIT) -> None:
        self._address = (host, port)
        self._sender = sender
        self._limit = limit
        self._smtp: _Smtp | None = None

    def name_of(self, email: hub.EmailRequested) -> str:
        return message_id(email, self._sender)

    async def hand_over(self, email: hub.EmailRequested) -> None:
        message = composed(email, self._sender)
        smtp = await self._connected()
        try:
            await smtp.send_message(message)
        except aiosmtplib.SMTPNotSupported as fault:  # said before anything is sent, and again the next time
            raise Refused("address_not_supported_by_relay", final=True) from fault
        except aiosmtplib.SMTPRecipientsRefused as fault:
            raise await self._answered(fault.recipients[0]) from fault
        except aiosmtplib.SMTPSenderRefused as fault:
            await self.aclose()
            raise ChannelRefusesUs(self.name, f"sender refused, {fault.code}") from fault
        except aiosmtplib.SMTPResponseException as fault:
            raise await self._answered(fault) from fault
        except (aiosmtplib.SMTPException, OSError) as fault:
            await self.aclose()
            kind = ResultUnknown if smtp.in_data else ChannelAway
            raise kind(self.name, type(fault).__name__) from fault

    async def copies(self, email: hub.EmailRequested) -> int:  # noqa: ARG002 - a relay can't be asked
        return 0

    async def aclose(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def _answered(self, said: aiosmtplib.SMTPResponseException) -> Exception:
        """Of the answer's words only the enhanced code is read: they quote the recipient."""
        code, enhanced = said.code, _ENHANCED.match(said.message)
        if code in _WHO_ARE_YOU:
            await self.aclose()
            return ChannelRefusesUs(self.name, f"{code}")
        if code == _CLOSING or (enhanced and code < _PERMANENT):
            await self.aclose()
            return ChannelAway(self.name, f"{code}")
        return Refused(f"smtp_{code}", final=code >= _PERMANENT)

    async def _connected(self) -> "_Smtp":
        """Greeting and hello are the relay's: what goes wrong there says nothing of an email."""
        if self._smtp is None or not self._smtp.is_connected:
            host, port = self._address
            smtp = _Smtp(hostname=host, port=port, timeout=self._limit.total_seconds(), start_tls=False)
            try:
                await smtp.connect()
            except (aiosmtplib.SMTPException, OSError) as fault:
                smtp.close()
                raise ChannelAway(self.name, type(fault).__name__) from fault
            self._smtp = smtp
        self._smtp.in_data = False
        return self._smtp


class _Smtp(aiosmtplib.SMTP):
    in_data = False
    """Before DATA nothing can have been taken; after it broke in DATA nobody knows."""

    async def data(self, *args: Any, **kwargs: Any) -> aiosmtplib.SMTPResponse:
        self.in_data = True
        return await super().data(*args, **kwargs)
