"""The picture without status' casebooks: its places are folded again, and it tells the same."""

import shutil
from uuid import uuid4

from http_bus import client_of, until
from http_pictured import shown, tell
from http_status import answered, running

from mashbus.bus.http.keys import add_key


async def test_P6_a_lost_disk_costs_a_replay_and_the_picture_is_the_same(mine, log, keys) -> None:
    desk = add_key(keys.path, "duty", partnership="hackney", role="mash_manager", may=frozenset({"read", "picture"}))
    case_id = uuid4()
    async with running(mine) as base, client_of(base, desk) as status:
        await until(lambda: answered(status, f"/v1/cases/{uuid4()}", 404), 60)
        await tell(log, case_id)
        before = (await shown(status, case_id)).json()
    shutil.rmtree(mine.home / "casebooks" / mine.instance)
    async with running(mine) as base, client_of(base, desk) as status:
        await until(lambda: answered(status, f"/v1/cases/{case_id}/picture", 200, never=404), 60)
        after = (await shown(status, case_id)).json()
    for one in (before, after):
        del one["made_at"], one["made_at_local"]
    assert after == before
