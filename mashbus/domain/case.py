"""A case, and how it evolves: the same case for any interleaving of the topics its story comes from.

Transitions only add: sets and first-come values, never "the latest status". What a reader wants to know (who still
owes an answer, whether a rating is awaited) is derived. Old news therefore never overwrites new (promise P3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from mashbus.domain.contact import Contact
from mashbus.domain.encompass import Called
from mashbus.domain.enquiry import Actor, Request, Rerating
from mashbus.domain.known import Candidate, LinkKind, Looked, stands_aside
from mashbus.domain.meeting import AgendaItem, Held
from mashbus.domain.referral import ChildView, Consent, Referrer
from mashbus.domain.vocabulary import Handling, Involvement, Rag
from mashbus.domain.watch import Watch
from mashbus.domain.words import Flag, Link, Match, MeetingResult, Milestone, Rating, Reached, Ruling, Standstill


@dataclass(frozen=True, kw_only=True)
class Case:
    case_id: UUID
    watch: Watch
    """Its deadlines, and what became of them."""
    partnership: str = ""
    """Known from what opened the case, never from what somebody later says about it."""
    contact: Contact | None = None
    earlier: tuple[Contact, ...] = ()
    """The contact as it stood before each further notification of its incident."""
    returned: bool = False
    opened: bool = False
    rag: Rag | None = None
    """The colour of the newest routing or re-rating; None until routed."""
    routed_at: datetime | None = None
    """When the case was first routed: what the hub's own clocks count from that run from the request."""
    routed_on: int = 0
    """How many notifications of its incident it had when it was first routed: who was asked is told of these."""
    round: int = 0
    """Number of the newest re-rating; 0 before the first."""
    pathways: tuple[str, ...] = ()
    requests: Mapping[UUID, Request] = field(default_factory=dict)
    answered: Mapping[UUID, datetime] = field(default_factory=dict)
    declined: Mapping[UUID, datetime] = field(default_factory=dict)
    withdrawn: frozenset[UUID] = frozenset()
    ratings: tuple[Rating, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    enough: tuple[Ruling, ...] = ()
    standstills: tuple[Standstill, ...] = ()
    words: tuple[Milestone, ...] = ()
    """Milestones as they were given."""
    given: tuple[UUID, ...] = ()
    """Every decision of a person, in the order of the log."""
    acted_on: frozenset[UUID] = frozenset()
    """Decisions that were acted on or refused."""
    refused: frozenset[UUID] = frozenset()
    collations: int = 0
    """How often the enquiry was closed: once more where a re-rating asked somebody afterwards."""
    collated_requests: frozenset[UUID] = frozenset()
    """Those that a collation lists, whatever became of them."""
    decided_at: datetime | None = None
    outcomes: tuple[str, ...] = ()
    level: str | None = None
    """Of need, where the partnership has levels (M-01)."""
    routed_by: Actor | None = None
    """Who routed it last; None: a rule did."""
    directed: Handling | None = None
    """What became of it instead of triage, where its kind of contact goes another way (J-02, G-22)."""
    recommended: bool = False
    alerted: frozenset[str] = frozenset()
    """Alerts that were raised: by name, and for a flag with the flag's id."""
    flags: tuple[Flag, ...] = ()
    reached: Mapping[UUID, Reached] = field(default_factory=dict)
    """Recorded milestones, by the id of their record, in the order in which they were recorded."""
    consent: Consent | None = None
    """As a person recorded it last; None: as the contact says."""
    views: tuple[ChildView, ...] = ()
    involvement: Involvement = Involvement.UNKNOWN
    """As a person found it last; UNKNOWN: nobody did, or the directory has answered since."""
    looked: Looked | None = None
    """What the directory answered last."""
    looks: int = 0
    candidates: Mapping[UUID, tuple[int, Candidate]] = field(default_factory=dict)
    """Offered matches, each with the child's place among the contact's."""
    matches: tuple[Match, ...] = ()
    links: Mapping[UUID, LinkKind] = field(default_factory=dict)
    """Other cases that this one was linked to."""
    later: Mapping[UUID, LinkKind] = field(default_factory=dict)
    """Cases that were linked to this one."""
    link_words: tuple[Link, ...] = ()
    overtaken: frozenset[UUID] = frozenset()
    """Ratings that were given before another case came to stand for it: whoever gave them did not know."""
    passed_to: frozenset[str] = frozenset()
    """Rules by which it went to whoever holds the child."""
    passed_instead: bool = False
    """The holder acts, and the hub plays no further part."""
    passed_children: frozenset[int] = frozenset()
    """Places of the children that holders were told of."""
    coloured_by: UUID | None = None
    """The person's rating that its present colour and level come from; None: a rule's, or not routed."""
    agenda: tuple[AgendaItem, ...] = ()
    """What it was put on meetings' agendas for."""
    results: tuple[MeetingResult, ...] = ()
    """Meetings' results as they were given."""
    held: tuple[Held, ...] = ()
    """Meetings' results as they were recorded."""
    called: tuple[Called, ...] = ()
    """Operation Encompass: what was stated for which of its children."""
    referrers: Mapping[UUID, Referrer] = field(default_factory=dict)
    """Others who referred the same, besides the contact's own."""

    @classmethod
    def of(cls, case_id: UUID) -> "Case":
        """The case of which nothing is known yet."""
        return cls(case_id=case_id, watch=Watch(case_id=case_id))

    # -- derived -------------------------------------------------------------------------------------------------

    @property
    def routed(self) -> bool:
        return self.rag is not None

    @property
    def notifications(self) -> int:
        """How many contacts told of it so far: more than one only of a police incident (G-11)."""
        return len(self.earlier) + 1

    @property
    def collated(self) -> bool:
        """The enquiry is closed, and nobody was asked since (J-12: green asks nobody, and may turn amber)."""
        return self.collations > 0 and self.requests.keys() <= self.collated_requests

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
        return tuple(request for request in self.outstanding if not self.watch.has_run_out(request.request_id))

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
    def pending_standstill(self) -> Standstill | None:
        """The word of a suspension or resumption to act on now, if the next decision is one."""
        return next((one for one in self.standstills if one.word_id == self.next_decision), None)

    @property
    def pending_milestone(self) -> Milestone | None:
        """The milestone to act on now, if the next decision is one."""
        return next((one for one in self.words if one.word_id == self.next_decision), None)

    @property
    def pending_link(self) -> Link | None:
        """The link to act on now, if the next decision is one."""
        return next((one for one in self.link_words if one.word_id == self.next_decision), None)

    @property
    def pending_match(self) -> Match | None:
        """The word about an offered match to act on now, if the next decision is one."""
        return next((one for one in self.matches if one.word_id == self.next_decision), None)

    @property
    def pending_result(self) -> MeetingResult | None:
        """The meeting's result to act on now, if the next decision is one."""
        return next((one for one in self.results if one.word_id == self.next_decision), None)

    @property
    def milestones(self) -> Mapping[UUID, str]:
        """Names of the recorded milestones, by the id of their record."""
        return {milestone_id: one.milestone for milestone_id, one in self.reached.items()}

    @property
    def asks_nobody(self) -> bool:
        """Another case's requests, or the holder's own work, stand for this one's, until it is rated after all."""
        return not self.routed and (self.passed_instead or any(map(stands_aside, self.links.values())))

    @property
    def pending_rulings(self) -> tuple[Ruling, ...]:
        return tuple(one for one in self.rulings if one.ruling_id not in self.acted_on)

    # -- transitions ---------------------------------------------------------------------------------------------

    def received(self, contact: Contact) -> "Case":
        """The first one opens the case; after further notifications of its incident it is what all of them say."""
        if self.contact is None:
            return replace(self, contact=contact, partnership=contact.partnership)
        if len(contact.further) <= len(self.contact.further):
            return self
        return replace(self, contact=contact, earlier=(*self.earlier, self.contact))

    def contact_after(self, notifications: int) -> Contact | None:
        """The contact as the first so many notifications of its incident had it."""
        return self.contact if notifications > len(self.earlier) else self.earlier[max(notifications, 1) - 1]

    def sent_back(self) -> "Case":
        return replace(self, returned=True)

    def was_opened(self, partnership: str) -> "Case":
        return replace(self, opened=True, partnership=partnership)

    def was_routed(
        self, at: datetime, rag: Rag, pathways: tuple[str, ...], requests: Iterable[Request], rating_id: UUID | None,
        *, level: str | None = None, by: Actor | None = None, notifications: int | None = None,
    ) -> "Case":  # fmt: skip
        return replace(
            self,
            routed_on=self.routed_on if notifications is None else notifications,
            rag=rag,
            level=level,
            routed_by=by,
            coloured_by=rating_id,
            routed_at=self.routed_at or at,
            pathways=pathways,
            requests={**self.requests, **{request.request_id: request for request in requests}},
            acted_on=self.acted_on | ({rating_id} if rating_id else set()),
        )

    def was_rerated(
        self, at: datetime, round_: int, rag: Rag, pathways: tuple[str, ...], requests: Iterable[Request],
        rerated: Iterable[Rerating], rating_id: UUID | None, *, level: str | None = None, by: Actor | None = None,
    ) -> "Case":  # fmt: skip
        changed = {one.request_id: one for one in rerated}
        routed = self.was_routed(at, rag, pathways, requests, rating_id, level=level, by=by)
        return replace(
            routed,
            round=round_,
            coloured_by=self.coloured_by if (rag, level) == (self.rag, self.level) else rating_id,
            requests={
                key: replace(request, rag=changed[key].rag) if key in changed else request
                for key, request in routed.requests.items()
            },
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

    def was_told(self, word: Standstill) -> "Case":
        return replace(self, standstills=(*self.standstills, word), given=(*self.given, word.word_id))

    def was_marked(self, word: Milestone) -> "Case":
        return replace(self, words=(*self.words, word), given=(*self.given, word.word_id))

    def has_reached(self, milestone_id: UUID, reached: Reached, word_id: UUID | None) -> "Case":
        return replace(
            self,
            reached={**self.reached, milestone_id: reached},
            acted_on=self.acted_on | ({word_id} if word_id else set()),
        )

    def was_flagged(self, flag: Flag) -> "Case":
        return replace(self, flags=(*self.flags, flag))

    def was_alerted(self, alert: str) -> "Case":
        return replace(self, alerted=self.alerted | {alert})

    def was_directed(self, handling: Handling) -> "Case":
        return replace(self, directed=handling)

    def was_recommended(self) -> "Case":
        return replace(self, recommended=True)

    def has_consent(self, consent: Consent, views: tuple[ChildView, ...]) -> "Case":
        """The newest word counts; views are kept until others are recorded."""
        return replace(self, consent=consent, views=views or self.views)

    def is_involved(self, involvement: Involvement) -> "Case":
        return replace(self, involvement=involvement)

    def was_looked_up(self, round_: int, looked: Looked, word_id: UUID | None) -> "Case":
        """The newest answer counts, over what a person found before it."""
        if word_id:
            return self.has_acted_on(word_id).was_looked_up(round_, looked, None)
        if round_ <= self.looks:
            return self
        said = bool(looked.known or looked.contradictions)
        return replace(self, looked=looked, looks=round_, involvement=Involvement.UNKNOWN if said else self.involvement)

    def was_offered(self, child: int, candidates: Iterable[Candidate]) -> "Case":
        return replace(self, candidates={**self.candidates, **{one.candidate_id: (child, one) for one in candidates}})

    def was_matched(self, word: Match) -> "Case":
        return replace(self, matches=(*self.matches, word), given=(*self.given, word.word_id))

    def was_told_to_link(self, word: Link) -> "Case":
        return replace(self, link_words=(*self.link_words, word), given=(*self.given, word.word_id))

    def was_linked(self, to: UUID, kind: LinkKind, word_id: UUID | None) -> "Case":
        waiting = {one.rating_id for one in self.ratings if one.rating_id not in self.acted_on}
        overtaken = self.overtaken | (waiting if stands_aside(kind) else set())
        linked = replace(self, links={**self.links, to: kind}, overtaken=overtaken)
        return linked.has_acted_on(word_id) if word_id else linked

    def was_followed_by(self, later: UUID, kind: LinkKind) -> "Case":
        return replace(self, later={**self.later, later: kind})

    def was_passed_on(self, rule: str, *, instead: bool, children: Iterable[int] = ()) -> "Case":
        """What the log says is routed already is the hub's to finish, whoever else was told."""
        return replace(
            self,
            passed_to=self.passed_to | {rule},
            passed_instead=self.passed_instead or (instead and not self.routed),
            passed_children=self.passed_children | frozenset(children),
        )

    def was_put_on(self, item: AgendaItem) -> "Case":
        return replace(self, agenda=(*self.agenda, item))

    def was_met_about(self, word: MeetingResult) -> "Case":
        return replace(self, results=(*self.results, word), given=(*self.given, word.word_id))

    def has_met(self, held: Held, word_id: UUID | None) -> "Case":
        met = replace(self, held=(*self.held, held))
        return met.has_acted_on(word_id) if word_id else met

    def was_encompassed(self, called: Called) -> "Case":
        return replace(self, called=(*self.called, called))

    def was_referred_by(self, referrer_id: UUID, referrer: Referrer) -> "Case":
        return replace(self, referrers={**self.referrers, referrer_id: referrer})

    def has_acted_on(self, decision_id: UUID) -> "Case":
        return replace(self, acted_on=self.acted_on | {decision_id})

    def has_refused(self, decision_id: UUID) -> "Case":
        return replace(self.has_acted_on(decision_id), refused=self.refused | {decision_id})

    def was_collated(self, cause: UUID | None, requests: Iterable[UUID]) -> "Case":
        """`cause`: the word of `enough` that closed the enquiry, if it was one. `requests`: all that it lists."""
        acted_on = {one.ruling_id for one in self.enough if one.ruling_id == cause}
        return replace(
            self,
            collations=self.collations + 1,
            collated_requests=self.collated_requests | frozenset(requests),
            acted_on=self.acted_on | acted_on,
        )

    def was_decided(
        self, decided_at: datetime, withdrawn: Iterable[UUID], ruling_id: UUID | None, outcomes: tuple[str, ...] = ()
    ) -> "Case":
        return replace(
            self,
            decided_at=self.decided_at or decided_at,
            outcomes=self.outcomes or outcomes,
            withdrawn=self.withdrawn | frozenset(withdrawn),
            acted_on=self.acted_on | ({ruling_id} if ruling_id else set()),
        )

    def watching(self, watch: Watch) -> "Case":
        return self if watch is self.watch else replace(self, watch=watch)


def _earliest(known: Mapping[UUID, datetime], key: UUID, at: datetime) -> dict[UUID, datetime]:
    """Answers may be restated in another order than they arrived: a partner may spread them over partitions."""
    return {**known, key: min(at, known.get(key, at))}
