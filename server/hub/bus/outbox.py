"""What waits to be said. A commit puts its hint here and goes on; the newest hint of a topic is the only one kept."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any

from server.hub.bus.figures import BusTally
from server.hub.bus.messages import HINTS, is_topic, write_message
from server.kernel.limits import BUS_HINTS, BUS_NEWS, BUS_TOPICS, MAX_BUS_MESSAGE

Publish = Callable[[str], Awaitable[None]]


class Outbox:
    """Bounded twice over: topics with a hint, and news. What does not fit is dropped and counted: rounds heal it."""

    def __init__(self, sender: str, tally: BusTally) -> None:
        self._sender, self._tally = sender, tally
        self._hints: dict[str, int] = {}
        self._news: deque[str] = deque()
        self._wake = asyncio.Event()

    def hint(self, topic: str, seq: int) -> None:
        """The log of `topic` stands at `seq`."""
        if not is_topic(topic) or (len(self._hints) >= BUS_TOPICS and topic not in self._hints):
            self._tally.dropped += 1
            return
        self._hints[topic] = max(seq, self._hints.get(topic, 0))
        self._wake.set()

    def tell(self, kind: str, body: Any) -> None:
        """Something else."""
        text = write_message(self._sender, kind, body)
        if len(self._news) >= BUS_NEWS or len(text.encode()) > MAX_BUS_MESSAGE:
            self._tally.dropped += 1
            return
        self._news.append(text)
        self._wake.set()

    async def pour(self, publish: Publish) -> None:
        """Say what there is and what comes, until cancelled. What `publish` could not say stays for the next time."""
        while True:
            while self._news:
                await self._say(publish, self._news[0])
                self._news.popleft()
            while self._hints and not self._news:
                await self._say_hints(publish)
            if not self._hints and not self._news:
                self._wake.clear()
                await self._wake.wait()

    async def _say_hints(self, publish: Publish) -> None:
        part = dict(islice(self._hints.items(), BUS_HINTS))
        await self._say(publish, write_message(self._sender, HINTS, part))
        self._tally.hints_sent += len(part)
        for topic, seq in part.items():
            if self._hints[topic] == seq:  # nothing newer came meanwhile
                del self._hints[topic]

    async def _say(self, publish: Publish, text: str) -> None:
        await publish(text)
        self._tally.messages_sent += 1
