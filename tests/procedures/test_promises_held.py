"""After all stories: `mashbus verify` reads the log, the mail and every receipt of theirs, and finds each promise kept."""

from tests.e2e.hub import Hub
from tests.procedures.door import Door


async def test_every_promise_held_in_all_stories(hub: Hub, doors: dict[str, Door]):
    await doors["hackney"].quiet.everything(hub.organisations)
    report = await hub.verify()
    assert report.ok, {one.check: [str(broken) for broken in one.broken] for one in report.verdicts if not one.ok}
