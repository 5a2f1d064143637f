"""A case, and how it evolves: the same case for any interleaving of the topics its story comes from.

Transitions only add: sets and first-come values, never "the latest status". What a reader wants to know (who still
owes an answer, whether a rating is awaited) is derived. Old news therefore never overwrites new (promise P3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Actor, Request, Rerating
from mashbus.domain.referral import Adult, Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import Channel, OpeningKind, Rag


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What opened the case, as it was received."""

    kind: OpeningKind
    event_id: UUID
    partnership: str
    received_at: datetime
    channel: Channel
    source: str
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    concern: Concern
    content_hash: str
    reference: str | None = None
    nature: str | None = None
    referrer: Referrer | None = None
    consent: Consent | None = None


@dataclass(frozen=True, kw_only=True)
class Rating:
    """A person's rating, waiting to be acted on."""

    rating_id: UUID
    partnership: str
    actor: Actor
    rag: Rag
    pathways: tuple[str, ...]
    rationale: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A manager's outcome (or `enough`, which has no outcomes), waiting to be acted on."""

    ruling_id: UUID
    partnership: str
    actor: Actor
    rationale: str
    at: datetime
    outcomes: tuple[str, ...] = ()
    tell_referrer: bool = True
    not_told_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    case_id: UUID
    partnership: str = ""
    """Known from what opened the case, never from what somebody later says about it."""
    contact: Contact | None = None
    returned: bool = False
    opened: bool = False
    rag: Rag | None = None
    """The colour of the newest routing or re-rating; None until routed."""
    round: int = 0
    """Number of the newest re-rating; 0 before the first."""
    pathways: tuple[str, ...] = ()
    requests: Mapping[UUID, Request] = field(default_factory=dict)
    answered: Mapping[UUID, datetime] = field(default_factory=dict)
    declined: Mapping[UUID, datetime] = field(default_factory=dict)
    withdrawn: frozenset[UUID] = frozenset()
    deadlines: Mapping[UUID, Deadline] = field(default_factory=dict)
    """Every deadline ever stated, by id."""
    ceased: Mapping[UUID, datetime] = field(default_factory=dict)
    """When a deadline stopped running without being met: superseded by a re-rating, or withdrawn by a decision."""
    at_risk: frozenset[UUID] = frozenset()
    lapsed: frozenset[UUID] = frozenset()
    resolved: frozenset[UUID] = frozenset()
    ratings: tuple[Rating, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    enough: tuple[Ruling, ...] = ()
    given: tuple[UUID, ...] = ()
    """Ratings, rulings and words of `enough`, in the order of the log."""
    acted_on: frozenset[UUID] = frozenset()
    """Ratings, rulings and words of `enough` that were acted on or refused."""
    collated: bool = False
    decided_at: datetime | None = None

    # -- derived -------------------------------------------------------------------------------------------------

    @property
    def routed(self) -> bool:
        return self.rag is not None

    @property
    def decided(self) -> bool:
        return self.decided_at is not None

    @property
    def outstanding(self) -> tuple[Request, ...]:
        """Requests neither answered nor declined nor withdrawn: their answers would still count."""
        closed = self.answered.keys() | self.declined.keys() | self.withdrawn
        return tuple(request for request_id, request in self.requests.items() if request_id not in closed)

    @property
    def awaited(self) -> tuple[Request, ...]:
        """Outstanding requests whose time has not lapsed: what the collation waits for."""
        return tuple(request for request in self.outstanding if not self._lapsed(request.request_id))

    @property
    def next_decision(self) -> UUID | None:
        """People's decisions are acted on one at a time, in the order of the log, so triage and outcomes never race."""
        return next((one for one in self.given if one not in self.acted_on), None)

    @property
    def pending_rating(self) -> Rating | None:
        """The rating to act on now, if the next decision is one."""
        return next((one for one in self.ratings if one.rating_id == self.next_decision), None)

    @property
    def pending_ruling(self) -> Ruling | None:
        """The outcome to act on now, if the next decision is one."""
        return next((one for one in self.rulings if one.ruling_id == self.next_decision), None)

    @property
    def pending_enough(self) -> Ruling | None:
        """The word of `enough` to act on now, if the next decision is one."""
        return next((one for one in self.enough if one.ruling_id == self.next_decision), None)

    @property
    def pending_rulings(self) -> tuple[Ruling, ...]:
        return tuple(one for one in self.rulings if one.ruling_id not in self.acted_on)

    def deadline_of(self, subject: UUID) -> Deadline | None:
        """The deadline in force: the newest revision that has not ceased."""
        of_subject = (one for one in self.deadlines.values() if one.subject == subject)
        running = (one for one in of_subject if one.deadline_id not in self.ceased)
        return max(running, key=lambda one: one.revision, default=None)

    def met_at(self, deadline: Deadline) -> datetime | None:
        """When what the deadline waits for came, in time or late; None while it has not."""
        if deadline.subject == self.case_id:
            return self.decided_at
        came = (self.answered.get(deadline.subject), self.declined.get(deadline.subject))
        return min((at for at in came if at is not None), default=None)

    def runs_out(self, deadline: Deadline) -> bool:
        """Nothing known stops the deadline from lapsing: neither met in time nor ceased before its instant.

        A lapsed deadline whose re-rating changed nothing (reading 7: new instant not later than the re-rating) does not
        lapse again.
        """
        ends = [at for at in (self.met_at(deadline), self.ceased.get(deadline.deadline_id)) if at is not None]
        if not all(at > deadline.due for at in ends):
            return False
        return not any(one.deadline_id in self.lapsed or self.runs_out(one) for one in self._stand_for(deadline))

    def _lapsed_already(self, deadline: Deadline) -> bool:
        """An earlier revision is known to have lapsed, and this one was due when it was stated."""
        return any(earlier.deadline_id in self.lapsed for earlier in self._stand_for(deadline))

    def _stand_for(self, deadline: Deadline) -> Iterable[Deadline]:
        """Earlier revisions whose lapse is this one's too, as this one was due when it was stated."""
        return (
            earlier
            for earlier in self.deadlines.values()
            if (earlier.subject, earlier.clock) == (deadline.subject, deadline.clock)
            and earlier.revision < deadline.revision
            and deadline.due <= deadline.steps[-1].starts
        )

    def _lapsed(self, request_id: UUID) -> bool:
        deadline = self.deadline_of(request_id)
        return deadline is not None and (deadline.deadline_id in self.lapsed or self._lapsed_already(deadline))

    # -- transitions ---------------------------------------------------------------------------------------------

    def received(self, contact: Contact) -> "Case":
        return self if self.contact else replace(self, contact=contact, partnership=contact.partnership)

    def sent_back(self) -> "Case":
        return replace(self, returned=True)

    def was_opened(self, partnership: str, deadlines: Iterable[Deadline]) -> "Case":
        return replace(self, opened=True, partnership=partnership, deadlines=self._with(deadlines))

    def was_routed(
        self, rag: Rag, pathways: tuple[str, ...], requests: Iterable[Request], deadlines: Iterable[Deadline],
        rating_id: UUID | None,
    ) -> "Case":  # fmt: skip
        requests = tuple(requests)
        owed = (request.deadline for request in requests if request.deadline)
        return replace(
            self,
            rag=rag,
            pathways=pathways,
            requests={**self.requests, **{request.request_id: request for request in requests}},
            deadlines=self._with((*deadlines, *owed)),
            acted_on=self.acted_on | ({rating_id} if rating_id else set()),
        )

    def was_rerated(
        self, round_: int, rag: Rag, pathways: tuple[str, ...], requests: Iterable[Request],
        rerated: Iterable[Rerating], deadlines: Iterable[Deadline], rating_id: UUID | None, at: datetime,
    ) -> "Case":  # fmt: skip
        changed = {one.request_id: one for one in rerated}
        ended = [one for request_id in changed if (one := self.deadline_of(request_id))]
        routed = self.was_routed(rag, pathways, requests, deadlines, rating_id)
        newer = (one.deadline for one in changed.values() if one.deadline)
        return replace(
            routed,
            round=round_,
            requests={
                key: replace(request, rag=changed[key].rag) if key in changed else request
                for key, request in routed.requests.items()
            },
            deadlines=routed._with(newer),  # noqa: SLF001 - its own class
            ceased=self._ended(ended, at),
        )

    def was_answered(self, request_id: UUID, at: datetime) -> "Case":
        return replace(self, answered=_earliest(self.answered, request_id, at))

    def was_declined(self, request_id: UUID, at: datetime) -> "Case":
        return replace(self, declined=_earliest(self.declined, request_id, at))

    def was_rated(self, rating: Rating) -> "Case":
        return replace(self, ratings=(*self.ratings, rating), given=(*self.given, rating.rating_id))

    def was_ruled(self, ruling: Ruling) -> "Case":
        return replace(self, rulings=(*self.rulings, ruling), given=(*self.given, ruling.ruling_id))

    def was_enough(self, ruling: Ruling) -> "Case":
        return replace(self, enough=(*self.enough, ruling), given=(*self.given, ruling.ruling_id))

    def refused(self, decision_id: UUID) -> "Case":
        return replace(self, acted_on=self.acted_on | {decision_id})

    def was_collated(self, cause: UUID | None) -> "Case":
        """`cause`: the word of `enough` that closed the enquiry, if it was one."""
        acted_on = {one.ruling_id for one in self.enough if one.ruling_id == cause}
        return replace(self, collated=True, acted_on=self.acted_on | acted_on)

    def was_decided(
        self, decided_at: datetime, withdrawn: Iterable[UUID], ruling_id: UUID | None, at: datetime
    ) -> "Case":
        withdrawn = frozenset(withdrawn)
        ended = [one for one in self.deadlines.values() if one.subject in withdrawn]
        return replace(
            self,
            decided_at=self.decided_at or decided_at,
            withdrawn=self.withdrawn | withdrawn,
            acted_on=self.acted_on | ({ruling_id} if ruling_id else set()),
            ceased=self._ended(ended, at),
        )

    def is_at_risk(self, deadline_id: UUID) -> "Case":
        return replace(self, at_risk=self.at_risk | {deadline_id})

    def has_lapsed(self, deadline: Deadline) -> "Case":
        return replace(self, lapsed=self.lapsed | {deadline.deadline_id})

    def is_resolved(self, deadline_id: UUID) -> "Case":
        return replace(self, resolved=self.resolved | {deadline_id})

    def _ended(self, deadlines: Iterable[Deadline], at: datetime) -> dict[UUID, datetime]:
        return {**{one.deadline_id: at for one in deadlines}, **self.ceased}

    def _with(self, deadlines: Iterable[Deadline]) -> dict[UUID, Deadline]:
        return {**self.deadlines, **{one.deadline_id: one for one in deadlines}}


def _earliest(known: Mapping[UUID, datetime], key: UUID, at: datetime) -> dict[UUID, datetime]:
    """Answers may be restated in another order than they arrived: a partner may spread them over partitions."""
    return {**known, key: min(at, known.get(key, at))}
