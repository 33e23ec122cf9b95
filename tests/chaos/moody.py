"""A server with a wall clock that jumps at SIGUSR1: an hour on, a day back, a year on, and right again."""

import asyncio
import functools
import itertools
import signal
from datetime import UTC, datetime, timedelta

from server.commands.banner import print_banner
from server.commands.port import take_port
from server.commands.serving import AnnouncingServer, checked, configured
from server.kernel import logs
from server.kernel.clock import SystemClock
from server.kernel.secrets import make_data_dir
from server.kernel.settings import load_settings

JUMPS = (timedelta(hours=1), timedelta(days=-1), timedelta(days=365), timedelta(0))


class MoodyClock(SystemClock):
    """Only the wall clock: no machine's monotonic clock jumps."""

    def __init__(self) -> None:
        self._moods = itertools.cycle(JUMPS)
        self._off = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._off

    def jump(self, _signal: int, _frame: object) -> None:
        self._off = next(self._moods)


async def main() -> None:
    """What `serve` does for one process, with this clock."""
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    make_data_dir(settings.data_dir)
    clock = MoodyClock()
    signal.signal(signal.SIGUSR1, clock.jump)
    services = await checked(settings, clock)
    with take_port(settings.host, settings.port) as taken:
        tell = functools.partial(print_banner, services, settings.port)
        await AnnouncingServer(configured(services), tell).serve(sockets=[taken])


if __name__ == "__main__":
    asyncio.run(main())
