"""Who calls, and whether he may: decided by the API key alone, before the body is looked at."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.security import HTTPBearer

from mashbus.bus.http.keys import ApiKey, ApiKeys, Permission
from mashbus.bus.http.problems import NoKey, NotAllowed
from mashbus.domain.enquiry import Actor
from mashbus.domain.partnership import Partnership

BEARER = HTTPBearer(auto_error=False, scheme_name="API key", description="`Authorization: Bearer <key>`")


@dataclass(frozen=True)
class Caller:
    key: ApiKey
    partnership: Partnership

    @property
    def actor(self) -> Actor:
        return Actor(label=self.key.label, role=self.key.role)


@dataclass(frozen=True)
class Access:
    """The keys, and the partnerships that are served here."""

    keys: ApiKeys
    partnerships: Mapping[str, Partnership]

    def to(self, permission: Permission) -> Callable[[Request], Awaitable[Caller]]:
        """A dependency that lets only keys with the permission in. A coroutine: FastAPI runs others in threads."""

        async def caller(request: Request) -> Caller:
            return self.caller(request, permission)

        return caller

    def caller(self, request: Request, permission: Permission) -> Caller:
        """Raises NoKey (401) or NotAllowed (403)."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise NoKey("No API key came with the request.")
        key = self.keys.find(secret.strip())
        if key is None:
            raise NoKey("The API key is not known, or was revoked.")
        if permission not in key.may:
            allowed = ", ".join(sorted(key.may)) or "nothing"
            raise NotAllowed(f"The route needs the permission '{permission}'; this key may: {allowed}.")
        partnership = self.partnerships.get(key.partnership)
        if partnership is None:
            raise NotAllowed("The key's partnership is not served here.")
        return Caller(key, partnership)
