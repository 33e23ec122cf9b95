"""`tablecast serve`: check everything that could stop the server, then run it until it is told to end."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import uvicorn

from server.app import Services, make_app, make_services
from server.commands.banner import print_banner
from server.commands.first_start import first_start
from server.commands.port import take_port
from server.commands.terminal import run
from server.hub.protocol import LiveProtocol
from server.kernel import logs
from server.kernel.limits import GRACEFUL_SHUTDOWN_S, KEEP_ALIVE_S, MAX_MESSAGE
from server.kernel.reach import check_reachable, check_schema
from server.kernel.secrets import load_secrets, make_data_dir
from server.kernel.settings import Settings, load_settings


def serve(*, rehearsal_speed: float | None = None, **overrides: Any) -> None:
    """Returns when the server was told to end; plays the shipped night meanwhile where a speed is given.

    Raises Misconfigured before anything runs.
    """
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    logs.configure(settings.log_level, settings.log_format)
    make_data_dir(settings.data_dir)
    signal.signal(signal.SIGTERM, _end)
    with take_port(settings.host, settings.port) as taken:
        try:
            run(lambda: _serve(settings, taken, rehearsal_speed), settings)
        except KeyboardInterrupt:  # uvicorn has ended in order, and then passes Ctrl-C on
            return


def _end(_signal: int, _frame: object) -> None:
    """Told to end is no failure. uvicorn takes the signal while it serves, ends in order, and then passes it on."""
    raise SystemExit(0)


async def _serve(settings: Settings, taken: socket.socket, rehearsal_speed: float | None) -> None:
    services = make_services(settings)
    try:
        await check_reachable(services.kernel.database)
        await check_schema(services.kernel.database, settings)
    except BaseException:
        await services.kernel.database.close()
        raise

    port = taken.getsockname()[1]

    async with contextlib.AsyncExitStack() as stack:

        async def tell() -> None:
            await first_start(services)
            await print_banner(services, port)
            if rehearsal_speed is not None:
                await stack.enter_async_context(_rehearsing(settings, port, rehearsal_speed))

        await AnnouncingServer(_config(services), tell).serve(sockets=[taken])


@contextlib.asynccontextmanager
async def _rehearsing(settings: Settings, port: int, speed: float) -> AsyncIterator[None]:
    """The shipped night plays inside this block, over the wire like any client's."""
    from server.campaigns.rehearsal import Target
    from server.commands.rehearse import play_beside

    target = Target(f"http://{settings.host}:{port}", load_secrets(settings).admin_token)
    playing = play_beside(target, speed)
    try:
        yield
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


class AnnouncingServer(uvicorn.Server):
    """Tells the addresses once, when they answer."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.shield(self._tell())


def _config(services: Services) -> uvicorn.Config:
    settings = services.kernel.settings
    return uvicorn.Config(
        make_app(services),
        log_config=None,
        log_level="info" if settings.log_level == "debug" else "warning",
        access_log=False,
        ws=LiveProtocol,
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
    )
