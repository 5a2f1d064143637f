"""What each record of the hub's memory leaves in the index: lookups, what was passed on, links, matches, claims."""

from collections.abc import Iterable
from sys import intern
from typing import Any
from uuid import UUID

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Record
from mashbus.domain.known import Holding
from mashbus.verify import memory_facts as facts
from mashbus.verify.exposure import Secrets, child_fields, fields_of, foreign, of_whom, shows
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.places import Logged
from mashbus.verify.procedure_facts import Turn
from mashbus.verify.taking.procedure import address
from mashbus.verify.taking.takes import Takes


class TakingMemory:
    def __init__(self, index: Index, held: HeldOnce) -> None:
        self._index = index
        self._held = held
        self.by_kind: Takes = {
            hub.LaterCaseNoted: self._noted,
            hub.MatchOffered: self._offered,
            hub.ContactIndexed: self._claimed,
            hub.ChildHeld: self._held_now,
        }

    def looked_up(self, record: hub.ChildrenLookedUp, logged: Logged) -> None:
        known = tuple(
            facts.KnownChild(
                one.child,
                intern(one.organisation),
                one.token,
                tuple(map(spell_of, one.holdings)),
                _words(one.matched_on),
            )
            for one in record.known
        )
        earlier = tuple(
            facts.Earlier(one.child, self._held.case(one.case), _words(one.matched_on)) for one in record.earlier
        )
        meta = record.meta
        self._turn(
            record,
            facts.LookedUp(
                meta.event_id, meta.cause_id, logged.place, logged.ms, record.round, self._held.alike(known),
                bool(record.contradictions), self._held.alike(earlier), record.same_as,
            ),
        )  # fmt: skip

    def passed(self, record: hub.PassedToHolder, logged: Logged) -> None:
        holders = tuple(
            facts.Holder(one.child, intern(one.organisation), spell_of(one.holding)) for one in record.holders
        )
        self._turn(
            record,
            facts.Passed(
                record.meta.event_id, logged.place, logged.ms, intern(record.rule), intern(record.requirement),
                record.instead, record.children, holders, record.team,
            ),
        )  # fmt: skip

    def linked(self, record: hub.CaseLinked, logged: Logged) -> None:
        meta, case_id = record.meta, self._held.of(record)
        one = facts.Linked(
            meta.event_id, meta.cause_id, logged.place, logged.ms, case_id, self._held.case(record.to),
            record.kind.value, record.matched_on, record.decided_by is not None,
        )  # fmt: skip
        self._turn(record, one)
        self._index.links.append(one)

    def handed(self, record: agency.CasePassedOn, logged: Logged, organisation: str, own: Secrets | None) -> None:
        """On an organisation's topic."""
        meta = record.meta
        shown = tuple(fields_of(record.children, (), record.context))
        referrer, others = (own.referrer, own.others) if own else ((), ())
        self._index.handed[meta.cause_id or meta.event_id].append(
            facts.Handed(
                meta.event_id, meta.case_id, intern(meta.partnership), meta.cause_id, organisation,
                intern(record.organisation), self._held.same(name for name, _ in shown),
                self._held.same(record.disclosed), self._held.same(foreign(shown, own)),
                tuple(of_whom(child_fields(one), own) for one in record.children),
                shows(logged.value, referrer), shows(logged.value, others), logged.place, logged.ms,
            )
        )  # fmt: skip

    def _noted(self, record: hub.LaterCaseNoted, _: Logged) -> None:
        meta, later = record.meta, self._held.case(record.later)
        self._index.noted.append(
            facts.Noted(meta.event_id, meta.cause_id, self._held.of(record), later, record.kind.value)
        )

    def _offered(self, record: hub.MatchOffered, logged: Logged) -> None:
        offers = tuple(facts.Offer(one.candidate_id, one.token, one.case) for one in record.candidates)
        self._turn(record, facts.Offered(record.meta.event_id, logged.place, logged.ms, record.child, offers))

    def matched(self, record: hub.MatchDecided, logged: Logged) -> None:
        self._turn(
            record, facts.Matched(record.meta.event_id, logged.place, logged.ms, record.candidate_id, record.same)
        )

    def _held_now(self, record: hub.ChildHeld, logged: Logged) -> None:
        self._index.held.setdefault(record.meta.cause_id or record.meta.event_id, logged.ms)

    def _claimed(self, record: hub.ContactIndexed, logged: Logged) -> None:
        if record.kind == facts.PERSON:
            return  # it finds nobody again
        key = intern(record.meta.partnership), record.identifier
        self._index.claims[key].append(
            facts.Claim(self._held.case(record.case), intern(record.kind), record.received_at, logged.place)
        )

    def _turn(self, record: Record, turn: Turn) -> None:
        self._index.turns[self._held.of(record)].append(turn)


def spell_of(holding: Holding) -> facts.Spell:
    to = (address(one) for one in (holding.worker_email, holding.manager_email))
    return facts.Spell(intern(holding.service.value), holding.closed_on, hash(holding), tuple(filter(None, to)))


def _words(kinds: Iterable[Any]) -> tuple[str, ...]:
    return tuple(intern(one.value) for one in kinds)


def cases_of(links: Iterable[facts.Linked]) -> dict[UUID, list[facts.Linked]]:
    found: dict[UUID, list[facts.Linked]] = {}
    for one in links:
        found.setdefault(one.case_id, []).append(one)
    return found
