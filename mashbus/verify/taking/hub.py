"""What the hub's own topics leave in the index, beside its cases: counts, calls, silences, what was set aside."""

from sys import intern

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.verify import facts
from mashbus.verify.index import Index
from mashbus.verify.places import Logged, Place
from mashbus.verify.taking.takes import Takes


class TakingHub:
    """mash.hub and mash.quarantine."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.by_kind: Takes = {
            hub.ContactNotRecorded: self._not_recorded,
            hub.CallLogged: self._call,
            hub.PartnerSilent: self._silent,
            hub.PartnerBack: self._back,
            hub.RecordQuarantined: self._quarantined,
            hub.QuarantineReleased: self._released,
            hub.QuarantineDiscarded: self._released,
        }

    def _not_recorded(self, record: hub.ContactNotRecorded, _: Logged) -> None:
        self._index.not_recorded[intern(record.meta.partnership), intern(record.rule)] += 1

    def _call(self, record: hub.CallLogged, _: Logged) -> None:
        self._index.calls.add(record.reference)

    def _silent(self, record: hub.PartnerSilent, logged: Logged) -> None:
        meta = record.meta
        self._index.silences[meta.event_id] = facts.Silence(
            meta.event_id, intern(meta.partnership), intern(record.organisation), record.owes, record.since,
            meta.occurred_at, logged.ms,
        )  # fmt: skip

    def _back(self, record: hub.PartnerBack, logged: Logged) -> None:
        meta = record.meta
        self._index.returns[meta.cause_id or meta.event_id].append(
            facts.Return(meta.event_id, intern(meta.partnership), intern(record.organisation), logged.ms)
        )

    def _quarantined(self, record: hub.RecordQuarantined, _: Logged) -> None:
        original = record.original
        place = Place(original.topic, original.partition, original.offset)
        self._index.quarantined[place].append(
            facts.Quarantined(record.meta.event_id, record.service, record.organisation, record.meta.case_id)
        )

    def _released(self, record: Record, _: Logged) -> None:
        if record.meta.cause_id:
            self._index.released.add(record.meta.cause_id)
