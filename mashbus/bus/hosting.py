"""One port for a service: its own routes, /metrics, /livez, /readyz. Where it listens is written beside the stack."""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from mashbus.bus.settings import Settings

_log = structlog.get_logger()


def with_probes(ready: Callable[[], bool], app: ASGIApp | None = None) -> Starlette:
    """`ready`: its partitions are open, its parts connected. Liveness is progress: a stuck service leaves by itself."""

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        return PlainTextResponse("ready") if ready() else PlainTextResponse("not ready", status_code=503)

    probes = [Route("/metrics", metrics), Route("/livez", livez), Route("/readyz", readyz)]
    return Starlette(routes=[*probes, *([Mount("/", app)] if app else [])])


def note_of(home: Path, name: str, instance: str = "1") -> Path:
    """Where a service says its pid and port while it listens. Instances of one service do not share a note."""
    return home / "run" / (f"{name}.json" if instance == "1" else f"{name}-{instance}.json")


async def host(app: ASGIApp, name: str, settings: Settings, port: int, stop: asyncio.Event) -> None:
    """Serve until `stop`; port 0 takes a free one."""
    with _listening((settings.host, port)) as listener:
        server = _Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        note = note_of(settings.home, name, settings.instance)
        try:
            while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
                await asyncio.sleep(0.01)
            port = listener.getsockname()[1]
            write_whole(note, json.dumps({"pid": os.getpid(), "port": port}))
            _log.info("serving", service=name, instance=settings.instance, port=port)
            await stop.wait()
        finally:
            note.unlink(missing_ok=True)
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Signals are the process's business: several services may share it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _listening(address: tuple[str, int]) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        yield listener
    finally:
        listener.close()


def write_whole(path: Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)
