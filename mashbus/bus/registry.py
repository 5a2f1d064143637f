"""The schema registry, through the Confluent-compatible API. Subjects are `<topic>-<full name>` (TopicRecordName).

httpx rather than confluent-kafka's client: that one needs three more libraries and threads for four requests.
"""

import asyncio
import json
from collections.abc import Iterable
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import httpx

from mashbus.bus.errors import RegistryDown, RegistryRefused
from mashbus.contracts.catalogue import Catalogue

COMPATIBILITY = "FULL_TRANSITIVE"
"""Any two versions of a record read each other."""

AT_ONCE = 8
"""Requests on their way at the same time."""

_JSON = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
_LIMIT = timedelta(seconds=10)
_NOT_FOUND = 404


def subject(topic: str, document: dict[str, Any]) -> str:
    return f"{topic}-{document['namespace']}.{document['name']}"


class Registry:
    """`async with Registry(settings.registry) as registry:`. RegistryDown may pass; RegistryRefused will not."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=_LIMIT.total_seconds(), transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def lookup(self, topic: str, document: dict[str, Any]) -> int | None:
        """The id of this very schema under the topic's subject; None where it is not registered there."""
        name = subject(topic, document)
        answer = await self._send("POST", f"/subjects/{name}", _body(document))
        if answer.status_code == _NOT_FOUND:
            return None
        return int(_accepted(name, answer)["id"])

    async def register(self, topic: str, document: dict[str, Any]) -> int:
        """Registers the schema, or finds that it is: the id either way."""
        name = subject(topic, document)
        answer = await self._send("POST", f"/subjects/{name}/versions", _body(document))
        return int(_accepted(name, answer)["id"])

    async def demand_compatibility(self, topic: str, document: dict[str, Any]) -> None:
        """From now on the subject takes only what is compatible with every version before it, both ways."""
        name = subject(topic, document)
        _accepted(name, await self._send("PUT", f"/config/{name}", {"compatibility": COMPATIBILITY}))

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, content=json.dumps(body), headers=_JSON)
        except httpx.TransportError as fault:
            raise RegistryDown(type(fault).__name__) from fault
        if answer.is_server_error:
            raise RegistryDown(f"HTTP {answer.status_code}")
        return answer


def _body(document: dict[str, Any]) -> dict[str, Any]:
    """Without the file's line breaks: the same schema gives the same text, however the file is laid out."""
    return {"schema": json.dumps(document, separators=(",", ":"), ensure_ascii=False), "schemaType": "AVRO"}


def _accepted(name: str, answer: httpx.Response) -> dict[str, Any]:
    if answer.is_success:
        body: dict[str, Any] = answer.json()
        return body
    raise RegistryRefused(name, answer.status_code, _code(answer))


def _code(answer: httpx.Response) -> int | None:
    try:
        return int(answer.json()["error_code"])
    except (ValueError, KeyError, TypeError):
        return None


async def publish(registry: Registry, catalogue: Catalogue, topics: Iterable[str]) -> dict[tuple[str, str], int]:
    """Registers every version of every record of these topics, oldest first: (topic, dataschema) -> id.

    Doing it again finds everything there. A version that breaks an earlier one is refused by the registry too.
    """
    turn = asyncio.Semaphore(AT_ONCE)

    async def record(topic: str, full_name: str) -> dict[tuple[str, str], int]:
        ids = {}
        async with turn:
            for version in catalogue.versions(full_name):
                document = catalogue.document(f"{full_name}/{version}")
                ids[topic, f"{full_name}/{version}"] = await registry.register(topic, document)
                await registry.demand_compatibility(topic, document)
        return ids

    pairs = [(topic, full_name) for topic in topics for full_name in catalogue.topic(topic).records]
    published = await asyncio.gather(*(record(topic, full_name) for topic, full_name in pairs))
    return {key: schema_id for ids in published for key, schema_id in ids.items()}
