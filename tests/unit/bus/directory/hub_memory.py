"""The hub's memory without a broker: records in, as the reader would take them, and questions to the table."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from core_story import CHILD, CONCERN, HACKNEY, MONDAY

from mashbus.bus.codec import Codec
from mashbus.bus.directory.claims import claims
from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.keys import Exact, Keys
from mashbus.bus.directory.looking import Looking
from mashbus.bus.directory.memory import Memory
from mashbus.bus.directory.table import Table
from mashbus.bus.headers import cloudevent
from mashbus.bus.producer import partition_of
from mashbus.bus.received import Received
from mashbus.bus.schema_ids import FixedIds
from mashbus.contracts import hub
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.contact import Contact
from mashbus.domain.known import Candidate, Holder, Holding, Identifier, Looked
from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import Channel, OpeningKind

CATALOGUE = Catalogue.load(Path(__file__).parents[4] / "schemas")
CODEC = Codec(CATALOGUE, FixedIds(CATALOGUE))
KEYS = Keys("a secret that no hub has, long enough")
CSC, EARLY_HELP = "hackney-csc", "hackney-early-help"
PARTNERSHIP = replace(HACKNEY, known=replace(HACKNEY.known, holders=(CSC, EARLY_HELP)))
OPEN = Holding(service=Holder.SOCIAL_CARE, unit="Unit 4", opened_on=MONDAY.date())
NHS, OTHER_NHS = "9990000018", "9990000026"
UPN = "A123456789012"


def contact(
    key: str, *children: Child, at: datetime = MONDAY, content: str | None = None, **changes: object
) -> Contact:
    said: dict[str, object] = {"kind": OpeningKind.REFERRAL, "channel": Channel.ONLINE_FORM, "source": "2A"}
    return Contact(
        event_id=ids.once(case(key), "ReferralReceived"),
        partnership="hackney",
        received_at=at,
        children=children or (CHILD,),
        adults=(),
        concern=CONCERN,
        content_hash=content or key,
        **{**said, **changes},
    )


def case(key: str) -> UUID:
    return ids.case_of_client("school", key)


def token(local_id: str, organisation: str = CSC) -> str:
    return KEYS.child("hackney", organisation, local_id)


def held(local_id: str, *holdings: Holding, organisation: str = CSC, partnership: str = "hackney") -> hub.ChildHeld:
    return hub.ChildHeld(
        meta=_meta(local_id, partnership),
        child=KEYS.child(partnership, organisation, local_id),
        organisation=organisation,
        changed_at=MONDAY,
        holdings=holdings,
        person=Child(local_id=local_id, given_name="Tamsin") if holdings else None,
    )


def identified(kind: Identifier, value: str | tuple[str, ...], local_id: str | None, organisation: str = CSC) -> Record:
    parts = (value,) if isinstance(value, str) else value
    return hub.ChildIdentified(
        meta=_meta(str(parts), "hackney"),
        identifier=KEYS.held("hackney", organisation, Exact(kind=kind, value=parts)),
        kind=kind,
        organisation=organisation,
        child=token(local_id, organisation) if local_id else None,
    )


class ReadToItsEnd:
    """A reading that has nothing left to read."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.whole = asyncio.Event()
        self.whole.set()
        self.fault: Exception | None = None
        self.asked = 0

    async def fresh(self) -> None:
        self.asked += 1
        if self.fault:
            raise self.fault


class HubMemory:
    """A log of the two topics and the table over it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.table = Table(folder / "0.sqlite", {"key": KEYS.fingerprint})
        self.catalogue = CATALOGUE
        self._decoder = Decoder(CATALOGUE)
        self._ends: dict[tuple[str, int], int] = {}

    def told(self, *records: Record) -> "HubMemory":
        for record in records:
            received = self.received(record)
            change = self._decoder.change(received)
            assert change is not None
            self.table.apply([change], {(received.topic, received.partition): received.offset + 1})
        return self

    def received(self, record: Record) -> Received:
        topic, key = topic_of(record), key_of(record)
        place = topic, partition_of(key)
        offset = self._ends.get(place, 0)
        self._ends[place] = offset + 1
        at = int(MONDAY.timestamp() * 1000) + offset
        return Received(
            topic, place[1], offset, at, key.encode(), CODEC.encode(topic, record), cloudevent(record, "/t")
        )

    def service(self) -> Memory:
        """As a service has it. `self.reading` is moody where told to be."""
        self.reading = ReadToItsEnd(self.table)
        return Memory(self.reading, KEYS, self._decoder)

    def came(self, key: str, what: Contact) -> "HubMemory":
        """A contact whose claims are in the log."""
        return self.told(*claims(PARTNERSHIP, case(key), what, KEYS))

    def look(self, key: str, what: Contact, matched: Mapping[int, Sequence[Candidate]] | None = None) -> Looked:
        looking = Looking(self.table, KEYS, self._decoder)
        return looking.look(PARTNERSHIP, case(key), what, matched or {})

    def knows(self, key: str) -> bool:
        return Looking(self.table, KEYS, self._decoder).received(PARTNERSHIP, case(key)) is not None


def _meta(what: str, partnership: str) -> Meta:
    return Meta(
        event_id=ids.derived("test", what, partnership), partnership=partnership, case_id=None, occurred_at=MONDAY
    )
