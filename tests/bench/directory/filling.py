"""Children straight into the log, with the product's own keys and schemas, on every core of the machine.

A child has a record of some 400 bytes with names and an address, a UPN, an NHS number, and every tenth a police
reference; every tenth child was the subject of a contact. Encoded without the views, which would cost the most of it.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import fastavro
from confluent_kafka import Producer

from mashbus.bus.codec import FRAME
from mashbus.bus.directory.keys import Exact, Keys
from mashbus.bus.headers import DATASCHEMA
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.domain.known import Identifier

PARTNERSHIP, HOLDER = "hackney", "hackney-csc"
WHEN = datetime(2026, 6, 1, tzinfo=UTC)


def upn(number: int) -> str:
    return f"Z{number:012}"


def nhs(number: int) -> str:
    """In shape; nobody looks at its check digit when it is found by its key."""
    return f"{9_000_000_000 + number}"


async def fill(settings: Settings, children: range) -> None:
    """Returns when the broker has everything."""
    workers = os.cpu_count() or 1
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        shares = (children[worker::workers] for worker in range(workers))
        await asyncio.gather(*(loop.run_in_executor(pool, _fill, settings, share) for share in shares))


def _fill(settings: Settings, numbers: range) -> None:
    producer = Producer({
        "bootstrap.servers": settings.kafka, "acks": "all", "linger.ms": 50, "partitioner": "murmur2",
        "queue.buffering.max.messages": 50_000,
    })  # fmt: skip
    write = _Writer(settings)
    for number in numbers:
        for topic, key, headers, value in write.records(number):
            while True:
                try:
                    producer.produce(topic, value, key, headers=headers)
                    break
                except BufferError:
                    producer.poll(0.1)
        producer.poll(0)
    assert producer.flush(120) == 0


class _Writer:
    def __init__(self, settings: Settings) -> None:
        assert settings.directory_key
        self._keys = Keys(settings.directory_key.get_secret_value())
        self._catalogue = Catalogue.load(settings.schemas)
        self._ids = SchemaIds(settings.home)

    def records(self, number: int) -> Iterator[tuple[str, str, list[tuple[str, bytes]], bytes]]:
        token = self._keys.child(PARTNERSHIP, HOLDER, f"LA-{number}")
        yield self._encoded(topics.DIRECTORY, hub.ChildHeld, token, self._held(number, token))
        for one in _identifiers(number):
            key = self._keys.held(PARTNERSHIP, HOLDER, one)
            said = {"identifier": key, "kind": one.kind.value, "organisation": HOLDER, "child": token}
            yield self._encoded(topics.DIRECTORY, hub.ChildIdentified, key, said)
        if number % 10 == 0:
            key = self._keys.contact(PARTNERSHIP, Exact(kind=Identifier.NHS_NUMBER, value=(nhs(number),)))
            said = {
                "identifier": key, "kind": "nhs_number", "case": str(uuid5(NAMESPACE_DNS, f"case/{number}")),
                "child": 0, "received_at": WHEN, "person": None,
            }  # fmt: skip
            yield self._encoded(topics.CONTACTS, hub.ContactIndexed, key, said)

    def _held(self, number: int, token: str) -> dict[str, Any]:
        holding = {
            "service": "social_care", "unit": f"Unit {number % 40}", "worker_email": f"w{number % 500}@council.example",
            "manager_email": f"m{number % 40}@council.example", "opened_on": date(2026, 1, 5), "closed_on": None,
            "closure_reason": None, "need": "N1",
        }  # fmt: skip
        address = {"lines": [f"{number % 200} Example Street", "Sampletown"], "postcode": "ZZ99 3WZ", "uprn": None}
        person = {
            "local_id": f"LA-{number}", "given_name": f"Given{number % 900}", "family_name": f"Family{number % 9000}",
            "date_of_birth": date(2010 + number % 16, 1 + number % 12, 1 + number % 28), "sex": "F",
            "nhs_number_status": "absent", "address": address, "disabilities": [],
        }  # fmt: skip
        return {
            "child": token, "organisation": HOLDER, "changed_at": WHEN, "holdings": [holding], "person": person,
        }  # fmt: skip

    def _encoded(
        self, topic: str, view: type[hub.HubRecord], key: str, said: dict[str, Any]
    ) -> tuple[str, str, list[tuple[str, bytes]], bytes]:
        event_id = str(uuid5(NAMESPACE_DNS, key))
        meta = {
            "event_id": event_id, "partnership": PARTNERSHIP, "case_id": None, "occurred_at": WHEN, "cause_id": event_id
        }  # fmt: skip
        out = BytesIO()
        out.write(FRAME.pack(0, self._ids.id_of(topic, view.dataschema())))
        fastavro.schemaless_writer(out, self._catalogue.writer(view.dataschema()), {"meta": meta, **said})
        headers = [
            ("ce_id", event_id.encode()), ("ce_time", b"2026-06-01T00:00:00Z"), ("ce_specversion", b"1.0"),
            ("ce_type", view.full_name().encode()), ("ce_source", b"/bench"), (DATASCHEMA, view.dataschema().encode()),
            ("content-type", b"application/avro"),
        ]  # fmt: skip
        return topic, key, headers, out.getvalue()


def _identifiers(number: int) -> Iterator[Exact]:
    yield Exact(kind=Identifier.UPN, value=(upn(number),))
    yield Exact(kind=Identifier.NHS_NUMBER, value=(nhs(number),))
    if number % 10 == 0:
        yield Exact(kind=Identifier.POLICE_REFERENCE, value=("met-police", f"P-{number}"))
