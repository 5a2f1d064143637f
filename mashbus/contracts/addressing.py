"""Which topic a record goes to, and under which key: the one place that decides who is shown what (promise P5).

A record for an organisation names it, and goes to that organisation's topic and nowhere else.
"""

from mashbus.contracts import agency, hub, topics
from mashbus.contracts.record import Record

_HUB_RECORDS: dict[str, tuple[type[Record], ...]] = {
    topics.REFERRALS: hub.REFERRALS,
    topics.POLICE_NOTIFICATIONS: hub.POLICE_NOTIFICATIONS,
    topics.CASES: hub.CASES,
    topics.BREACHES: hub.BREACHES,
    topics.EMAILS: hub.EMAILS,
    topics.HUB: hub.HUB,
    topics.DIRECTORY: hub.DIRECTORY,
    topics.CONTACTS: hub.CONTACTS,
    topics.QUARANTINE: hub.QUARANTINE,
}
_HUB_TOPICS = {kind: topic for topic, kinds in _HUB_RECORDS.items() for kind in kinds}


class NoAddress(TypeError):
    """A record that has no topic of its own: a fault of ours, never of the input."""

    def __init__(self, record: Record) -> None:
        super().__init__(f"{record.full_name()} has no topic of its own")


def topic_of(record: Record) -> str:
    """The record's topic; for a copy, that of the organisation it names."""
    if isinstance(record, agency.REQUESTS):
        return topics.requests_of(record.organisation)
    try:
        return _HUB_TOPICS[type(record)]
    except KeyError:
        raise NoAddress(record) from None


def key_of(record: Record) -> str:
    """The case, or the record's own id where it belongs to none; in the hub's memory a keyed hash. Opaque (promise P7).

    All that is known of one child, or of one identifier, lies in one partition, in one order.
    """
    match record:
        case hub.ChildHeld():
            return record.child
        case hub.ChildIdentified() | hub.ContactIndexed():
            return record.identifier
    return str(record.meta.case_id or record.meta.event_id)
