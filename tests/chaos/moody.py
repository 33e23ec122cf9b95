"""A server with a wall clock that jumps at SIGUSR1: an hour on, a day back, a year on, and right again."""

import asyncio
import itertools
import signal
from datetime import UTC, datetime, timedelta

from server.kernel.clock import SystemClock
from tests.chaos.program import serve

MOODY = ("-m", "tests.chaos.moody")
"""What Python is told to run."""
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


if __name__ == "__main__":
    moody = MoodyClock()
    signal.signal(signal.SIGUSR1, moody.jump)
    asyncio.run(serve(moody))
