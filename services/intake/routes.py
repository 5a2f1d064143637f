"""What the door's routes share: who may come in, how much at once, how a body is read and who is said to may what."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from mashbus.bus.http.access import Access, Caller
from mashbus.bus.http.body import JSON, check_kind, whole
from mashbus.bus.http.idempotency import idempotency_key
from mashbus.bus.http.keys import Permission
from mashbus.bus.http.reading import Form, read
from mashbus.domain.partnership import Partnership
from services.intake.sending import Sending

F = TypeVar("F", bound=Form)
KEY = Annotated[str, Depends(idempotency_key)]
REFUSALS = (400, 401, 403, 408, 413, 415, 422, 503, 504)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bytes of a body, looked at before anything is parsed."""

    referral: int = 256 * 1024
    decision: int = 64 * 1024
    batch: int = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the routes need: who may come in, how much at once, and where it goes."""

    access: Access
    sending: Sending
    limits: Limits


def caller_with(door: Door, permission: Permission) -> Callable[[Request], Caller]:
    """A dependency: the caller, who has the permission."""
    return Depends(door.access.to(permission))  # type: ignore[no-any-return]


async def form_of(kind: type[F], request: Request, limit: int, what: str) -> F:
    """A small JSON body. Raises WrongMediaType, BodyTooLarge, TooSlow, NotReadable."""
    check_kind(request, JSON)
    return read(kind, await whole(request, limit), what)


def said_of(
    about: str,
    permission: Permission,
    partnerships: Mapping[str, Partnership],
    who: Callable[[Partnership], str] | None = None,
) -> str:
    """A route's description: what it does, and who may, as each partnership's profile says."""
    lines = (f"- {name}: {who(one)}" for name, one in sorted(partnerships.items())) if who else ()
    return "\n".join([about, "", f"**Who may:** a key with the permission `{permission}`{_in(who)}", *lines])


def _in(who: object) -> str:
    return ", in a role that the profile names:\n" if who else ", in any role."


def listed(names: Iterable[str]) -> str:
    """Names of a profile, in order, for people; `none` where there is none."""
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"
