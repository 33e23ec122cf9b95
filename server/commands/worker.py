"""One of several processes that share a port: started by `crew`, ended with it."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Final

import uvicorn

from server.commands.port import share_of
from server.commands.serving import AnnouncingServer, checked, configured, end
from server.commands.terminal import run
from server.kernel import logs
from server.kernel.settings import Settings, load_settings
from server.kernel.shared_metrics import SharedMetrics

READY: Final = b"ready\n"
"""Written to standard output, which is the crew's ear, as soon as the worker answers."""


def work(descriptor: int, folder: Path, place: int) -> None:
    """Serve on the port of the bound socket that this descriptor is, until told to end.

    In `folder` the workers of one crew leave their figures for each other. Raises Misconfigured.
    """
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    signal.signal(signal.SIGTERM, end)
    with socket.socket(fileno=descriptor) as taken, share_of(taken) as share:
        try:
            run(lambda: _work(settings, share, SharedMetrics(folder, str(place))), settings)
        except KeyboardInterrupt:  # Ctrl-C reaches the whole crew
            return


async def _work(settings: Settings, taken: socket.socket, figures: SharedMetrics) -> None:
    services = await checked(settings)
    services.kernel.metrics.share(figures)
    services.hub.each_turn.append(services.kernel.metrics.leave)
    server = AnnouncingServer(configured(services), _tell_the_crew)
    await asyncio.get_running_loop().connect_read_pipe(lambda: _Leash(server), sys.stdin)
    await server.serve(sockets=[taken])


async def _tell_the_crew() -> None:
    os.write(sys.stdout.fileno(), READY)


class _Leash(asyncio.Protocol):
    """Nothing comes in on standard input; its end means that the crew is gone, by whatever death."""

    def __init__(self, server: uvicorn.Server) -> None:
        self._server = server

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.should_exit = True
