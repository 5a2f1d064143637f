"""GET /v1/cases/{case_id}/matches: for those who see the picture, as it tells what is compared of a child."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Response

from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import Unavailable
from services.status.case_records import CaseRecords
from services.status.log_reading import LogUnreadable
from services.status.match_answers import MatchesAnswer
from services.status.matches import matches
from services.status.picture_routes import KEPT_NOWHERE, Narratives, check_decides
from services.status.reading import RETRY_AFTER, Reading

_log = structlog.get_logger()


def match_routes(reading: Reading, narratives: Narratives, access: Access) -> APIRouter:
    router = APIRouter(prefix="/v1", dependencies=[Depends(BEARER)], responses=problems(400, 401, 403, 404, 503))

    @router.get(
        "/cases/{case_id}/matches",
        tags=["cases"],
        summary="Who may be a child of the case: open and decided (H-05, G-03)",
    )
    async def offered(
        case_id: UUID, caller: Annotated[Caller, Depends(access.to("picture"))], response: Response
    ) -> MatchesAnswer:
        """What matching offered beside exact identifiers, with its evidence, and what people decided of it.

        Needs the permission `picture` and a role that rates or decides. `POST` to the same path decides.
        """
        check_decides(caller)
        view = await reading.view(case_id, caller)
        try:
            records = await narratives(case_id, view.lies)
        except LogUnreadable:
            raise Unavailable("The hub's log can't be read now; matches are told from it.", RETRY_AFTER) from None
        _log.info("matches shown", case_id=str(case_id), key=caller.key.label, role=caller.key.role)
        response.headers.update(KEPT_NOWHERE)
        return matches(CaseRecords(records, caller.partnership))

    return router
