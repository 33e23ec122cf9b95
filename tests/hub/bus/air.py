"""An engine in memory that can be as bad as real ones get, and ears that remember."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from broadcaster import BroadcastBackend, Event

from server.hub.bus import Bus
from server.hub.bus.channel import ChannelBus
from server.kernel.clock import ManualClock


class Air:
    """What all backends share. `mangle` decides what becomes of a message: its copies, in the order they arrive."""

    def __init__(self, mangle: Callable[[str], list[str]] | None = None) -> None:
        self.backends: list[AirBackend] = []
        self.made = 0
        self.is_down = False
        self.is_deaf = False
        self.said: list[str] = []
        self._mangle = mangle or (lambda message: [message])

    def backend(self) -> BroadcastBackend:
        """A new connection."""
        self.made += 1
        return AirBackend(self)

    def bus(self, name: str, clock: ManualClock) -> ChannelBus:
        """One process's bus over this air, that tries again at once."""
        return ChannelBus(self.backend, name, clock, lambda: 0.0)

    def carry(self, channel: str, message: str) -> None:
        self.said.append(message)
        if self.is_deaf:
            return
        for copy in self._mangle(message):
            for backend in self.backends:
                backend.deliver(Event(channel, copy))

    def break_all(self) -> None:
        """Every connection is lost, as when the engine restarts."""
        for backend in self.backends:
            backend.lose()


class AirBackend(BroadcastBackend):
    def __init__(self, air: Air) -> None:
        self._air = air
        self._waiting: deque[Event | None] = deque()
        self._news = asyncio.Event()

    def deliver(self, event: Event | None) -> None:
        self._waiting.append(event)
        self._news.set()

    def lose(self) -> None:
        self.deliver(None)

    def _check(self) -> None:
        if self._air.is_down:
            raise ConnectionError("the engine is down")

    async def connect(self) -> None:
        await asyncio.sleep(0)
        self._check()

    async def disconnect(self) -> None:
        if self in self._air.backends:
            self._air.backends.remove(self)

    async def subscribe(self, group: str) -> None:  # noqa: ARG002 - there is only one channel in the air
        await asyncio.sleep(0)
        self._check()
        self._air.backends.append(self)

    async def unsubscribe(self, group: str) -> None:
        """Not needed: `disconnect` follows."""

    async def publish(self, channel: str, message: Any) -> None:
        await asyncio.sleep(0)
        self._check()
        self._air.carry(channel, message)

    async def next_published(self) -> Event:
        while not self._waiting:
            self._news.clear()
            await self._news.wait()
        event = self._waiting.popleft()
        if event is None:
            raise ConnectionError("the connection was lost")
        return event


class MemoryEars:
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.hints: list[tuple[str, int]] = []
        self.deafs = 0
        self.heard: list[tuple[str, str, Any]] = []

    def hint(self, topic: str, seq: int) -> None:
        self.hints.append((topic, seq))

    def deaf(self) -> None:
        self.deafs += 1

    def news(self, sender: str, kind: str, body: Any) -> None:
        self.heard.append((sender, kind, body))


async def started(bus: Bus) -> MemoryEars:
    """A bus that listens."""
    ears = MemoryEars()
    await bus.start(ears)
    return ears
