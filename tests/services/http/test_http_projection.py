"""The projection on a real Valkey, with casebooks played by the test: whatever is interrupted, no mark ever lies."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from mashbus.bus.producer import partition_of
from mashbus.bus.settings import Settings
from mashbus.domain.case import Case
from services.status.layout import Mark, keys_key, mark_key
from services.status.projection import AT_ONCE, Changes, Projection
from services.status.view import State, View
from services.status.views import NotWhole, Place, Views, redis_of

P = 5
"""The partition that is played."""
START = datetime(2026, 6, 8, 9, tzinfo=UTC)


def of_partition() -> UUID:
    return next(one for one in iter(uuid4, None) if partition_of(str(one)) == P)


@dataclass
class FakeBooks:
    """One casebook: what changed in which order, and what happens while it is read."""

    generation: str = "one"
    changed: list[View] = field(default_factory=list)
    position: int = 0
    ours: bool = True

    def partitions(self) -> tuple[int, ...]:
        return (P,)

    async def changes(self, partition: int, mark: Mark | None) -> Changes | None:
        if not self.ours:
            return None
        here = mark is not None and mark.generation == self.generation and mark.revision <= len(self.changed)
        since = mark.revision if mark and here else 0
        newest: Mapping[UUID, tuple[int, View]] = {view.case_id: (at, view) for at, view in enumerate(self.changed, 1)}
        some = sorted((one for one in newest.values() if one[0] > since), key=lambda one: one[0])[:AT_ONCE]
        complete = len(some) < AT_ONCE
        revision = len(self.changed) if complete else some[-1][0]
        return Changes(self.generation, revision, complete, [view for _, view in some], {"t": self.position}, 0)

    def say(self, *views: View) -> None:
        self.changed += views
        self.position += len(views)


def view(case_id: UUID, minute: int = 0, *, collated: bool = False) -> View:
    case = replace(Case.of(case_id), partnership="hackney", opened=True, collations=int(collated))
    return View(case=case, reference=f"HAC-{case_id}", received_at=START + timedelta(minutes=minute))


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    async with redis_of(settings.redis.removesuffix("/0") + "/7") as client:
        await client.flushdb()
        yield client
        await client.flushdb()


@pytest.fixture
def books() -> FakeBooks:
    return FakeBooks()


async def settle(projection: Projection) -> None:
    for _ in range(100):
        if not await projection.turn():
            return
    raise AssertionError("it never settles")


async def mark_of(redis: Redis) -> Mark | None:
    text = await redis.get(mark_key(P))
    return Mark.model_validate_json(text) if text else None


async def test_the_mark_is_whole_only_once_everything_is_there(redis, books) -> None:
    cases = [of_partition() for _ in range(AT_ONCE + 50)]
    books.say(*map(view, cases))
    projection, views = Projection(books, redis), Views(redis)
    phases = []
    while await projection.turn():
        phases.append((await mark_of(redis)).phase)
        if phases[-1] != "whole":
            assert (await mark_of(redis)).positions == {}
    assert phases == ["cleaning", "writing", "writing"]
    mark = await mark_of(redis)
    assert (mark.phase, mark.revision, mark.positions) == ("whole", len(cases), {"t": len(cases)})
    for case_id in cases:
        assert (await views.case(case_id)).view == view(case_id)


async def test_emptied_in_the_middle_of_writing_it_begins_again(redis, books) -> None:
    cases = [of_partition() for _ in range(AT_ONCE + 50)]
    books.say(*map(view, cases))
    projection = Projection(books, redis)
    for _ in range(3):
        await projection.turn()
    assert (await mark_of(redis)).phase == "writing"
    await redis.flushdb()
    await settle(projection)
    assert (await mark_of(redis)).whole
    for case_id in cases:
        assert (await Views(redis).case(case_id)).view is not None


async def test_views_of_another_casebook_are_taken_away_before_new_ones_are_believed(redis, books) -> None:
    foreign = of_partition()
    books.say(view(foreign))
    await settle(Projection(books, redis))
    mine = FakeBooks(generation="two")
    ours = of_partition()
    mine.say(view(ours))
    await settle(Projection(mine, redis))
    assert (await Views(redis).case(foreign)).view is None
    assert (await Views(redis).case(ours)).view is not None
    left = {key async for key in redis.scan_iter()}
    assert left == {*(await redis.smembers(keys_key(P))), mark_key(P), keys_key(P)}


async def test_an_older_copy_of_the_same_casebook_is_written_anew(redis, books) -> None:
    books.say(view(of_partition()), view(of_partition()))
    await settle(Projection(books, redis))
    books.changed.pop()
    assert await Projection(books, redis).turn() is True
    assert (await mark_of(redis)).phase == "cleaning"


async def test_a_word_of_another_instance_in_between_wins_nothing(redis, books) -> None:
    """The mark is looked at and written in one transaction: who computed from an older one gives up."""
    books.say(view(of_partition()))
    await settle(Projection(books, redis))

    class Meddled(FakeBooks):
        async def changes(self, partition, mark):
            found = await super().changes(partition, mark)
            await redis.set(mark_key(P), Mark(generation="other", phase="writing").model_dump_json())
            return found

    late = of_partition()
    meddled = Meddled(changed=[*books.changed, view(late)], position=2)
    assert await Projection(meddled, redis).turn() is True
    assert (await Views(redis).case(late)).view is None
    assert (await mark_of(redis)).generation == "other"


async def test_a_partition_that_is_not_ours_is_left_alone(redis, books) -> None:
    books.ours = False
    assert await Projection(books, redis).turn() is False
    assert await mark_of(redis) is None


async def test_a_case_stands_in_the_list_of_its_state_only(redis, books) -> None:
    first, second = of_partition(), of_partition()
    books.say(view(first, 1), view(second, 1), view(of_partition(), 2))
    projection, views = Projection(books, redis), Views(redis)
    await settle(projection)
    books.say(view(first, 1, collated=True))
    await settle(projection)
    for other in set(range(12)) - {P}:
        await redis.set(mark_key(other), Mark(generation="x", phase="whole").model_dump_json())
    waiting = await views.listed("hackney", State.AWAITING_RATING, 10, None)
    assert first not in {one.case_id for one in waiting}
    assert len(waiting) == 2
    assert [one.case_id for one in await views.listed("hackney", State.AWAITING_OUTCOME, 10, None)] == [first]
    everything = await views.listed("hackney", "any", 10, None)
    one_by_one, place = [], None
    while page := await views.listed("hackney", "any", 1, place):
        one_by_one += page
        place = Place.of(page[-1])
    assert one_by_one == list(everything), "two of one instant are not skipped"
    assert await views.listed("medway", "any", 10, None) == []
    await redis.delete(mark_key(3))
    with pytest.raises(NotWhole):
        await views.listed("hackney", "any", 10, None)
    with pytest.raises(NotWhole):
        await views.referral("hackney", "HAC-unknown")


async def test_positions_move_the_mark_though_no_case_changed(redis, books) -> None:
    books.say(replace(view(of_partition())))
    projection = Projection(books, redis)
    await settle(projection)
    books.position += 1
    await settle(projection)
    assert (await mark_of(redis)).positions == {"t": 2}
