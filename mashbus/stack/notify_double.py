"""GOV.UK Notify's documented email API on this machine: Notify itself has no test environment. Delivers nothing.

What it takes becomes an .eml file beside the mail catcher's. Beyond the documented routes, `/double/…` lets a person or
a test say where receipts go, have one sent, and script answers. Written from Notify's documentation, not from its code.
"""

import argparse
import asyncio
import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
import uvicorn
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mashbus.stack.catcher import ENVELOPE_TO, keep

SERVICE = "00000000-0000-4000-8000-00000000d0b1"
SECRET = "00000000-0000-4000-8000-00000000d0b2"  # noqa: S105 - of this double alone: it opens nothing
KEY = f"local_double-{SERVICE}-{SECRET}"
TEMPLATE = UUID("00000000-0000-4000-8000-00000000d0b3")
"""The one template there is: `((subject))` and `((body))`."""

Status = Literal["created", "sending", "delivered", "permanent-failure", "temporary-failure", "technical-failure"]
SIMULATED: dict[str, Status] = {
    "temp-fail@simulator.notify": "temporary-failure",
    "perm-fail@simulator.notify": "permanent-failure",
}
"""Recipients whose emails fail by themselves, as Notify's own do for a test key."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Email(_Body):
    email_address: str
    template_id: str
    personalisation: dict[str, str] = {}
    reference: str | None = None
    email_reply_to_id: str | None = None


class Callback(_Body):
    url: str
    bearer_token: str


class Answer(_Body):
    """What the next request for an email is answered instead of the truth."""

    status: int
    error: str = "Exception"
    message: str = "scripted"
    taken: bool = False
    """The email was taken all the same: nobody is told."""
    after: float = 0
    """Seconds of silence before it."""


class Wanted(_Body):
    reference: str
    status: Status


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Notification:
    email: Email
    id: UUID = field(default_factory=uuid4)
    created_at: str = field(default_factory=_now)
    status: Status = "sending"


class Refusal(Exception):
    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(error)
        self.status, self.error, self.message = status, error, message


class NotifyDouble:
    """One service with one template. Everything it knows is in memory; `folder` gets the emails as files."""

    def __init__(self, folder: Path | None = None) -> None:
        self.taken: list[Notification] = []
        self.answers: deque[Answer] = deque()
        self.callback: Callback | None = None
        self.app = Starlette(
            routes=[
                Route("/v2/notifications/email", self._send, methods=["POST"]),
                Route("/v2/notifications", self._list),
                Route("/v2/notifications/{id:uuid}", self._one),
                Route("/double/callback", self._call_back_to, methods=["PUT"]),
                Route("/double/answers", self._script, methods=["POST"]),
                Route("/double/receipts", self._receipt, methods=["POST"]),
            ],
            exception_handlers={Refusal: _refused, ValidationError: _not_valid},
        )
        self._folder = folder

    async def say(self, notification: Notification, status: Status) -> int:
        """Send its receipt; the answer's status."""
        notification.status = status
        if self.callback is None:
            return 0
        async with httpx.AsyncClient(timeout=10) as client:
            headers = {"Authorization": f"Bearer {self.callback.bearer_token}"}
            return (await client.post(self.callback.url, json=_receipt_of(notification), headers=headers)).status_code

    # -- as documented -------------------------------------------------------------------------------------------

    async def _send(self, request: Request) -> Response:
        _check_token(request)
        scripted = self.answers.popleft() if self.answers else None
        if scripted and not scripted.taken:
            await asyncio.sleep(scripted.after)
            raise Refusal(scripted.status, scripted.error, scripted.message)
        email = Email.model_validate_json(await request.body())
        _check(email)
        notification = Notification(email)
        self._keep(notification)
        if scripted:
            await asyncio.sleep(scripted.after)
            raise Refusal(scripted.status, scripted.error, scripted.message)
        return JSONResponse(
            _sent(notification), HTTPStatus.CREATED, background=BackgroundTask(self._by_itself, notification)
        )

    async def _list(self, request: Request) -> Response:
        _check_token(request)
        wanted = request.query_params.get("reference")
        found = [_described(one) for one in self.taken if wanted in {None, one.email.reference}]
        return JSONResponse({"notifications": found[::-1], "links": {"current": str(request.url)}})

    async def _one(self, request: Request) -> Response:
        _check_token(request)
        for one in self.taken:
            if one.id == request.path_params["id"]:
                return JSONResponse(_described(one))
        raise Refusal(HTTPStatus.NOT_FOUND, "NoResultFound", "No result found")

    # -- for whoever uses the double -----------------------------------------------------------------------------

    async def _call_back_to(self, request: Request) -> Response:
        self.callback = Callback.model_validate_json(await request.body())
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _script(self, request: Request) -> Response:
        self.answers.append(Answer.model_validate_json(await request.body()))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _receipt(self, request: Request) -> Response:
        wanted = Wanted.model_validate_json(await request.body())
        of_it = [one for one in self.taken if one.email.reference == wanted.reference]
        if not of_it:
            raise Refusal(HTTPStatus.NOT_FOUND, "NoResultFound", "No result found")
        return JSONResponse({"answered": await self.say(of_it[-1], wanted.status)})

    # -- how -----------------------------------------------------------------------------------------------------

    async def _by_itself(self, notification: Notification) -> None:
        if self.callback is not None:
            await self.say(notification, SIMULATED.get(notification.email.email_address, "delivered"))

    def _keep(self, notification: Notification) -> None:
        self.taken.append(notification)
        if self._folder is not None:
            reference = notification.email.reference or str(notification.id)
            keep(self._folder, hashlib.sha256(reference.encode()).hexdigest()[:32], _file(notification, reference))


def _check_token(request: Request) -> None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        known = get_token_issuer(token) == SERVICE
        decode_jwt_token(token, SECRET)
    except TokenError as fault:
        raise Refusal(HTTPStatus.FORBIDDEN, "AuthError", fault.message) from None
    if not known:
        raise Refusal(HTTPStatus.FORBIDDEN, "AuthError", "Invalid token: service not found")


def _check(email: Email) -> None:
    try:
        valid = "." in Address(addr_spec=email.email_address).domain
    except (ValueError, IndexError):
        valid = False
    if not valid:
        raise Refusal(HTTPStatus.BAD_REQUEST, "ValidationError", "email_address Not a valid email address")
    if email.template_id != str(TEMPLATE):
        raise Refusal(HTTPStatus.BAD_REQUEST, "BadRequestError", "Template not found")
    if missing := [name for name in ("subject", "body") if name not in email.personalisation]:
        raise Refusal(HTTPStatus.BAD_REQUEST, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")


def _refused(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, Refusal)
    said = {"status_code": fault.status, "errors": [{"error": fault.error, "message": fault.message}]}
    return JSONResponse(said, fault.status)


def _not_valid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, ValidationError)
    one = fault.errors(include_input=False, include_url=False)[0]
    said = f"{'.'.join(map(str, one['loc']))} {one['msg']}"
    return _refused(request, Refusal(HTTPStatus.BAD_REQUEST, "ValidationError", said))


def _template() -> dict[str, Any]:
    return {"id": str(TEMPLATE), "version": 1, "uri": f"/v2/template/{TEMPLATE}"}


def _sent(one: Notification) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "reference": one.email.reference,
        "content": {**one.email.personalisation, "from_email": "double@notify.invalid"},
        "uri": f"/v2/notifications/{one.id}",
        "template": _template(),
        "scheduled_for": None,
    }


def _described(one: Notification) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "reference": one.email.reference,
        "email_address": one.email.email_address,
        "type": "email",
        "status": one.status,
        "template": _template(),
        **one.email.personalisation,
        "created_at": one.created_at,
    }


def _receipt_of(one: Notification) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "reference": one.email.reference,
        "to": one.email.email_address,
        "status": one.status,
        "created_at": one.created_at,
        "completed_at": _now(),
        "sent_at": one.created_at,
        "notification_type": "email",
        "template_id": str(TEMPLATE),
        "template_version": 1,
    }


def _file(one: Notification, reference: str) -> bytes:
    """As the catcher writes them; the reference stands where SMTP has the Message-ID."""
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = one.email.email_address
    message["Subject"] = one.email.personalisation["subject"]
    message.set_content(one.email.personalisation["body"])
    return f"{ENVELOPE_TO}: {one.email.email_address}\r\nMessage-ID: {reference}\r\n".encode() + message.as_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    uvicorn.run(NotifyDouble(chosen.folder).app, host=chosen.host, port=chosen.port, log_level="warning")


if __name__ == "__main__":
    main()
