"""The hub's memory as a service has it: what is known of a contact's children, kept fresh, one reading for a process.

async with remembered(settings, catalogue) as memory:
await memory.read_whole(stop)       # before the first question
await memory.fresh()                # before each batch
memory.look(partnership, case_id, contact, matched)
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from mashbus.bus.directory.claims import claims
from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.file import FOLDER, TableDamaged
from mashbus.bus.directory.keys import Keys
from mashbus.bus.directory.looking import Looking
from mashbus.bus.directory.lookups import Lookups
from mashbus.bus.directory.reading import NotFresh, Reading
from mashbus.bus.settings import Settings
from mashbus.contracts import hub
from mashbus.contracts.catalogue import Catalogue
from mashbus.domain.contact import Contact
from mashbus.domain.known import Candidate, Looked
from mashbus.domain.partnership import Partnership

A = TypeVar("A")


class NoDirectoryKey(Exception):
    def __init__(self) -> None:
        super().__init__(
            "MASHBUS_DIRECTORY_KEY is not set: the secret under which children are found in the directory. `mashbus "
            "stack up` makes one for a local hub; docs/operations.md says how for a real one. All must have the same"
        )


class Memory:
    def __init__(self, reading: Reading, keys: Keys, decoder: Decoder) -> None:
        self.keys = keys
        self._reading = reading
        self._decoder = decoder

    @property
    def ready(self) -> bool:
        """The log has been read to its end once."""
        return self._reading.whole.is_set()

    async def read_whole(self, stop: asyncio.Event) -> None:
        """Until the log has been read to its end once, or `stop`: minutes where there are millions of children."""
        await self._reading.read_whole(stop)

    async def fresh(self) -> None:
        """What the broker acknowledged before the call is known from now on. Raises TransientError within seconds."""
        await self._reading.fresh()

    def look(
        self, partnership: Partnership, case_id: UUID, contact: Contact, matched: Mapping[int, Sequence[Candidate]]
    ) -> Looked:
        """`matched`: who a person decided to be the child at that place of the contact. Raises TransientError."""
        return self.asked(lambda table: self._looking(table).look(partnership, case_id, contact, matched))

    def received(self, partnership: Partnership, case_id: UUID) -> datetime | None:
        """When the partnership had that case; None: not in the time that contacts are kept. Raises TransientError."""
        return self.asked(lambda table: self._looking(table).received(partnership, case_id))

    def claims(self, partnership: Partnership, case_id: UUID, contact: Contact) -> Sequence[hub.ContactIndexed]:
        """By what the contact can be found again."""
        return tuple(claims(partnership, case_id, contact, self.keys))

    def child(self, token: str) -> hub.ChildHeld | None:
        """What the directory says of a child. Raises TransientError."""
        value = self.asked(lambda table: table.child(token))
        return self._decoder.record(value, hub.ChildHeld) if value else None

    def last_of(self, token: str) -> hub.ChildHeld | None:
        """What was last told of a child, also that it is forgotten. Raises TransientError."""
        value = self.asked(lambda table: table.last_of(token))
        return self._decoder.record(value, hub.ChildHeld) if value else None

    def asked(self, question: Callable[[Lookups], A]) -> A:
        """Anything else of the table as it stands. Raises TransientError."""
        table = self._reading.table
        try:
            return question(table)
        except TableDamaged as damage:
            self._reading.damaged(damage)
            raise NotFresh(str(damage)) from damage

    def _looking(self, table: Lookups) -> Looking:
        return Looking(table, self.keys, self._decoder)


@dataclass
class _Shared:
    memory: Memory
    reading: Reading
    users: int = 0


_OPEN: dict[tuple[asyncio.AbstractEventLoop, Path], _Shared] = {}
"""Of this process: services that run in it share one reading and one file."""


def keys_of(settings: Settings) -> Keys:
    """Raises NoDirectoryKey."""
    if settings.directory_key is None:
        raise NoDirectoryKey
    return Keys(settings.directory_key.get_secret_value())


@asynccontextmanager
async def remembered(settings: Settings, catalogue: Catalogue) -> AsyncIterator[Memory]:
    """Being read from now on, in the background. Raises NoDirectoryKey."""
    place = asyncio.get_running_loop(), (settings.home / FOLDER).resolve()
    shared = _OPEN.get(place) or _opened(settings, catalogue, place[1])
    _OPEN[place] = shared
    shared.users += 1
    try:
        yield shared.memory
    finally:
        shared.users -= 1
        if not shared.users:
            del _OPEN[place]
            await shared.reading.stop()


def _opened(settings: Settings, catalogue: Catalogue, folder: Path) -> _Shared:
    keys = keys_of(settings)
    reading = Reading(settings.kafka_hosts, catalogue, folder, keys.fingerprint)
    reading.start()
    return _Shared(Memory(reading, keys, Decoder(catalogue)), reading)
