"""GOV.UK Notify as a channel, by its makers' own client; its errors as its documentation tells them apart.

Only status codes and error types are read: Notify says that messages change, and they may quote a recipient.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import requests
from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import NewConnectionError

from mashbus.bus.settings import NotifyAccount
from mashbus.contracts import hub
from mashbus.contracts.email_reference import reference_of
from services.mailer.channel import ChannelAway, ChannelRefusesUs, Refused, ResultUnknown
from services.mailer.message import checked

T = TypeVar("T")
LIMIT = timedelta(seconds=30)
_TOO_MANY = 429
_SERVER = 500
_UNKNOWN_AFTER = frozenset({502, 504})
"""A gateway's words: what stands behind it may have taken the email."""


class NotifyChannel:
    """Of one account, which is one partnership's. The client blocks and is not thread-safe: one call at a time."""

    name = "notify"

    def __init__(self, account: NotifyAccount, url: str, limit: timedelta = LIMIT) -> None:
        logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)  # it logs Notify's messages
        self._account = account
        key = account.api_key.get_secret_value()
        self._client = NotificationsAPIClient(key, base_url=url, timeout=limit.total_seconds())

    def name_of(self, email: hub.EmailRequested) -> str:
        return str(reference_of(email))

    async def hand_over(self, email: hub.EmailRequested) -> None:
        """Notify makes the HTML itself from the text: `html` is for SMTP."""
        checked(email)
        await self._asked(lambda: self._send(email))

    async def copies(self, email: hub.EmailRequested) -> int:
        found = await self._asked(lambda: self._client.get_all_notifications(reference=self.name_of(email)))
        return len(found["notifications"])

    async def aclose(self) -> None:
        self._client.request_session.close()

    def _send(self, email: hub.EmailRequested) -> Any:
        return self._client.send_email_notification(
            email_address=email.to,
            template_id=str(self._account.template),
            personalisation={"subject": email.subject, "body": email.body},
            reference=self.name_of(email),
            email_reply_to_id=str(self._account.reply_to) if self._account.reply_to else None,
        )

    async def _asked(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(call)
        except HTTPError as fault:
            raise self._meant(fault) from None  # the client's error holds Notify's words
        except InvalidResponse:
            raise ResultUnknown(self.name, "InvalidResponse") from None

    def _meant(self, fault: HTTPError) -> Exception:
        if fault.response is None:
            return self._unheard(fault.__cause__)
        status = int(fault.response.status_code)
        if status == _TOO_MANY or status >= _SERVER:
            kind = ResultUnknown if status in _UNKNOWN_AFTER else ChannelAway
            return kind(self.name, f"{status}")
        if error_type(fault.response) == "ValidationError":
            return Refused(f"notify_{status}", final=True)
        return ChannelRefusesUs(self.name, f"{status} {error_type(fault.response)}")

    def _unheard(self, cause: BaseException | None) -> ChannelAway:
        reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
        never_left = isinstance(cause, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
        return (ChannelAway if never_left else ResultUnknown)(self.name, type(cause).__name__)


def error_type(response: requests.Response) -> str:
    """The first error's type, one of Notify's own words; else `other`."""
    try:
        said = response.json()["errors"][0]["error"]
    except (ValueError, LookupError, TypeError):
        return "other"
    return said if said in _TYPES else "other"


_TYPES = frozenset({"ValidationError", "BadRequestError", "AuthError", "RateLimitError", "TooManyRequestsError"})
