"""What agendas, meetings' results and Operation Encompass leave in the index."""

import re
from collections.abc import Iterable
from sys import intern

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify import meeting_facts as facts
from mashbus.verify.exposure import Secrets
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.places import Logged
from mashbus.verify.procedure_facts import Turn
from mashbus.verify.taking.takes import Takes

Ends = hub.EmailFailed | hub.EmailBounced | hub.EmailSuppressed
TO_SETTING = EmailKind.ENCOMPASS_NOTIFICATION
TO_HOLDER = EmailKind.PASSED_ON


class TakingMeetings:
    def __init__(self, index: Index, held: HeldOnce) -> None:
        self._index = index
        self._held = held
        self.by_kind: Takes = {hub.AgendaItemPlaced: self._placed}

    def _placed(self, record: hub.AgendaItemPlaced, logged: Logged) -> None:
        meta = record.meta
        self._turn(
            record,
            facts.Placed(
                meta.event_id, logged.place, logged.ms, intern(record.meeting), intern(record.requirement),
                record.meets_at, meta.occurred_at, self._held.alike(record.reasons),
            ),
        )  # fmt: skip

    def met(self, record: hub.MeetingResultRecorded, logged: Logged) -> None:
        meta, actor = record.meta, record.actor
        self._turn(
            record,
            facts.Met(
                meta.event_id, meta.cause_id, logged.place, logged.ms, intern(record.meeting), record.met_on,
                intern(record.result), hash((actor.label, actor.role)), intern(actor.role),
                None if record.rag is None else _levels(record),
            ),
        )  # fmt: skip

    def rated(self, record: hub.RatingGiven) -> None:
        """Kept where something called for it: a person's own rating has no cause."""
        meta, actor = record.meta, record.actor
        if meta.cause_id is not None:
            self._index.from_meetings.append(
                facts.FromMeeting(
                    meta.event_id,
                    meta.cause_id,
                    self._held.of(record),
                    hash((actor.label, actor.role)),
                    _levels(record),
                )
            )

    def to_setting(self, record: hub.EmailRequested, own: Secrets | None) -> None:
        text = f"{record.subject}\n{record.body}\n{record.html or ''}".casefold()
        names = own.names if own else ()
        self._index.to_settings[record.meta.event_id] = facts.ToSetting(
            tuple(_whose(names, name) for name in dict.fromkeys(names) if name and _stands(name, text)),
            any(_flat(said) in _flat(text) for said in (own.story if own else ())),
        )

    def undelivered(self, record: Ends, logged: Logged) -> None:
        """An email to a key adult, or to whoever a case was passed on to, was not read by anybody."""
        meta = record.meta
        ended = facts.Undelivered(
            type(record).__name__, meta.event_id, self._held.of(record), meta.cause_id, logged.place, logged.ms
        )
        if record.kind is TO_SETTING:
            self._index.undelivered.append(ended)
        elif record.kind is TO_HOLDER and not isinstance(record, hub.EmailSuppressed):
            self._index.unreached.append(ended)

    def _turn(self, record: Record, turn: Turn) -> None:
        self._index.turns[self._held.of(record)].append(turn)


def _levels(record: hub.MeetingResultRecorded | hub.RatingGiven) -> int:
    return hash((record.rag, record.level, record.pathways))


def _whose(names: Iterable[str], name: str) -> frozenset[int]:
    """Children with that name, or with one in which it stands: of them nobody knows which is meant."""
    return frozenset(place for place, one in enumerate(names) if one and _stands(name, one))


def _stands(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _flat(text: str) -> str:
    return " ".join(text.split())
