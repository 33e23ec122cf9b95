"""What `serve` does for one process, with something about it that no setting changes."""

import functools
from collections.abc import Callable

from server.app import Services
from server.commands.banner import print_banner
from server.commands.port import take_port
from server.commands.serving import AnnouncingServer, checked, configured
from server.kernel import logs
from server.kernel.clock import Clock
from server.kernel.secrets import make_data_dir
from server.kernel.settings import load_settings


async def serve(clock: Clock | None = None, change: Callable[[Services], None] | None = None) -> None:
    """With this clock, and with its services changed before anybody is served."""
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    make_data_dir(settings.data_dir)
    services = await checked(settings, clock)
    if change is not None:
        change(services)
    with take_port(settings.host, settings.port) as taken:
        tell = functools.partial(print_banner, services, settings.port)
        await AnnouncingServer(configured(services), tell).serve(sockets=[taken])
