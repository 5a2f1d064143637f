"""Which id stands for which schema on the wire. Once resolved they are kept, in memory and in a small file.

So a stopped registry stops nothing that runs or starts again. Where the registry answers, it is believed and the
file is written anew: ids belong to a registry, and a new one may number differently.
"""

import asyncio
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from mashbus.bus.errors import NotRegistered, RegistryDown
from mashbus.bus.registry import AT_ONCE, Registry
from mashbus.contracts.catalogue import Catalogue

FILE = "schema-ids.json"
"""In the home folder."""

Ids = Mapping[tuple[str, str], int]
"""(topic, dataschema) -> id."""


class KnownIds:
    """Ids that are known, both ways."""

    def __init__(self, ids: Ids | None = None) -> None:
        self._ids: dict[tuple[str, str], int] = {}
        self._dataschemas: dict[int, str] = {}
        self._learn(ids or {})

    def id_of(self, topic: str, dataschema: str) -> int:
        try:
            return self._ids[topic, dataschema]
        except KeyError:
            raise NotRegistered(topic, dataschema) from None

    def dataschema_of(self, schema_id: int) -> str | None:
        """None where the id is not one of ours, or not known yet."""
        return self._dataschemas.get(schema_id)

    def _learn(self, ids: Ids) -> None:
        self._ids = self._ids | dict(ids)
        self._dataschemas = {schema_id: dataschema for (_, dataschema), schema_id in self._ids.items()}


class FixedIds(KnownIds):
    """Without a registry. Of a catalogue: its schemas numbered from 1, for tests.

    Empty: a log is read by its `ce_dataschema` headers alone, and nothing can be written.
    """

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        super().__init__()
        self._numbers = {one: number for number, one in enumerate(catalogue.dataschemas if catalogue else (), start=1)}
        self._dataschemas = {number: one for one, number in self._numbers.items()}

    def id_of(self, topic: str, dataschema: str) -> int:
        try:
            return self._numbers[dataschema]
        except KeyError:
            raise NotRegistered(topic, dataschema) from None


class SchemaIds(KnownIds):
    """The registry's ids, with the file `<home>/schema-ids.json` as memory."""

    def __init__(self, home: Path) -> None:
        self._file = home / FILE
        super().__init__(_read(self._file))

    async def resolve(self, registry: Registry, catalogue: Catalogue, topics: Iterable[str]) -> None:
        """Ask for every version of every record of these topics.

        With the registry down the kept ids do, if they are complete; else RegistryDown. NotRegistered where the
        registry has no such schema: `mashbus schemas publish` comes first.
        """
        wanted = wanted_ids(catalogue, topics)
        try:
            found = await _asked(registry, catalogue, wanted)
        except RegistryDown:
            if all(pair in self._ids for pair in wanted):
                return
            raise
        self.keep(found)

    def keep(self, ids: Ids) -> None:
        """Learn these and write the file: whole or not at all, whichever process does it last."""
        self._learn(ids)
        _write(self._file, {**_read(self._file), **self._ids})


def wanted_ids(catalogue: Catalogue, topics: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Every (topic, dataschema) of these topics, a record's versions in order."""
    return tuple(
        (topic, f"{full_name}/{version}")
        for topic in topics
        for full_name in catalogue.topic(topic).records
        for version in catalogue.versions(full_name)
    )


async def _asked(
    registry: Registry, catalogue: Catalogue, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(topic: str, dataschema: str) -> tuple[tuple[str, str], int]:
        async with turn:
            schema_id = await registry.lookup(topic, catalogue.document(dataschema))
        if schema_id is None:
            raise NotRegistered(topic, dataschema)
        return (topic, dataschema), schema_id

    return dict(await asyncio.gather(*(ask(topic, dataschema) for topic, dataschema in wanted)))


def _read(file: Path) -> dict[tuple[str, str], int]:
    """A missing or spoilt file knows nothing: it is a memory, not the truth."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return {(topic, dataschema): int(schema_id) for topic, dataschema, schema_id in kept}
    except (OSError, ValueError, TypeError):
        return {}


def _write(file: Path, ids: Ids) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [[topic, dataschema, schema_id] for (topic, dataschema), schema_id in sorted(ids.items())]
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(rows, indent=0), encoding="utf-8")
    draft.replace(file)
