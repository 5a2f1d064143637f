"""What is done to a running hub."""

import asyncio
import shutil

from redis.asyncio import Redis

from tests.e2e.hub import Hub
from tests.e2e.processes import AGENCIES, SERVICES

HUB_SERVICES = tuple(name for name in SERVICES if name not in AGENCIES)


async def kill_and_restart(hub: Hub, name: str) -> None:
    """SIGKILL; a supervisor starts it again at once."""
    hub.processes.kill(name)
    await hub.processes.restart(name)


async def restart_broker(hub: Hub, *, gently: bool = False) -> None:
    await asyncio.to_thread(hub.stack.stop if gently else hub.stack.kill, "kafka")
    await asyncio.to_thread(hub.stack.start, "kafka")


async def flush_views(hub: Hub) -> None:
    async with Redis.from_url(hub.settings.redis) as redis:
        await redis.flushall()


async def lose_casebooks(hub: Hub) -> None:
    """The disks of the hub's own services are gone while they run; then they are started on new ones."""
    for name in HUB_SERVICES:
        hub.processes.kill(name)
    shutil.rmtree(hub.settings.home / "casebooks")
    hub.processes.start(*HUB_SERVICES)
    await hub.processes.ready(*HUB_SERVICES)


async def freeze_beside_a_second_instance(hub: Hub, name: str) -> None:
    """15 s are more than the group waits for a member (10 s): the second one takes over what the frozen one held."""
    if not hub.processes.runs(name, "2"):
        hub.processes.start(name, instance="2")
        await hub.processes.ready(name, instance="2")
    hub.processes.freeze(name)
    await asyncio.sleep(15)
    hub.processes.thaw(name)
