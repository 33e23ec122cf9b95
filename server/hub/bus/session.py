"""One subscription, from its beginning to its loss: somebody who reads, somebody who speaks, and a heartbeat."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from broadcaster import Broadcast, BroadcastBackend, Event

from server.hub.bus.messages import BEAT, BYE, CHANNEL, write_message
from server.hub.bus.outbox import Outbox
from server.hub.bus.outcome import outcome
from server.hub.bus.tap import Tap
from server.kernel.clock import Clock
from server.kernel.limits import BUS_BEAT_S, BUS_SEND_S, BUS_SILENT_S


class BusSilent(Exception):
    """Our own heartbeats did not come back: the connection looks well, and is dead."""


class Session:
    """`heard` is called with every text that comes in, `ready` once when nothing can be missed from there on."""

    def __init__(
        self,
        backend: BroadcastBackend,
        process: str,
        clock: Clock,
        heard: Callable[[str], None],
        ready: Callable[[], None],
    ) -> None:
        self._process, self._clock, self._heard, self._ready = process, clock, heard, ready
        self._tap = Tap(backend)
        self._broadcast = Broadcast(backend=self._tap)
        self._turn = asyncio.Lock()
        self.echo_at: float | None = None
        """When our own voice was last heard, in the clock's monotonic seconds."""

    async def run(self, outbox: Outbox) -> None:
        """Until it is lost or cancelled. Raises why it was lost."""
        began = self._clock.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._close)
            await self._broadcast.connect()
            subscriber = await stack.enter_async_context(self._broadcast.subscribe(CHANNEL))
            self._ready()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._tap.lost())
                tasks.create_task(self._listen(subscriber.get))
                tasks.create_task(outbox.pour(self._say))
                tasks.create_task(self._beat(began))

    def why(self, error: BaseException | None) -> BaseException | None:
        """The first cause of its loss, which broadcaster may have hidden."""
        return self._tap.fault or (error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error)

    async def goodbye(self) -> None:
        """Tell the others that this process leaves; it does not matter much whether they hear it."""
        await outcome(self._say(write_message(self._process, BYE, None)))

    async def _listen(self, get: Callable[[], Awaitable[Event]]) -> None:
        while True:
            self._heard((await get()).message)

    async def _say(self, text: str) -> None:
        async with asyncio.timeout(BUS_SEND_S), self._turn:
            await self._broadcast.publish(CHANNEL, text)

    async def _beat(self, began: float) -> None:
        number = 0
        while True:
            await self._say(write_message(self._process, BEAT, number))
            await self._clock.sleep(BUS_BEAT_S)
            silence = self._clock.monotonic() - max(began, self.echo_at or began)
            if silence > BUS_SILENT_S:
                raise BusSilent(f"nothing heard for {round(silence)} s")
            number += 1

    async def _close(self) -> None:
        await outcome(self._broadcast.disconnect())
        await self._tap.close()
