"""From the log to the index, record by record: what every record has, and the first of each id.

Contacts must come first (`CONTACT_TOPICS`): what identifies people is known before anything is searched for it.
"""

from collections.abc import Iterable
from uuid import UUID

from mashbus.contracts import hub, topics
from mashbus.contracts.record import Record
from mashbus.verify import facts
from mashbus.verify.exposure import exposures, shows
from mashbus.verify.exposure_memory import memory_exposures
from mashbus.verify.index import Index
from mashbus.verify.places import Logged
from mashbus.verify.taking.contacts import Contact, contact_of
from mashbus.verify.taking.deadlines import Monitors
from mashbus.verify.taking.records import Taking

CONTACT_TOPICS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS)
"""To be read before all others."""
MEMORY_TOPICS = (topics.DIRECTORY, topics.CONTACTS)


class Indexer:
    def __init__(self, planted: Iterable[str] = ()) -> None:
        """`planted`: words of what must not be kept, to search every record for."""
        self.index = Index()
        self._planted = tuple(word.lower().encode() for word in planted)
        self._taking = Taking(self.index)
        self._seen: dict[str, set[UUID]] = {}

    def add(self, logged: Logged) -> None:
        index, place, record = self.index, logged.place, logged.record
        index.records[place.topic] += 1
        index.begins.setdefault((place.topic, place.partition), (place.offset, logged.ms))
        if self._planted:
            self._search(logged)
        if place.topic == topics.DIRECTORY and not logged.value:
            return  # forgotten
        if record is None:
            index.unread.append(facts.Unread(place, logged.fault))
            return
        if isinstance(record, Contact):
            self._taking.learn(record)
        if not _from_partner(place.topic):
            self._look_at(logged, record)
        if self._is_repeat(place.topic, record.meta.event_id):
            index.repeats[type(record).__name__] += 1
            self._again(record, logged)
        elif take := self._taking.by_kind.get(type(record)):
            take(record, logged)

    def add_all(self, log: Iterable[Logged]) -> Index:
        for logged in log:
            self.add(logged)
        return self.index

    # -- what every record has -----------------------------------------------------------------------------------

    def _look_at(self, logged: Logged, record: Record) -> None:
        case_id = record.meta.case_id
        if logged.place.topic in MEMORY_TOPICS:
            own = self._taking.secrets(getattr(record, "case", None))
            self.index.exposed_memory.extend(memory_exposures(logged, record, own))
            return
        self.index.exposed.extend(exposures(logged, record, self._taking.secrets(case_id)))
        if case_id is not None and self._taking.held.partition(case_id) != logged.place.partition:
            self.index.misplaced.append(logged.place)

    def _search(self, logged: Logged) -> None:
        self.index.planted_sought += 1
        said = "\n".join((*logged.headers, *logged.headers.values())).encode()
        if any(shows(one, self._planted) for one in (logged.value, logged.key or b"", said)):
            self.index.planted.append(logged.place)

    def _is_repeat(self, topic: str, event_id: UUID) -> bool:
        seen = self._seen.setdefault(topic, set())
        before = len(seen)
        seen.add(event_id)
        return len(seen) == before

    def _again(self, record: Record, logged: Logged) -> None:
        if isinstance(record, hub.PoliceNotificationReceived):
            self.index.incidents[record.batch_id].add(record.meta.event_id)
        if isinstance(record, Monitors):
            self._taking.again(record)
        if isinstance(record, Contact) and record.meta.case_id is not None:
            first = self.index.contacts.get(record.meta.case_id)
            if first and first.content_hash != record.content_hash:
                self.index.differing.append(contact_of(record, logged))


def _from_partner(topic: str) -> bool:
    """Keys and headers there are the organisation's own doing."""
    return topic.endswith((".responses", ".submissions"))
