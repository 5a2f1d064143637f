"""What operations ask an agency service: /metrics, /livez, /readyz. Starlette and uvicorn.

FastStream's own ASGI application knows exact paths only (trap 16).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mashbus.bus.agency.app import AgencyApp


class PortTaken(Exception):  # noqa: N818
    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"nothing can listen on {host}:{port}; another process has the port, or it is not allowed")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process, which may run several services."""
        yield


def routes(state: Sequence[AgencyApp]) -> Starlette:
    """`state` is empty until the application runs: alive then, and not ready."""

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    async def livez(_request: Request) -> Response:
        return _said(all(app.live for app in state), "records wait and nothing moves")

    async def readyz(_request: Request) -> Response:
        return _said(bool(state) and all(app.ready for app in state), "no partitions yet")

    return Starlette(routes=[Route("/metrics", metrics), Route("/livez", livez), Route("/readyz", readyz)])


@contextlib.asynccontextmanager
async def probes(state: Sequence[AgencyApp], host: str, port: int) -> AsyncIterator[None]:
    """Serve them while the context lasts. Raises PortTaken."""
    config = uvicorn.Config(routes(state), host=host, port=port, lifespan="off", log_config=None, access_log=False)
    server = _Server(config)
    serving = asyncio.create_task(_listen(server, host, port))
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)


async def _listen(server: uvicorn.Server, host: str, port: int) -> None:
    try:
        await server.serve()
    except SystemExit as fault:  # uvicorn's way to say that it could not bind
        raise PortTaken(host, port) from fault


def _said(fine: bool, otherwise: str) -> Response:
    return PlainTextResponse("ok" if fine else otherwise, status_code=200 if fine else 503)
