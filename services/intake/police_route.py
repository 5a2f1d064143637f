"""POST /v1/police/notifications: its documentation, and the way of a stream through it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from mashbus.bus.http.access import BEARER, Caller
from mashbus.bus.http.body import CSV, check_kind, check_length, pieces
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import NotAllowed
from services.intake.fields import ASSESSMENTS, NO_CONCERN
from services.intake.police import BatchTaken, take_batch
from services.intake.police_rows import COLUMNS, OPTIONAL
from services.intake.routes import KEY, REFUSALS, Door, caller_with, said_of

ABOUT = (
    f"A stream of CSV with the columns {', '.join(f'`{name}`' for name in COLUMNS)}, and where they are known "
    f"{', '.join(f'`{name}`' for name in OPTIONAL)} (J-01, J-08, G-11, G-13). Rows of one incident stand together; the "
    "same incident in a later batch is the same case. "
    f"`assessment` says how the police sorted the child: {', '.join(f'`{one}`' for one in sorted(ASSESSMENTS))}; rows "
    f"of `{NO_CONCERN}` are counted and never recorded (promise P8). A row with faults is refused by its number and "
    "stops no other. The force is the key's organisation."
)


def police_router(door: Door) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["police"], dependencies=[Depends(BEARER)])

    @router.post(
        "/police/notifications",
        status_code=202,
        summary="Send a batch of police notifications",
        description=said_of(ABOUT, "police", door.access.partnerships),
        responses=problems(*REFUSALS),
        openapi_extra={"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}}}}},
    )
    async def notify(request: Request, caller: Annotated[Caller, caller_with(door, "police")], key: KEY) -> BatchTaken:
        if caller.key.organisation is None or caller.partnership.organisation(caller.key.organisation) is None:
            raise NotAllowed("The key's organisation is not one of its partnership.")
        check_kind(request, CSV)
        check_length(request, door.limits.batch)
        body = pieces(request, door.limits.batch)
        return await take_batch(body, key, caller, door.sending)

    return router
