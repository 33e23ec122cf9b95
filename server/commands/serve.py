"""`tablecast serve`: check everything that could stop the server, then run it until it is told to end."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any

from server.campaigns.service import writing
from server.commands.banner import print_banner
from server.commands.crew import crew_of
from server.commands.descriptors import open_many
from server.commands.first_start import first_start
from server.commands.port import shareable, take_port
from server.commands.serving import AnnouncingServer, checked, configured, end
from server.commands.terminal import run
from server.kernel import logs
from server.kernel.secrets import load_secrets, make_data_dir
from server.kernel.settings import Misconfigured, Settings, load_settings


def serve(*, rehearsal_speed: float | None = None, **overrides: Any) -> None:
    """Returns when the server was told to end; plays the shipped night meanwhile where a speed is given.

    Raises Misconfigured before anything runs.
    """
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    logs.configure(settings.log_level, settings.log_format)
    make_data_dir(settings.data_dir)
    open_many()
    if settings.workers > 1 and sys.platform == "win32":
        raise Misconfigured("WORKERS: Windows cannot share a port between processes; run one")
    signal.signal(signal.SIGTERM, end)
    is_shared = settings.workers > 1
    taken = take_port(settings.host, settings.port)
    with shareable(taken) if is_shared else taken as port:
        try:
            run(lambda: (_serve_together if is_shared else _serve)(settings, port, rehearsal_speed), settings)
        except KeyboardInterrupt:  # uvicorn has ended in order, and then passes Ctrl-C on
            return


async def _serve(settings: Settings, taken: socket.socket, rehearsal_speed: float | None) -> None:
    services = await checked(settings)
    port = taken.getsockname()[1]
    async with contextlib.AsyncExitStack() as stack:

        async def tell() -> None:
            await first_start(services)
            await print_banner(services, port)
            await stack.enter_async_context(_rehearsing(settings, port, rehearsal_speed))

        await AnnouncingServer(configured(services), tell).serve(sockets=[taken])


async def _serve_together(settings: Settings, taken: socket.socket, rehearsal_speed: float | None) -> None:
    """What happens once happens here, before and after the workers have come; the table is theirs."""
    services = await checked(settings)
    port = taken.getsockname()[1]
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(services.kernel.database.close)
        async with writing(services.campaigns):
            await first_start(services)
        crew = await stack.enter_async_context(crew_of(settings, taken))
        if await crew.is_ready():
            await print_banner(services, port)
            await stack.enter_async_context(_rehearsing(settings, port, rehearsal_speed))
            await crew.keep()


@contextlib.asynccontextmanager
async def _rehearsing(settings: Settings, port: int, speed: float | None) -> AsyncIterator[None]:
    """The shipped night plays inside this block, over the wire like any client's; not at all without a speed."""
    if speed is None:
        yield
        return
    from server.campaigns.rehearsal import Target
    from server.commands.rehearse import play_beside

    target = Target(f"http://{settings.host}:{port}", load_secrets(settings).admin_token)
    playing = play_beside(target, speed)
    try:
        yield
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
