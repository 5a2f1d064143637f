"""Synthetic cases whose requests carry deadlines, as triage writes them: opened, then routed.

Every value is derived from a number, so that whoever fills the log and whoever reads it back agree without talking.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.clocks import Clock, computed
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request
from mashbus.domain.partnership import Organisation, Partnership
from mashbus.domain.vocabulary import Channel, OpeningKind, Rag

REQUESTS = 5
"""Deadlines of a standing case."""
SPARE = timedelta(hours=2)
"""Nothing of a standing case is due, or warned of, sooner."""
_SPANS = tuple(timedelta(hours=hours) for hours in (0, 1, 3, 8, 20, 30, 50))
"""How long ago a standing case asked; the longest that still leaves `SPARE` is drawn from."""


@dataclass(frozen=True)
class Mix:
    """One clock in one colour of one partnership."""

    partnership: Partnership
    clock: Clock
    rag: Rag

    def deadline(self, case_id: UUID, owner: str, asked_at: datetime) -> Deadline | None:
        return computed(
            self.clock, self.rag if self.rag in self.clock.amounts else None, asked_at,
            subject=ids.request_of(case_id, owner), owner=owner, profile=self.partnership.version,
        )  # fmt: skip


def mixes(partnerships: Iterable[Partnership], at: datetime) -> list[Mix]:
    """Every partnership's clocks, in every colour for which they run; not those that routing itself meets."""
    probe = UUID(int=0)
    found = [
        Mix(one, clock, rag)
        for one in partnerships
        for clock in one.clocks.values()
        if "CaseRouted" not in clock.met_by
        for rag in one.ratings
        if rag in clock.amounts or None in clock.amounts
    ]
    return [mix for mix in found if mix.deadline(probe, "probe", at)]


@dataclass(frozen=True)
class Standing:
    """Cases with `REQUESTS` open requests each, due hours or days from `now`.

    Of the five procedures only two give agencies a clock, so the hub's own clocks stand for agencies' here: all kinds of
    amounts, and as many steps as they really take.
    """

    count: int
    now: datetime

    def records(self, profiles: Mapping[str, Partnership], numbers: Iterable[int]) -> Iterator[Record]:
        found = mixes(profiles.values(), self.now)
        kinds = [(mix, ages) for mix in found if (ages := self._ages(mix))]
        for number in numbers:
            drawn = Random(number)
            mix, ages = drawn.choice(kinds)
            asked_at = self.now - drawn.choice(ages) - timedelta(microseconds=drawn.randrange(1_800_000_000))
            case_id = ids.case_of_client("bench-standing", str(number))
            made = mix.deadline(case_id, "", asked_at)
            asked = itertools.islice(itertools.cycle(mix.partnership.organisations), REQUESTS)
            requests = [_request(one, mix, case_id, made, round_) for round_, one in enumerate(asked, 1)]
            yield from _story(mix, case_id, asked_at, requests)

    def _ages(self, mix: Mix) -> list[timedelta]:
        """How long ago such a request may have been made with neither warning nor lapse near."""
        return [age for age in _SPANS if self._fits(mix, self.now - age - timedelta(minutes=30))]

    def _fits(self, mix: Mix, asked_at: datetime) -> bool:
        made = mix.deadline(UUID(int=0), "probe", asked_at)
        return made is not None and (made.at_risk or made.due) > self.now + SPARE


@dataclass(frozen=True)
class Lapsing:
    """Deadlines of connected organisations that nobody answers: `due` in this order, as many a case as are asked.

    `warned`: these are the instants of the warnings instead, and nothing lapses for a day.
    """

    name: str
    due: Sequence[datetime]
    warned: bool = False

    @property
    def count(self) -> int:
        return -(-len(self.due) // _ASKED)

    def records(self, profiles: Mapping[str, Partnership], numbers: Iterable[int]) -> Iterator[Record]:
        mix, asked = _answered_by(profiles, self.due[0])
        for number in numbers:
            case_id, instants = self._case(number), self.due[number * _ASKED : (number + 1) * _ASKED]
            requests = [
                _request(one, mix, case_id, self._deadline(mix, case_id, due))
                for one, due in zip(asked, instants, strict=False)
            ]
            yield from _story(mix, case_id, requests[0].asked_at, requests)

    def expected(self, profiles: Mapping[str, Partnership]) -> dict[str, datetime]:
        """By id of the record that the monitor owes: the instant from which it is owed."""
        mix, asked = _answered_by(profiles, self.due[0])
        subjects = (ids.request_of(self._case(n // _ASKED), asked[n % _ASKED].id) for n in range(len(self.due)))
        stage = "at_risk" if self.warned else "lapse"
        owed = (ids.breach_of(ids.deadline_of(one, mix.clock.name), stage) for one in subjects)
        return dict(zip(map(str, owed), self.due, strict=True))

    def _case(self, number: int) -> UUID:
        return ids.case_of_client(f"bench-{self.name}", str(number))

    def _deadline(self, mix: Mix, case_id: UUID, due: datetime) -> Deadline:
        """Due then to the microsecond. A lapsing one was warned of long ago, as real ones are."""
        made = mix.deadline(case_id, "", due - timedelta(hours=4))
        assert made is not None
        if self.warned:
            return replace(made, at_risk=due, due=due + timedelta(days=1))
        return replace(made, at_risk=None, due=due)


_ASKED = 3
"""Connected organisations that a lapsing case asks."""


def _answered_by(profiles: Mapping[str, Partnership], at: datetime) -> tuple[Mix, list[Organisation]]:
    """The first partnership with so many connected organisations, and its most urgent answer clock."""
    for mix in (one for one in mixes(profiles.values(), at) if one.clock.owner == "agency"):
        connected = [one for one in mix.partnership.organisations if one.connected]
        if len(connected) >= _ASKED:
            return mix, connected[:_ASKED]
    raise LookupError(f"no profile has {_ASKED} connected organisations and a clock for their answers")


def _request(organisation: Organisation, mix: Mix, case_id: UUID, like: Deadline | None, round_: int = 1) -> Request:
    """Each organisation owes its own answer, at the same instant."""
    assert like is not None
    request_id = ids.request_of(case_id, organisation.id, round_)
    deadline_id = ids.deadline_of(request_id, like.clock)
    return Request(
        request_id=request_id,
        organisation=organisation.id,
        role=organisation.role,
        rag=mix.rag,
        purpose=organisation.purpose,
        asked_at=like.anchor,
        deadline=replace(like, deadline_id=deadline_id, subject=request_id, owner=organisation.id),
    )


def _story(mix: Mix, case_id: UUID, at: datetime, requests: Sequence[Request]) -> Iterator[Record]:
    """What `mash.cases` holds of a case that has just asked."""
    yield hub.CaseOpened(
        meta=_meta(mix, case_id, "CaseOpened", at),
        opening=OpeningKind.REFERRAL,
        reference=None,
        received_at=at,
        channel=Channel.ONLINE_FORM,
        source="5A",
        immediate_harm=False,
        deadlines=(),
    )
    yield hub.CaseRouted(
        meta=_meta(mix, case_id, "CaseRouted", at),
        rag=mix.rag,
        pathways=tuple(mix.partnership.pathways)[:1],
        rule="bench",
        reasons=("Synthetic: routed for a measurement.",),
        decided_by=None,
        requests=tuple(requests),
        not_asked=(),
        deadlines=(),
    )


def _meta(mix: Mix, case_id: UUID, kind: str, at: datetime) -> Meta:
    return Meta(event_id=ids.once(case_id, kind), partnership=mix.partnership.name, case_id=case_id, occurred_at=at)
