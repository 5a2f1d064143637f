"""The projection on a real Valkey, with casebooks played by the test: whatever is interrupted, no mark ever lies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from http_projected import FakeBooks, P, of_partition, settle
from redis.asyncio import Redis

from mashbus.domain.case import Case
from services.status.layout import Mark, keys_key, mark_key
from services.status.projection import AT_ONCE, Projection
from services.status.view import State, View
from services.status.views import NotWhole, Place, Views

START = datetime(2026, 6, 8, 9, tzinfo=UTC)


def view(case_id: UUID, minute: int = 0, *, collated: bool = False) -> View:
    case = replace(Case.of(case_id), partnership="hackney", opened=True, collations=int(collated))
    return View(case=case, reference=f"HAC-{case_id}", received_at=START + timedelta(minutes=minute))


@pytest.fixture
def books() -> FakeBooks:
    return FakeBooks()


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
