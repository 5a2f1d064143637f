"""Speaks to the hub as outsiders do: over HTTP with an API key, and keeps a receipt of every 202."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from mashbus.bus.http.keys import add_key

ACCEPTED = 202
AGAIN = frozenset({500, 502, 503, 504})
"""Unknown or not taken: sent again under the same key (P1). 500: "may or may not have been taken"."""


@dataclass(frozen=True)
class Keys:
    form: str
    force: str
    manager: str
    trainee: str
    """May decide, in a role that the profile does not let sign off."""

    @classmethod
    def issued(cls, path: Path) -> "Keys":
        def add(label: str, role: str, *may: str, organisation: str | None = None) -> str:
            return add_key(path, label, partnership="hackney", role=role, may=frozenset(may), organisation=organisation)

        return cls(
            form=add("online-form", "referrer", "refer"),
            force=add("met-police-batches", "police", "police", organisation="met-police"),
            manager=add("manager-1", "mash_manager", "rate", "decide", "read"),
            trainee=add("trainee-1", "trainee", "rate", "decide", "read"),
        )


class Outside:
    """`intake` and `status` say where they answer now: a restarted service has another port."""

    def __init__(self, keys: Keys, intake: Callable[[], str], status: Callable[[], str], receipts: Path) -> None:
        self.keys = keys
        self.receipts = receipts
        self._intake = intake
        self._status = status
        self._client = httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=64))

    async def aclose(self) -> None:
        await self._client.aclose()

    async def post(
        self, path: str, key: str | None = None, *, idempotency_key: str | None = None, **content: Any
    ) -> httpx.Response:
        """Once. `content` is httpx's `json`, or `content` with its `headers`."""
        headers = {
            "Authorization": f"Bearer {key or self.keys.form}",
            "Idempotency-Key": idempotency_key or uuid4().hex,
        }
        headers |= content.pop("headers", {})
        answer = await self._client.post(self._intake() + path, headers=headers, **content)
        if answer.status_code == ACCEPTED:
            self._keep(path, headers["Idempotency-Key"], answer)
        return answer

    async def insist(
        self, path: str, key: str, idempotency_key: str, within: float = 60, **content: Any
    ) -> Mapping[str, Any]:
        """Until it is taken, under the same key, as P1 tells a sender to. Raises where it is refused."""
        async with asyncio.timeout(within):
            while True:
                try:
                    answer = await self.post(path, key, idempotency_key=idempotency_key, **content)
                except httpx.HTTPError:
                    await asyncio.sleep(0.2)
                    continue
                if answer.status_code not in AGAIN:
                    answer.raise_for_status()
                    return answer.json()
                await asyncio.sleep(0.2)

    async def get(
        self, path: str, key: str | None = None, *, accept: str = "application/json", **query: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key or self.keys.manager}", "Accept": accept}
        return await self._client.get(self._status() + path, headers=headers, params=query)

    def _keep(self, path: str, idempotency_key: str, answer: httpx.Response) -> None:
        receipt = {
            "at": datetime.now(UTC).isoformat(),
            "path": path,
            "idempotency_key": idempotency_key,
            "status": answer.status_code,
            "body": answer.json(),
        }
        with self.receipts.open("a") as file:
            file.write(json.dumps(receipt) + "\n")
