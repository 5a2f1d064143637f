"""The readers' routes. Another partnership's case is not there; a view that can't be known now is 503, never 404."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from redis.exceptions import RedisError

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.keys import Permission
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import BadRequest, Fault, NotAllowed, NotFound, Unavailable
from mashbus.bus.producer import partition_of
from mashbus.contracts.reference import NotAReference, parsed, prefix_of
from services.status.answers import CaseAnswer, CasesAnswer, ReferralAnswer, referral, summary, whole_case
from services.status.layout import ANY
from services.status.log_ends import EndsUnknown
from services.status.view import State, View
from services.status.views import Found, NotWhole, Place, Views

SETTLED = timedelta(seconds=2)
"""Real time. Triage routes most cases within moments of opening them: until then no person's rating is awaited."""
COMES_WITHIN = timedelta(seconds=2)
"""How long a reader waits for the views to reach the end of the log before he is told to come again."""
RETRY_AFTER = timedelta(seconds=1)
BRINGS: frozenset[Permission] = frozenset({"refer", "police", "holdings"})
WORKS: frozenset[Permission] = frozenset({"rate", "decide", "record", "calls", "picture"})
"""Who has the first without any of the second is from outside the hub."""
_PLACE = re.compile(r"(\d{1,18})_([0-9a-f-]{36})")

Ends = Callable[[int], Awaitable[Mapping[str, int]]]
"""Where the opening topics of a partition end now. Raises EndsUnknown."""
A = TypeVar("A")


class Reading:
    """Views as a caller may see them. Raises problems."""

    def __init__(self, views: Views, ends: Ends, clock: Clock) -> None:
        self._views = views
        self._ends = ends
        self._clock = clock

    async def referral(self, text: str, caller: Caller) -> ReferralAnswer:
        try:
            reference = parsed(text)
        except NotAReference as fault:
            raise NotFound(f"This is no reference of ours: {fault}. Look at it again, letter by letter.") from None
        if not reference.startswith(prefix_of(caller.partnership.name)):
            raise NotFound("The reference is another partnership's: this key can't see it.")
        found = await patiently(self._views.referral(caller.partnership.name, reference))
        return referral(reference, found, caller.partnership)

    async def view(self, case_id: UUID, caller: Caller) -> View:
        found = await self._found(case_id)
        if found is None or found.case.partnership != caller.partnership.name:
            raise NotFound("No case of this partnership has this id.")
        return found

    async def case(self, case_id: UUID, caller: Caller) -> CaseAnswer:
        return whole_case(await self.view(case_id, caller), caller.partnership)

    async def cases(self, caller: Caller, state: State | None, limit: int, after: str | None) -> CasesAnswer:
        name = caller.partnership.name
        views = await patiently(self._views.listed(name, state or ANY, limit, (after and _place(after)) or None))
        shown = [view for view in views if state is not State.AWAITING_RATING or self._settled(view)]
        last = Place.of(views[-1]) if len(views) == limit else None
        return CasesAnswer(
            cases=tuple(summary(view, caller.partnership) for view in shown),
            next=f"{last.received}_{last.case_id}" if last else None,
        )

    def _settled(self, view: View) -> bool:
        return (
            view.recommended is not None
            or view.opened_at is None
            or not -SETTLED.total_seconds() < self._clock.real_seconds_until(view.opened_at) <= 0
        )

    async def _found(self, case_id: UUID) -> View | None:
        """None only once the views have passed everything that was in the log when this was asked."""
        ends: Mapping[str, int] | None = None
        until = time.monotonic() + COMES_WITHIN.total_seconds()
        while True:
            found = await patiently(self._views.case(case_id))
            if found.view is not None:
                return found.view
            if ends is not None and _passed(found, ends):
                return None
            if ends is None:
                _check_whole(found)
                ends = await self._end(partition_of(str(case_id)))
            elif time.monotonic() > until:
                raise Unavailable("The views have not caught up with the hub's log.", RETRY_AFTER)
            else:
                await asyncio.sleep(0.05)

    async def _end(self, partition: int) -> Mapping[str, int]:
        try:
            return await self._ends(partition)
        except EndsUnknown:
            raise Unavailable("The hub's log can't be reached to look the case up.", RETRY_AFTER) from None


def case_routes(reading: Reading, access: Access) -> APIRouter:
    router = APIRouter(prefix="/v1", dependencies=[Depends(BEARER)], responses=problems(400, 401, 403, 404, 503))
    reader = Depends(access.to("read"))

    @router.get("/referrals/{reference}", tags=["referrals"], summary="What became of a referral")
    async def of_referral(reference: str, caller: Annotated[Caller, reader]) -> ReferralAnswer:
        """Typed in any way. A reference that is valid and not seen yet is `received`."""
        return await reading.referral(reference, caller)

    @router.get("/cases", tags=["cases"], summary="Cases in order of receipt")
    async def cases(
        caller: Annotated[Caller, reader],
        state: State | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        after: Annotated[str | None, Query(description="`next` of the page before")] = None,
    ) -> CasesAnswer:
        """What waits for a manager: `state=awaiting_rating` or `state=awaiting_outcome`. For the hub's own people."""
        check_inside(caller)
        return await reading.cases(caller, state, limit, after)

    @router.get("/cases/{case_id}", tags=["cases"], summary="One case with its timeline")
    async def case(case_id: UUID, caller: Annotated[Caller, reader]) -> CaseAnswer:
        """For the hub's own people: it says who holds a child's case, and who else was asked."""
        check_inside(caller)
        return await reading.case(case_id, caller)

    return router


def check_inside(caller: Caller) -> None:
    """A case's story tells what no letter tells whoever referred: that a child has an open case. Raises NotAllowed."""
    key = caller.key
    outside = key.organisation is not None or (key.may & BRINGS and not key.may & WORKS)
    if outside:
        raise NotAllowed(
            "Cases are read by the hub's own people. What became of a referral: GET /v1/referrals/{reference}."
        )


async def patiently(answer: Awaitable[A]) -> A:
    """Raises Unavailable where Redis does not answer, or not everything is there yet."""
    try:
        return await answer
    except NotWhole:
        raise Unavailable("The views are being written again.", RETRY_AFTER) from None
    except (RedisError, OSError, TimeoutError):
        raise Unavailable("The views can't be reached. Nothing is lost: the hub works on.", RETRY_AFTER) from None


def _check_whole(found: Found) -> None:
    if found.mark is None or not found.mark.whole:
        raise Unavailable("The views are being written again.", RETRY_AFTER)
    if found.mark.held:
        raise Unavailable("A record waits for an operator: the case may be behind it.", RETRY_AFTER)


def _passed(found: Found, ends: Mapping[str, int]) -> bool:
    _check_whole(found)
    positions = found.mark.positions if found.mark else {}
    return all(positions.get(topic, 0) >= end for topic, end in ends.items())


def _place(text: str) -> Place:
    place = _PLACE.fullmatch(text)
    if place is None:
        raise BadRequest(Fault("after", "is no place in a list", "give what `next` said"))
    return Place(int(place[1]), place[2])
