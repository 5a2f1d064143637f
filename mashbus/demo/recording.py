"""Plays what the hub's people do beside deciding, and record: the milestones and the calls that their profile knows.

Of the cases that were decided a few get a milestone that starts a clock, and later, sometimes too late, the one that
meets it; others one that starts nothing. Who does not answer the telephone records nothing.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from mashbus.bus.clock import Clock
from mashbus.demo.case_files import CaseFiles
from mashbus.demo.door import Door
from mashbus.demo.troubles import until
from mashbus.demo.week import MONDAY, Week
from mashbus.domain.clocks import Clock as Amounts
from mashbus.domain.clocks import computed
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import MilestoneKind
from mashbus.domain.vocabulary import Involvement, ReferrerKind
from mashbus.synthetic import arrivals
from mashbus.synthetic.chance import chance
from mashbus.synthetic.form import facts_spoken_of

LOOKS_EVERY = 0.5
"""Real seconds."""
STARTS_A_CLOCK, STARTS_NOTHING = 0.12, 0.1
"""Shares of the decided cases."""
ANSWERED = (0.3, 1.2)
"""Shares of the time allowed after which the milestone comes that meets the clock."""
AFTER = (timedelta(minutes=20), timedelta(hours=4))
CALLS = 24
LOOKED_UP = 0.5
"""Share of the cases."""
INVOLVEMENT = {Involvement.NONE: 16, Involvement.EARLIER: 2, Involvement.RECENTLY_CLOSED: 1, Involvement.OPEN: 1}
MILESTONE = "MilestoneRecorded:"
NOTE = "Recorded after the call. (synthetic)"


@dataclass(frozen=True)
class Course:
    """A milestone that starts a clock, and the one that meets it; or one that starts nothing."""

    kind: MilestoneKind
    clock: Amounts | None = None
    met_by: MilestoneKind | None = None


def courses(partnership: Partnership) -> Sequence[Course]:
    """What can be recorded of a case, as the profile has it."""
    kinds, started = partnership.milestones, list(_started(partnership))
    taken = {kind.name for one in started for kind in (one.kind, one.met_by) if kind}
    answers = {one.name for one in kinds.values() if one.answers}
    return [*started, *(Course(one) for one in kinds.values() if one.name not in taken | answers)]


def _started(partnership: Partnership) -> Iterator[Course]:
    kinds = partnership.milestones
    for clock in partnership.clocks.values():
        kind = kinds.get(clock.started_by.removeprefix(MILESTONE)) if clock.started_by.startswith(MILESTONE) else None
        meets = (kinds.get(one.removeprefix(MILESTONE)) for one in clock.met_by if one.startswith(MILESTONE))
        if kind:
            yield Course(kind, clock, next((one for one in meets if one), None))


def drawn(draw: Random, there_are: Sequence[Course]) -> Course | None:
    """What is recorded of a case, if anything."""
    lot = draw.random()
    clocked = [one for one in there_are if one.clock]
    others = [one for one in there_are if not one.clock]
    if clocked and lot < STARTS_A_CLOCK:
        return draw.choice(clocked)
    return draw.choice(others) if others and lot > 1 - STARTS_NOTHING else None


def body(kind: MilestoneKind, answers: str | None = None) -> Mapping[str, Any]:
    said: dict[str, Any] = {"milestone": kind.name, "note": NOTE}
    if kind.stages:
        said["stage"] = kind.stages[0]
    return said | ({"answers": answers} if kind.answers and answers else {})


@dataclass
class Recorder:
    door: Door
    intake: str
    keys: Mapping[str, str]
    """By role."""
    clock: Clock
    week: Week
    files: CaseFiles

    async def work(self) -> None:
        """For ever; what is under way ends with it."""
        there_are = courses(self.week.partnership)
        opened = decided = 0
        async with asyncio.TaskGroup() as group:
            group.create_task(self._calls())
            while True:
                for case_id in self.files.opened[opened:]:
                    group.create_task(self._look_up(case_id))
                for case_id in self.files.decided[decided:]:
                    draw = chance("milestone", case_id)
                    if course := drawn(draw, there_are):
                        group.create_task(self._run(course, case_id, draw))
                opened, decided = len(self.files.opened), len(self.files.decided)
                await asyncio.sleep(LOOKS_EVERY)

    async def _look_up(self, case_id: UUID) -> None:
        """What social care has to do with a child that the directory does not know, where the procedure turns on it."""
        profile, draw = self.week.partnership, chance("involvement", case_id)
        if "involvement" not in facts_spoken_of(profile) or draw.random() >= LOOKED_UP:
            return
        await until(self.clock, self.week.attended(self.clock.now() + AFTER[0] * draw.random()))
        if case_id in self.files.known:
            return
        said = {"involvement": draw.choices(list(INVOLVEMENT), list(INVOLVEMENT.values()))[0].value}
        key = self.keys[min(profile.decides["record"])]
        await self.door.send(self.intake, f"/v1/cases/{case_id}/involvement", key, f"involved-{case_id}", json=said)

    async def _run(self, course: Course, case_id: UUID, draw: Random) -> None:
        shortest, longest = AFTER
        await until(self.clock, self.week.attended(self.clock.now() + shortest + (longest - shortest) * draw.random()))
        recorded = await self._record(course.kind, case_id, None)
        if recorded is None or course.met_by is None or course.clock is None:
            return
        await until(self.clock, self._answered_at(course.clock, draw))
        await self._record(course.met_by, case_id, recorded.get("milestone_id"))

    def _answered_at(self, clock: Amounts, draw: Random) -> datetime:
        now, (earliest, latest) = self.clock.now(), ANSWERED
        name = self.week.partnership.name
        deadline = computed(clock, None, now, subject=uuid5(UUID(int=0), name), owner="", profile="")
        allowed = deadline.due - now if deadline else timedelta(days=1)
        return now + allowed * (earliest + (latest - earliest) * draw.random())

    async def _record(self, kind: MilestoneKind, case_id: UUID, answers: str | None) -> Mapping[str, Any] | None:
        key = self.keys[min(kind.roles)]
        path, name = f"/v1/cases/{case_id}/milestones", f"{kind.name}-{case_id}"
        return await self.door.send(self.intake, path, key, name, json=body(kind, answers))

    async def _calls(self) -> None:
        calls = self.week.partnership.calls
        if calls is None:
            return
        hours = self.week.partnership.time.calendar.week
        for number, at in enumerate(arrivals.instants(CALLS, MONDAY, self.week.zone, "calls", hours)):
            await until(self.clock, self.week.attended(at))
            draw = chance("call", number)
            said = {
                "topic": draw.choice(list(calls.topics)),
                "outcome": draw.choice(list(calls.outcomes)),
                "caller_kind": ReferrerKind.PRACTITIONER.value,
                "source": "2A",
            }
            await self.door.send(self.intake, "/v1/calls", self.keys[min(calls.roles)], f"call-{number}", json=said)
