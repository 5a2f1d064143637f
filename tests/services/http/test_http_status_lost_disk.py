"""Status without its casebooks: they are folded again, and the views written anew under their name."""

import shutil
from uuid import uuid4

from http_bus import client_of, until
from http_status import answered, referral, running


async def test_P6_a_lost_disk_costs_a_replay_and_never_a_404(mine, log, keys) -> None:
    case_ids = [uuid4() for _ in range(20)]
    async with running(mine) as base, client_of(base, keys.manager) as status:
        await log.say(*map(referral, case_ids))
        for case_id in case_ids:
            await until(lambda path=f"/v1/cases/{case_id}": answered(status, path, 200), 60)
    shutil.rmtree(mine.home / "casebooks" / mine.instance)
    async with running(mine) as base, client_of(base, keys.manager) as status:
        for case_id in case_ids:
            await until(lambda path=f"/v1/cases/{case_id}": answered(status, path, 200, never=404), 60)
