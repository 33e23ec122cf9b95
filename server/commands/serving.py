"""What a serving process is made of, whether it has the port to itself or shares it."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import uvicorn

from server.app import Services, make_app, make_services
from server.hub.entrance import wire_options
from server.kernel.clock import Clock
from server.kernel.limits import GRACEFUL_SHUTDOWN_S, KEEP_ALIVE_S
from server.kernel.reach import check_reachable, check_schema
from server.kernel.settings import Settings


def end(_signal: int, _frame: object) -> None:
    """Told to end is no failure. uvicorn takes the signal while it serves, ends in order, and then passes it on."""
    raise SystemExit(0)


async def checked(settings: Settings, clock: Clock | None = None) -> Services:
    """Services on a database that can be used. Raises Misconfigured."""
    services = make_services(settings, clock)
    try:
        await check_reachable(services.kernel.database)
        await check_schema(services.kernel.database, settings)
    except BaseException:
        await services.kernel.database.close()
        raise
    return services


class AnnouncingServer(uvicorn.Server):
    """Calls `tell` once, when it answers."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await asyncio.shield(self._tell())


def configured(services: Services) -> uvicorn.Config:
    """uvicorn, as we run it."""
    settings = services.kernel.settings
    return uvicorn.Config(
        make_app(services),
        log_config=None,
        log_level="info" if settings.log_level == "debug" else "warning",
        access_log=False,
        **wire_options(),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
    )
