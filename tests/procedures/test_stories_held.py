"""After all stories: `mashbus verify` reads the log, the mail and every receipt of theirs, and finds each promise kept."""

import asyncio

from tests.e2e.hub import Hub
from tests.procedures.door import Door

WITHIN = 60.0
"""Real seconds that the monitor gets to say the last lapses, once time stands still."""


async def test_every_promise_held_in_all_stories(hub: Hub, doors: dict[str, Door]):
    hub.clock_file.pace(0)  # nothing comes due any more; what came due before is still being said
    async with asyncio.timeout(WITHIN * 2):
        give_up = asyncio.get_running_loop().time() + WITHIN
        while True:
            await doors["hackney"].quiet.everything(hub.organisations)
            report = await hub.verify()
            if report.ok or asyncio.get_running_loop().time() > give_up:
                break
    assert report.ok, {one.check: [str(broken) for broken in one.broken] for one in report.verdicts if not one.ok}
