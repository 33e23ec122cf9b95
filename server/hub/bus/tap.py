"""Broadcaster's backend with somebody listening at the pipe.

Broadcaster (0.3.1) reads its backend in a task that nobody watches: where the backend fails, every subscriber waits
for ever. Where `subscribe` fails, the reason is hidden behind a KeyError. Here the first failure is kept, and told.
"""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from broadcaster import BroadcastBackend, Event

from server.hub.bus.outcome import outcome
from server.kernel.limits import BUS_CONNECT_S, BUS_SEND_S


class Tap(BroadcastBackend):
    """Wraps a backend; `lost` is raised as soon as it has failed in whatever it does."""

    def __init__(self, backend: BroadcastBackend) -> None:
        self._backend = backend
        self._reading = _Noticing()
        self._subscribed = asyncio.Event()

    async def lost(self) -> None:
        """Wait for the failure, and raise it."""
        await self._reading.failure

    @property
    def fault(self) -> BaseException | None:
        """The first failure."""
        failure = self._reading.failure
        return failure.exception() if failure.done() and not failure.cancelled() else None

    async def connect(self) -> None:
        with self._reading:
            async with asyncio.timeout(BUS_CONNECT_S):
                await self._backend.connect()

    async def subscribe(self, group: str) -> None:
        with self._reading:
            async with asyncio.timeout(BUS_CONNECT_S):
                await self._backend.subscribe(group)
        self._subscribed.set()

    async def unsubscribe(self, group: str) -> None:
        """The connection is about to be closed, which is enough."""

    async def publish(self, channel: str, message: Any) -> None:
        with self._reading:
            await self._backend.publish(channel, message)

    async def next_published(self) -> Event:
        await self._subscribed.wait()  # broadcaster reads before that, on the connection that is to subscribe
        await asyncio.sleep(0)  # its queue has no bound: the reader gets a turn before the next message is put there
        with self._reading:
            return await self._backend.next_published()

    async def disconnect(self) -> None:
        """Nothing, so that it happens once and at the right time: in `close`."""

    async def close(self) -> None:
        """Close the connection, however broken it is. Never raises, and takes BUS_SEND_S twice at most."""
        await outcome(_in_time(self._reading.over.wait()))
        await outcome(_in_time(self._backend.disconnect()))


async def _in_time(work: Coroutine[Any, Any, Any]) -> None:
    async with asyncio.timeout(BUS_SEND_S):
        await work


class _Noticing:
    """Notes the first error that passes, and whether anybody is still inside."""

    def __init__(self) -> None:
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()
        self.over.set()
        self._inside = 0

    def __enter__(self) -> Self:
        self._inside += 1
        self.over.clear()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._inside -= 1
        if not self._inside:
            self.over.set()
        if isinstance(error, Exception) and not self.failure.done():
            self.failure.set_exception(error)
            self.failure.exception()  # it may be that nobody asks any more
