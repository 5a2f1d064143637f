"""Agendas on a real Valkey: which cases the index finds, by partnership, and that it goes with the views."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from http_projected import FakeBooks, P, of_partition, settle

from mashbus.bus.producer import partition_of
from mashbus.bus.settings import checkout_folder
from mashbus.contracts.topics import PARTITIONS
from mashbus.domain.case import Case
from mashbus.domain.meeting import AgendaItem, Held
from mashbus.domain.procedure import Meeting
from mashbus.profiles import load
from services.status.layout import Mark, keys_key, mark_key
from services.status.meetings.agendas import Agendas
from services.status.projection import Projection
from services.status.view import View
from services.status.views import NotWhole, Views

MONDAY = datetime(2026, 6, 8, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
DAILY = Meeting(
    name="daily", title="Daily", requirement="H-12", days=frozenset(range(5)), at=time(9, 30), items=(),
    roles=frozenset(), results={"discussed": "Discussed"},
)  # fmt: skip
HACKNEY = replace(load("hackney", checkout_folder("partnerships")), meetings={"daily": DAILY})
CALENDARS = {"hackney": HACKNEY.time.calendar, "medway": HACKNEY.time.calendar}


def item(day: int, name: str = "daily") -> AgendaItem:
    return AgendaItem(
        item_id=UUID(int=day), meeting=name, requirement="H-12", meets_at=MONDAY + day * DAY, reasons=("Red.",)
    )


def held(day: int, *, stays: bool = False, late: timedelta = timedelta(hours=2)) -> Held:
    met = MONDAY + day * DAY
    return Held(
        result_id=UUID(int=100 + day),
        meeting="daily",
        met_on=met.date(),
        result="discussed",
        stays=stays,
        at=met + late,
    )


def case(
    *items: AgendaItem, results: tuple[Held, ...] = (), decided: int | None = None, partnership: str = "hackney"
) -> View:
    one = replace(
        Case.of(of_partition()), partnership=partnership, opened=True, agenda=items, held=results,
        decided_at=MONDAY + decided * DAY if decided is not None else None,
    )  # fmt: skip
    return View(case=one, reference=None, received_at=MONDAY)


async def nothing(*_asked: object) -> tuple[()]:
    return ()


async def whole(redis, *views: View) -> Agendas:
    books = FakeBooks()
    books.say(*views)
    await settle(Projection(books, redis, CALENDARS))
    for partition in range(PARTITIONS):
        if partition != P:
            await redis.set(mark_key(partition), Mark(generation="one", phase="whole").model_dump_json())
    return Agendas(Views(redis), nothing)


async def on(agendas: Agendas, day: int, meeting: Meeting = DAILY) -> set[UUID]:
    at = MONDAY + day * DAY
    told = await agendas.agenda(meeting, HACKNEY, at, at)
    return {one.case_id for one in told.cases}


async def test_H_12_every_agenda_past_and_next_holds_its_own_cases(redis) -> None:
    open_, closed, late, stays, decided = (
        case(item(0)),
        case(item(0), results=(held(1),)),
        case(item(0), results=(held(0, late=timedelta(days=2)),)),
        case(item(1), results=(held(1, stays=True),)),
        case(item(0), decided=1),
    )
    again, other = case(item(0), item(3), results=(held(0),)), case(item(0), partnership="medway")
    agendas = await whole(redis, open_, closed, late, stays, decided, again, other)
    one, two, three, four, five, six = (view.case_id for view in (open_, closed, late, stays, decided, again))
    assert await on(agendas, 0) == {one, two, three, five, six}
    assert await on(agendas, 1) == {one, two, three, four, five}
    assert await on(agendas, 2) == {one, three, four}
    assert await on(agendas, 3) == {one, four, six}
    also = replace(DAILY, also_closed=True)
    assert await on(agendas, 2, also) == {one, three, four, five}
    told = await agendas.results(DAILY, HACKNEY, MONDAY.date(), MONDAY, MONDAY + 5 * DAY)
    assert {found.case_id for found in told.cases} == {three, six}
    assert {found.case_id for found in told.without_result} == {one, two, five}


async def test_P6_an_agenda_is_not_believed_before_the_views_are_whole(redis) -> None:
    agendas = await whole(redis, case(item(0)))
    assert len(await on(agendas, 0)) == 1
    await redis.delete(mark_key(P))
    with pytest.raises(NotWhole):
        await on(agendas, 0)


async def test_P6_the_index_goes_with_the_views_of_its_casebook(redis) -> None:
    books = FakeBooks()
    books.say(case(item(0), results=(held(0),)))
    await settle(Projection(books, redis, CALENDARS))
    mine = FakeBooks(generation="two")
    ours = case(item(0))
    mine.say(ours)
    await settle(Projection(mine, redis, CALENDARS))
    left = {key async for key in redis.scan_iter()}
    assert left == {*(await redis.smembers(keys_key(P))), mark_key(P), keys_key(P)}
    assert not [key for key in left if "results" in key]
    assert partition_of(str(ours.case_id)) == P


async def test_P7_nothing_but_ids_and_instants_lies_in_the_index(redis) -> None:
    view = case(item(0), results=(held(0),))
    await whole(redis, view)
    found = {}
    async for key in redis.scan_iter(match="*:agenda:*"):
        found[key] = await redis.zrange(key, 0, -1)
    assert set(map(tuple, found.values())) == {(str(view.case_id),)}
    async for key in redis.scan_iter(match="*:results:*"):
        assert await redis.zrange(key, 0, -1) == [f"{view.case_id}/{date(2026, 6, 8)}"]
