"""The log in memory: the first record of an id is the fact, the rest is counted."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from mashbus.verify import deadline_facts, facts, meeting_facts, memory_facts, procedure_facts
from mashbus.verify.incidents import Further, Incident
from mashbus.verify.places import Place


@dataclass
class Index:
    """Facts by the ids that checks look them up by. Filled by `mashbus.verify.indexing`."""

    records: Counter[str] = field(default_factory=Counter)
    """Raw records by topic."""
    repeats: Counter[str] = field(default_factory=Counter)
    """Records whose id had been seen on the topic, by record name."""
    begins: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    """(topic, partition) -> (first offset, its append time): beyond 0 where retention has removed older ones."""
    contacts: dict[UUID, facts.Contact] = field(default_factory=dict)
    """By case."""
    differing: list[facts.Contact] = field(default_factory=list)
    """Came again under their id with other content."""
    particulars: dict[UUID, procedure_facts.Particulars] = field(default_factory=dict)
    """What the contact says, as conditions test it, by case."""
    further: dict[UUID, list[Further]] = field(default_factory=lambda: defaultdict(list))
    """Police notifications of an incident after the first, by case."""
    notified: dict[UUID, Incident] = field(default_factory=dict)
    """Police incidents as all their notifications tell them, by case."""
    from_meetings: list[meeting_facts.FromMeeting] = field(default_factory=list)
    to_settings: dict[UUID, meeting_facts.ToSetting] = field(default_factory=dict)
    """What emails to key adults show."""
    undelivered: list[meeting_facts.Undelivered] = field(default_factory=list)
    unreached: list[meeting_facts.Undelivered] = field(default_factory=list)
    """Emails by which a case was passed on, that failed or came back."""
    turns: dict[UUID, list[procedure_facts.Turn]] = field(default_factory=lambda: defaultdict(list))
    """By case, in the order of mash.cases."""
    sent_back: dict[UUID, procedure_facts.Returned] = field(default_factory=dict)
    versions: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """(partnership, version of its profile) -> when it was first and last used, in the broker's milliseconds."""
    not_recorded: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(partnership, rule) of contacts of which nothing is kept."""
    calls: set[str] = field(default_factory=set)
    """References of advice calls: they belong to no case."""
    called: dict[UUID, procedure_facts.Called] = field(default_factory=dict)
    """By the EncompassCalled."""
    returned: dict[UUID, UUID] = field(default_factory=dict)
    batches: dict[UUID, facts.Batch] = field(default_factory=dict)
    incidents: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    """Notifications by batch, repeats included: an incident may come again in another batch."""
    stated: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    """(case, kind) -> the fact that is stated once in a case."""
    stated_again: list[tuple[UUID, str, UUID]] = field(default_factory=list)
    asked: dict[UUID, facts.Asked] = field(default_factory=dict)
    rerated: list[facts.Rerated] = field(default_factory=list)
    deadlines: dict[UUID, deadline_facts.Owed] = field(default_factory=dict)
    differently: list[tuple[UUID, UUID]] = field(default_factory=list)
    """(deadline, fact) where a later fact states another instant under the deadline's id."""
    routed: dict[UUID, deadline_facts.Routed] = field(default_factory=dict)
    """By case."""
    ended: dict[UUID, list[int]] = field(default_factory=lambda: defaultdict(list))
    """When a fact withdrew a deadline by its id, in the broker's milliseconds."""
    suspended: list[deadline_facts.Suspended] = field(default_factory=list)
    resumed: list[deadline_facts.Resumed] = field(default_factory=list)
    milestones: dict[tuple[UUID, str], list[deadline_facts.Reached]] = field(default_factory=lambda: defaultdict(list))
    """By case and milestone."""
    directed: dict[UUID, int] = field(default_factory=dict)
    """Cases that went another way than triage, since when, in the broker's milliseconds."""
    aside: dict[tuple[UUID, str], int] = field(default_factory=dict)
    """(case, PassedToHolder or CaseLinked) since when others stand for the hub, in the broker's milliseconds."""
    links: list[memory_facts.Linked] = field(default_factory=list)
    noted: list[memory_facts.Noted] = field(default_factory=list)
    handed: dict[UUID, list[memory_facts.Handed]] = field(default_factory=lambda: defaultdict(list))
    """What organisations were passed, by the PassedToHolder."""
    claims: dict[tuple[str, str], list[memory_facts.Claim]] = field(default_factory=lambda: defaultdict(list))
    """Contacts by (partnership, keyed hash), in the order of mash.contacts."""
    copies: dict[UUID, list[facts.Copy]] = field(default_factory=lambda: defaultdict(list))
    """By request."""
    told: list[facts.Told] = field(default_factory=list)
    disclosures: dict[UUID, list[facts.Disclosure]] = field(default_factory=lambda: defaultdict(list))
    """By request."""
    responses: dict[tuple[str, UUID], facts.Response] = field(default_factory=dict)
    """By organisation and event: whose topic it lies on is part of what it is."""
    submissions: dict[tuple[str, UUID], facts.Response] = field(default_factory=dict)
    held: dict[UUID, int] = field(default_factory=dict)
    """What case systems said that the directory holds: by the record or request that a ChildHeld restates, when."""
    restated: dict[tuple[str, UUID], list[facts.Restated]] = field(default_factory=lambda: defaultdict(list))
    """By organisation and the event restated."""
    given: dict[UUID, facts.Given] = field(default_factory=dict)
    acts: dict[UUID, list[facts.Act]] = field(default_factory=lambda: defaultdict(list))
    """By the decision that a fact names as its cause, or that was refused."""
    collated: dict[UUID, list[facts.Collated]] = field(default_factory=lambda: defaultdict(list))
    """By case, in the order of the log."""
    decided: dict[UUID, facts.Decided] = field(default_factory=dict)
    """By case."""
    at_risk: dict[UUID, list[deadline_facts.Said]] = field(default_factory=lambda: defaultdict(list))
    breaches: dict[UUID, list[deadline_facts.Said]] = field(default_factory=lambda: defaultdict(list))
    """Canaries that fired, too."""
    resolved: dict[UUID, list[deadline_facts.Resolved]] = field(default_factory=lambda: defaultdict(list))
    """By deadline, all three."""
    said_otherwise: list[tuple[UUID, UUID]] = field(default_factory=list)
    """(deadline, id): the monitor said something of another deadline or instant under an id that it had used."""
    emails: dict[UUID, facts.Email] = field(default_factory=dict)
    email_ends: dict[UUID, list[facts.EmailEnd]] = field(default_factory=lambda: defaultdict(list))
    """By the EmailRequested."""
    sent: dict[tuple[UUID, str], int] = field(default_factory=dict)
    """(case, kind) of emails -> when the first was said to be sent, in the broker's milliseconds. What each school is
    told goes by its own EmailRequested: one stands for no other.
    """
    suppressed: dict[tuple[UUID, str], int] = field(default_factory=dict)
    """The same of emails that are not sent."""
    not_owed: dict[tuple[UUID, str], int] = field(default_factory=dict)
    """The same of those among them that procedure forbids, or that nobody is there for."""
    silences: dict[UUID, facts.Silence] = field(default_factory=dict)
    returns: dict[UUID, list[facts.Return]] = field(default_factory=lambda: defaultdict(list))
    """By the PartnerSilent."""
    quarantined: dict[Place, list[facts.Quarantined]] = field(default_factory=lambda: defaultdict(list))
    released: set[UUID] = field(default_factory=set)
    """Quarantine entries that were released or discarded."""
    unread: list[facts.Unread] = field(default_factory=list)
    exposed: list[facts.Exposed] = field(default_factory=list)
    exposed_memory: list[facts.Exposed] = field(default_factory=list)
    """The same of the hub's memory of children and contacts."""
    planted: list[Place] = field(default_factory=list)
    """Records that hold a planted word, wherever in them."""
    planted_sought: int = 0
    """How many records were searched for them."""
    misplaced: list[Place] = field(default_factory=list)
    """Records of a case outside the case's partition."""

    @cached_property
    def waiting(self) -> frozenset[tuple[UUID, str]]:
        """(case, service): there the case's records wait behind a quarantined one (promise P2)."""
        return frozenset(
            (one.case_id, one.service)
            for place, entries in self.quarantined.items()
            for one in entries
            if one.case_id and one.event_id not in self.released and place.topic.startswith("mash.")
        )

    @cached_property
    def handed_ids(self) -> dict[UUID, list[memory_facts.Handed]]:
        """What organisations were passed, by its own id."""
        found: dict[UUID, list[memory_facts.Handed]] = defaultdict(list)
        for several in self.handed.values():
            for one in several:
                found[one.event_id].append(one)
        return found

    @cached_property
    def quarantine(self) -> dict[UUID, facts.Quarantined]:
        """Entries by their own id."""
        return {one.event_id: one for entries in self.quarantined.values() for one in entries}

    @cached_property
    def refused(self) -> frozenset[tuple[str, UUID]]:
        """(organisation, record) of what an AnswerRefused answers."""
        return frozenset(
            (told.organisation, said)
            for told in self.told
            if told.kind == "AnswerRefused"
            for said in (told.refused_id, told.cause_id)
            if said
        )

    def is_first(self, case_id: UUID, kind: str, event_id: UUID) -> bool:
        """True for the first fact that is stated once in its case; of another one it is remembered."""
        first = self.stated.setdefault((case_id, kind), event_id)
        if first != event_id:
            self.stated_again.append((case_id, kind, event_id))
        return first == event_id

    def is_quarantined(self, place: Place, service: str | None = None) -> bool:
        return any(service in {None, one.service} for one in self.quarantined.get(place, ()))

    def has_gaps(self, topic: str, ends: Mapping[tuple[str, int], int]) -> bool:
        """Older records of a key may be gone: fewer are there than were written."""
        written = sum(end for (name, _), end in ends.items() if name == topic)
        return self.records[topic] < written

    def expired(self, topic: str, partition: int, ms: int) -> bool:
        """What was appended there at `ms` has been removed by the topic's retention."""
        first, since = self.begins.get((topic, partition), (0, 0))
        return first > 0 and ms <= since
