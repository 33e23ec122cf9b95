"""Several processes on one port: started, watched, started again when one dies, replaced one by one on SIGHUP.

They are new processes, not forks: each has its own loop, its own connections and its own share of the port. The crew's
own process holds the port, and serves nobody.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import typer

from server.commands.terminal import REFUSED
from server.commands.worker import READY
from server.kernel.limits import GRACEFUL_SHUTDOWN_S, WORKER_RETRY_MAX_S, WORKER_RETRY_S, WORKER_STEADY_S
from server.kernel.logs import get
from server.kernel.settings import Settings

log = get(__name__)

_LAST_WORD_S: Final = GRACEFUL_SHUTDOWN_S + 4.0
"""Seconds that a worker has to end in order; then it is killed."""
Spawn = Callable[[int], Awaitable[Process]]
"""Starts the process of a place."""
Fact = Callable[[], object]


class Worker:
    """One process. `is_wanted` is off once it was told to end."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.is_wanted = True
        self.is_ready = False

    async def life(self, ready: Callable[[], None]) -> int:
        """Until it has ended: its exit code. `ready` is called when it answers."""
        if self.process.stdout is not None:
            async for line in self.process.stdout:
                self.is_ready = self.is_ready or line == READY
                ready()
        return await self.process.wait()

    def end(self, how: signal.Signals) -> None:
        """Tell it to end, in order or not."""
        self.is_wanted = False
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            self.process.send_signal(how)


class Crew:
    """`size` places, each of which always has a worker, from `start` to `stop`. `chance` is in [0, 1)."""

    def __init__(self, size: int, spawn: Spawn, chance: Callable[[], float]) -> None:
        self._size, self._spawn, self._chance = size, spawn, chance
        self._workers: dict[int, Worker] = {}
        self._places: list[asyncio.Task[None]] = []
        self._replacing: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._refused = False
        self._is_over = False

    def start(self) -> None:
        self._places = [asyncio.create_task(self._hold(place)) for place in range(self._size)]

    async def is_ready(self) -> bool:
        """Wait until every worker answers; False when the crew was told to end before that.

        Raises typer.Exit where a worker refused to start, for a reason that it has said.
        """
        await self._until(lambda: all(map(self._answers, range(self._size))) or self._refused)
        if self._refused:
            raise typer.Exit(REFUSED)
        return not self._is_over

    async def keep(self) -> None:
        """Until told to end."""
        await self._until(lambda: False)

    def end(self) -> None:
        """Everybody is to end."""
        self._is_over = True
        self._changed.set()

    def replace(self) -> None:
        """Put new processes in the place of all, one after the other; asked for meanwhile it is not begun again."""
        if self._replacing is None or self._replacing.done():
            self._replacing = asyncio.create_task(self._replace())

    async def stop(self) -> None:
        """Everybody ends in order, or is ended."""
        self.end()
        for how in (signal.SIGTERM, signal.SIGKILL):
            for worker in self._workers.values():
                worker.end(how)
            _, left = await asyncio.wait(self._places, timeout=_LAST_WORD_S)
            if not left:
                return

    def _answers(self, place: int) -> bool:
        worker = self._workers.get(place)
        return worker is not None and worker.is_ready and worker.is_wanted

    async def _until(self, fact: Fact) -> None:
        """Wait until it is true, or everything is over."""
        while not (fact() or self._is_over):
            self._changed.clear()
            await self._changed.wait()

    async def _replace(self) -> None:
        for place in range(self._size):
            old = self._workers.get(place)
            if old is not None:
                log.info("worker_replaced", place=place, pid=old.process.pid)
                old.end(signal.SIGTERM)
            await self._until(lambda place=place: self._answers(place))  # type: ignore[misc] # a default is the binding

    async def _hold(self, place: int) -> None:
        failures = 0
        while not self._is_over:
            began = asyncio.get_running_loop().time()
            was_wanted = await self._one_life(place)
            if not was_wanted:
                failures = 0
                continue
            lived = asyncio.get_running_loop().time() - began
            failures = 0 if lived >= WORKER_STEADY_S else failures + 1
            await self._pause(self._chance() * min(WORKER_RETRY_MAX_S, WORKER_RETRY_S * 2**failures))

    async def _one_life(self, place: int) -> bool:
        """From a process's start to its end; whether it ended though it was wanted."""
        try:
            worker = Worker(await self._spawn(place))
        except OSError as error:
            log.error("worker_not_started", place=place, error=str(error))
            return True
        self._workers[place] = worker
        if self._is_over:  # told to end while it was being started
            worker.end(signal.SIGTERM)
        code = await worker.life(self._changed.set)
        del self._workers[place]
        self._refused = self._refused or (code == REFUSED and not worker.is_ready)
        self._changed.set()
        if worker.is_wanted:
            log.error("worker_ended", place=place, pid=worker.process.pid, code=code)
        return worker.is_wanted

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):  # the pause was not cut short
            async with asyncio.timeout(seconds):
                await self._until(lambda: False)


@contextlib.asynccontextmanager
async def crew_of(settings: Settings, taken: socket.socket) -> AsyncIterator[Crew]:
    """A crew on a bound socket, that obeys this process's signals; it ends with the block."""
    port = str(taken.getsockname()[1])
    environment = {**os.environ, "HOST": settings.host, "PORT": port, "WORKERS": str(settings.workers)}
    figures = tempfile.TemporaryDirectory(prefix="tablecast-")
    command = [sys.executable, "-m", "server", "worker", str(taken.fileno()), figures.name]

    async def spawn(place: int) -> Process:
        return await asyncio.create_subprocess_exec(
            *command, str(place), stdin=PIPE, stdout=PIPE, env=environment, pass_fds=[taken.fileno()]
        )

    crew = Crew(settings.workers, spawn, secrets.SystemRandom().random)
    loop = asyncio.get_running_loop()
    acts = {signal.SIGTERM: crew.end, signal.SIGINT: crew.end, signal.SIGHUP: crew.replace}
    for number, act in acts.items():
        loop.add_signal_handler(number, act)
    with figures:
        crew.start()
        try:
            yield crew
        finally:
            await crew.stop()
