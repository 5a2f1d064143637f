"""What readers ask of Redis. A miss is never believed without a whole mark, read together with it (promise P6)."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from redis.asyncio import Redis

from mashbus.bus.clock import EPOCH
from mashbus.bus.producer import partition_of
from mashbus.contracts.topics import PARTITIONS
from mashbus.domain.clocks.instants import micros
from services.status.layout import Mark, case_key, index_key, mark_key, reference_key
from services.status.meetings.index import DAY, agenda_key, begins_key, case_of, results_key
from services.status.view import VIEW, View

PATIENCE = timedelta(seconds=1)
"""How long Redis may take before a reader is told to come again."""


class NotWhole(Exception):
    """Some views are being written: whoever is not found may be there."""


@dataclass(frozen=True)
class Found:
    """`view` is None where there is none; then `mark` says how far that can be believed."""

    view: View | None
    mark: Mark | None


@dataclass(frozen=True, order=True)
class Place:
    """Where a page of a list ended."""

    received: int
    """Microseconds since the epoch."""
    case_id: str

    @classmethod
    def of(cls, view: View) -> "Place":
        received = (view.received_at or EPOCH) - EPOCH
        return cls(received // timedelta(microseconds=1), str(view.case_id))


def redis_of(url: str) -> Redis:
    """A client that gives up soon: readers are told to come again, and the projection tries again."""
    seconds = PATIENCE.total_seconds()
    return Redis.from_url(url, decode_responses=True, socket_timeout=seconds, socket_connect_timeout=seconds)


class Views:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def case(self, case_id: UUID) -> Found:
        """View and mark of one moment: one command."""
        partition = partition_of(str(case_id))
        view, mark = cast("list[str | None]", await self._redis.mget(case_key(partition, case_id), mark_key(partition)))
        return Found(VIEW.validate_json(view) if view else None, _mark(mark))

    async def referral(self, partnership: str, reference: str) -> View | None:
        """None: not seen yet, whichever partition it belongs to. Raises NotWhole."""
        pipe = self._redis.pipeline(transaction=False)
        for partition in range(PARTITIONS):
            pipe.mget(reference_key(partition, partnership, reference), mark_key(partition))
        pairs = cast("list[list[str | None]]", await pipe.execute())
        case_id = next((found for found, _ in pairs if found), None)
        if case_id is not None:
            return (await self.case(UUID(case_id))).view
        _check(mark for _, mark in pairs)
        return None

    async def listed(self, partnership: str, state: str, limit: int, after: Place | None) -> Sequence[View]:
        """The next `limit` cases in order of receipt. Raises NotWhole."""
        places = sorted(await self._places(partnership, state, limit, after))[:limit]
        return await self._of([UUID(place.case_id) for place in places])

    async def on_agenda(self, partnership: str, meeting: str, which: str, at: datetime) -> Sequence[View]:
        """Cases that may be on the agenda of the meeting at that instant: the view says. Raises NotWhole."""
        instant = micros(at)
        ends = [agenda_key(partition, partnership, meeting, which) for partition in range(PARTITIONS)]
        still = await self._ranges(ends, instant, "+inf")
        there = [(partition, sorted(members)) for partition, members in still.items() if members]
        pipe = self._redis.pipeline(transaction=False)
        for partition, members in there:
            pipe.zmscore(begins_key(partition, partnership, meeting), members)
        begun = zip(there, await pipe.execute(), strict=True)
        found = (pair for (_, members), scores in begun for pair in zip(members, scores, strict=True))
        return await self._of([case_of(member) for member, score in found if score is None or score <= instant + DAY])

    async def with_result(self, partnership: str, meeting: str, day: date) -> Sequence[View]:
        """Cases on which the meeting of that day decided. Raises NotWhole."""
        keys = [results_key(partition, partnership, meeting) for partition in range(PARTITIONS)]
        found = await self._ranges(keys, day.toordinal(), day.toordinal())
        return await self._of([case_of(one) for some in found.values() for one in some])

    async def _ranges(self, keys: Sequence[str], first: int | str, last: int | str) -> Mapping[int, AbstractSet[str]]:
        """By partition: members of its key with scores from `first` to `last`. Raises NotWhole."""
        pipe = self._redis.pipeline(transaction=False)
        for partition, key in enumerate(keys):
            pipe.get(mark_key(partition))
            pipe.zrange(key, first, last, byscore=True)
        told = await pipe.execute()
        _check(told[0::2])
        return dict(enumerate(map(frozenset, told[1::2])))

    async def _of(self, cases: Sequence[UUID]) -> Sequence[View]:
        """In this order. Raises NotWhole."""
        pipe = self._redis.pipeline(transaction=False)
        for case_id in cases:
            pipe.get(case_key(partition_of(str(case_id)), case_id))
        for partition in range(PARTITIONS):
            pipe.get(mark_key(partition))
        told = cast("list[str | None]", await pipe.execute())
        _check(told[len(cases) :])
        return [VIEW.validate_json(view) for view in told[: len(cases)] if view]

    async def _places(self, partnership: str, state: str, limit: int, after: Place | None) -> Sequence[Place]:
        """So many of every partition: those of the instant where the last page ended, then later ones."""
        pipe = self._redis.pipeline(transaction=False)
        behind = f"({after.received}" if after else "-inf"
        instant = after.received if after else -1
        for partition in range(PARTITIONS):
            index = index_key(partition, partnership, state)
            pipe.get(mark_key(partition))
            pipe.zrange(index, instant, instant, byscore=True, withscores=True)
            pipe.zrange(index, behind, "+inf", byscore=True, withscores=True, offset=0, num=limit)
        told = await pipe.execute()
        _check(told[0::3])
        same = [Place(int(score), case_id) for some in told[1::3] for case_id, score in some]
        later = [Place(int(score), case_id) for some in told[2::3] for case_id, score in some]
        return [place for place in same if after and place > after] + later


def _mark(text: str | None) -> Mark | None:
    return Mark.model_validate_json(text) if text else None


def _check(marks: Iterable[str | None]) -> None:
    if not all(mark and mark.whole for mark in map(_mark, marks)):
        raise NotWhole
