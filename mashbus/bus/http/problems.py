"""Every refusal is an RFC 9457 problem document that names all faults at once and never quotes a value (promise P7).

`type` names the class of problem, `faults` says where (`/children/0/date_of_birth`), what is wrong and what to do.
"""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem
from fastapi_problem.handler import ExceptionHandler, add_exception_handler, new_exception_handler
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

_log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
CLIENT_GONE = 499
"""Nobody hears it: the connection was cut while the body was read."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `where` is a JSON pointer into the body, or the name of a header or parameter."""

    where: str
    problem: str
    remedy: str


class Refusal(Problem):
    """A problem document. Sub-classes compose their own from typed data."""

    def __init__(
        self, status: int, kind: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(title, type_=kind, detail=detail, status=status, headers=dict(headers or {}), **more)


class NotReadable(Refusal):
    """400: the body can't be read as what the route takes."""

    def __init__(self, what: str, faults: Sequence[Fault]) -> None:
        super().__init__(
            400,
            "not-readable",
            f"The body can't be read as {what}",
            f"{len(faults)} fault{'s' * (len(faults) != 1)}; nothing was taken. Mend them all and send again.",
            faults=[asdict(fault) for fault in faults],
        )


class BadRequest(Refusal):
    """400: a header or parameter."""

    def __init__(self, fault: Fault) -> None:
        title = "The request can't be taken as it is"
        super().__init__(400, "bad-request", title, fault.problem, faults=[asdict(fault)])


class NoKey(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(
            401,
            "unauthorised",
            "An API key is needed",
            f"{why} Send `Authorization: Bearer <key>`; whoever runs the hub gives keys out.",
            headers={"WWW-Authenticate": "Bearer"},
        )


class NotAllowed(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(403, "not-allowed", "This API key may not do that", why)


class NotFound(Refusal):
    def __init__(self, detail: str) -> None:
        super().__init__(404, "not-found", "There is no such thing here", detail)


class TooSlow(Refusal):
    def __init__(self, limit: timedelta) -> None:
        super().__init__(
            408,
            "too-slow",
            "The body did not come in time",
            f"Nothing came for {limit.total_seconds():.0f} seconds. Retry with the same Idempotency-Key.",
        )


class BodyTooLarge(Refusal):
    """413; `taken` says what of a stream was acknowledged before the limit was met."""

    def __init__(self, limit: int, taken: str = "Nothing of it was taken.") -> None:
        detail = f"At most {limit:,} bytes are taken at once. {taken}"
        super().__init__(413, "too-large", "The body is too large", detail, limit=limit)


class WrongMediaType(Refusal):
    def __init__(self, wanted: str) -> None:
        super().__init__(
            415,
            "wrong-media-type",
            "The body is of another kind",
            f"This route takes `Content-Type: {wanted}`, in UTF-8 and not compressed.",
            headers={"Accept-Post": wanted},
        )


class NotPossible(Refusal):
    """422: read, and against a rule."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            422,
            "not-possible",
            "The request is against a rule",
            "; ".join(fault.problem for fault in faults),
            faults=[asdict(fault) for fault in faults],
        )


class KeyUsedOtherwise(Refusal):
    def __init__(self, detail: str) -> None:
        super().__init__(422, "key-used-otherwise", "The Idempotency-Key was used for another content", detail)


class Unavailable(Refusal):
    """503: nothing was done; ask again after `retry_after`."""

    def __init__(self, detail: str, retry_after: timedelta) -> None:
        super().__init__(
            503,
            "unavailable",
            "Not available now",
            detail,
            headers={"Retry-After": f"{max(1, round(retry_after.total_seconds()))}"},
        )


class OutcomeUnknown(Refusal):
    """504: sent and not acknowledged (promise P1)."""

    def __init__(self, taken: str = "") -> None:
        super().__init__(
            504,
            "unknown",
            "Unknown: retry with the same Idempotency-Key",
            f"{taken}It was sent on and not acknowledged, so nobody knows yet whether it was taken. Retry with the "
            "same Idempotency-Key: it is taken once, and the answer is the same.",
            headers={"Retry-After": "2"},
        )


def install(app: FastAPI) -> None:
    """Every error of the app becomes a problem document."""
    handler = new_exception_handler(
        handlers={ClientDisconnect: _gone},
        http_exception_handler=_of_framework,
        request_validation_handler=_of_parameters,
    )
    add_exception_handler(app, handler, generic_swagger_defaults=False)
    app.add_exception_handler(ClientDisconnect, handler)
    app.add_middleware(_Unforeseen, handler=handler)


class _Unforeseen:
    """A fault of our own. Its message and traceback may quote the body: only its class and place are told on."""

    def __init__(self, app: ASGIApp, handler: ExceptionHandler) -> None:
        self._app = app
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as fault:  # noqa: BLE001 - whatever it is, nobody above may print it
            frame = traceback.extract_tb(fault.__traceback__)[-1]
            place = f"{PurePath(frame.filename).name}:{frame.lineno}"
            _log.error("request failed", fault=type(fault).__name__, place=place)
            problem = Refusal(
                500,
                "unforeseen",
                "Something of ours went wrong",
                "The request may or may not have been taken: retry with the same Idempotency-Key.",
            )
            await self._handler(Request(scope), problem)(scope, receive, send)


def _gone(_handler: ExceptionHandler, _request: Request, _fault: Exception) -> Problem:
    return Refusal(CLIENT_GONE, "cut-off", "The connection was cut", "Retry with the same Idempotency-Key.")


def _of_framework(_handler: ExceptionHandler, _request: Request, fault: HTTPException) -> Problem:
    """No such path, no such method."""
    said = {404: "There is no such path; see /docs.", 405: "This path does not take that method; see /docs."}
    return Refusal(
        fault.status_code,
        "no-such-route",
        "There is no such route",
        said.get(fault.status_code, "See /docs."),
        headers=fault.headers,
    )


def _of_parameters(_handler: ExceptionHandler, _request: Request, fault: RequestValidationError) -> Problem:
    """Path and query parameters; bodies are read by ourselves."""
    named = [str(one["loc"][-1]) for one in fault.errors()]
    return Refusal(
        400,
        "bad-request",
        "The request can't be taken as it is",
        f"Not valid: {', '.join(named)}; see /docs.",
        faults=[asdict(Fault(name, "not valid", "see /docs")) for name in named],
    )
