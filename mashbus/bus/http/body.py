"""How a body is read: its kind and size are looked at before anybody parses it, and it may not dawdle."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from starlette.requests import Request

from mashbus.bus.http.problems import BodyTooLarge, TooSlow, WrongMediaType

JSON = "application/json"
CSV = "text/csv"
IDLE = timedelta(seconds=20)
"""How long a sender may say nothing."""
_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii"})


def check_kind(request: Request, wanted: str) -> None:
    """Raises WrongMediaType: another kind, another character set, or compressed."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind.strip().lower() != wanted or charset not in _UTF8 or encoding != "identity":
        raise WrongMediaType(wanted)


def check_length(request: Request, limit: int) -> None:
    """Raises BodyTooLarge where the sender says so himself: nothing is read then."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > limit:
        raise BodyTooLarge(limit)


async def pieces(request: Request, limit: int, idle: timedelta = IDLE) -> AsyncIterator[bytes]:
    """The body as it comes. Raises BodyTooLarge past `limit` bytes, TooSlow, and ClientDisconnect where it is cut."""
    came = 0
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(idle.total_seconds()):
                piece = await anext(stream, None)
        except TimeoutError:
            raise TooSlow(idle) from None
        if piece is None:
            return
        came += len(piece)
        if came > limit:
            raise BodyTooLarge(limit)
        yield piece


async def whole(request: Request, limit: int) -> bytes:
    """A small body in one piece."""
    check_length(request, limit)
    return b"".join([piece async for piece in pieces(request, limit)])
