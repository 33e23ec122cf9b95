"""Servers, a stage, writers and subscribers: what a disaster happens to, and what is asked afterwards."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from server.play.state import Audience
from tests.chaos.line import PATIENCE_S, Line
from tests.chaos.server import Server
from tests.chaos.stage import Stage
from tests.chaos.subscribers import Subscriber
from tests.chaos.verdict import (
    check_log,
    check_memory,
    check_subscriber,
    check_views,
    check_words,
    fresh_view,
    last_due,
    read_log,
)
from tests.chaos.writers import Writers

WRITERS: Final = 8
SUBSCRIBERS: Final = 12
PACE_S: Final = 0.04
"""Seconds between two commands of one writer: some 150 commands a second in all, on a machine that others use too."""
WARM: Final = 60
"""Commands before memory is looked at for the first time: code and caches are loaded by then."""
MEMORY_BOUND: Final = 48 * 1024 * 1024
"""Bytes that a server may have more at the end than when it was warm: rings, rooms and the allocator's slack."""
AUDIENCES: Final[tuple[Audience, ...]] = ("gm", "table", "public")
POLL_S: Final = 0.02


class World:
    """Made by `building`. `progress` waits for the load; everything else is done to the parts."""

    def __init__(
        self,
        servers: Sequence[Server],
        stage: Stage,
        database_url: str,
        pad: int = 0,
        audiences: Sequence[Audience] = AUDIENCES,
    ) -> None:
        self.servers, self.stage, self.database_url, self.audiences = servers, stage, database_url, audiences
        urls = [server.url for server in servers]
        self.writers = Writers(urls, stage, pad)
        self.subscribers = [
            Subscriber(f"s{n}", Line(urls, stage.campaign, n // len(audiences)), stage, audiences[n % len(audiences)])
            for n in range(SUBSCRIBERS)
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._memory: dict[Server, int] = {}

    @contextlib.asynccontextmanager
    async def loaded(self, pace_s: float = PACE_S) -> AsyncIterator[None]:
        """Everybody writes and follows inside this block; at its end the last answers are waited for."""
        followers = [asyncio.create_task(subscriber.run()) for subscriber in self.subscribers]
        writing = [asyncio.create_task(writer.run(pace_s)) for writer in self.writers.all]
        self._tasks = [*followers, *writing]
        try:
            await self.until(lambda: all(subscriber.is_there for subscriber in self.subscribers))
            await self.progress(WARM)
            self._memory = {server: server.memory() for server in self.servers}
            yield
            for writer in self.writers.all:
                writer.stop()
            await self.until(lambda: all(task.done() for task in writing))
            await self._bring_up_to_date()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)

    async def progress(self, commands: int) -> None:
        """Wait until so many more are acknowledged."""
        goal = len(self.writers) + commands
        await self.until(lambda: len(self.writers) >= goal)

    async def everybody_is_put_off(self) -> None:
        """Wait until every writer was told to ask again, twice."""
        before = {writer: writer.put_off for writer in self.writers.all}
        await self.until(lambda: all(writer.put_off >= at + 2 for writer, at in before.items()))

    async def until(self, fact: Callable[[], bool]) -> None:
        """Wait until something is true; what fails in the background fails here."""
        async with asyncio.timeout(PATIENCE_S):
            while not fact():
                self._look_for_trouble()
                await asyncio.sleep(POLL_S)

    def _look_for_trouble(self) -> None:
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error
        gone = [f"{each.name} ({each.audience}): {each.faults}" for each in self.subscribers if each.is_over]
        assert not gone, f"sent away for good: {gone}"

    async def _bring_up_to_date(self) -> None:
        rows = await asyncio.to_thread(read_log, self.database_url, self.stage)
        ends = {audience: last_due(rows, audience) for audience in self.audiences}
        await self.until(lambda: all(each.seq >= ends[each.audience] for each in self.subscribers))

    # the verdict

    async def judge(self, memory: int = MEMORY_BOUND) -> None:
        """After `loaded`: the log, the answers, what each client saw, what a newcomer sees, and what is left: at most
        `memory` more bytes than when it was warm."""
        rows = await asyncio.to_thread(read_log, self.database_url, self.stage)
        faults = [fault for writer in self.writers.all for fault in writer.faults]
        assert faults == [], faults[:5]
        check_log(rows, self.writers.acked(), self.stage.principal)
        for subscriber in self.subscribers:
            check_subscriber(subscriber, rows)
        await self._check_views(len(rows))
        await self._check_what_is_left(memory)
        check_words(line for server in self.servers for line in server.said())

    async def _check_views(self, seq: int) -> None:
        """Everybody shows what a newcomer is shown, at whichever server."""
        for audience in self.audiences:
            fresh = [await fresh_view(server, self.stage, audience) for server in self.servers]
            shown = {each.name: each.view for each in self.subscribers if each.audience == audience}
            check_views(audience, seq, fresh, shown)

    async def _check_what_is_left(self, memory: int) -> None:
        """No socket, no member, and no more memory than the bound."""
        for server in self.servers:
            for figure in ("hub_sockets", "hub_members"):
                await figure_becomes(server, figure, 0)
            check_memory(server.url, max(self._memory.values()), server.memory(), memory)


async def figure_becomes(server: Server, name: str, value: float) -> None:
    """Wait until a server's metric has a value: they are taken once a second."""
    async with asyncio.timeout(PATIENCE_S):
        while await server.figure(name) != value:  # noqa: ASYNC110 - asked over the network
            await asyncio.sleep(POLL_S)
