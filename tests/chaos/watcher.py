"""A subscriber as they are outside: sent away, it comes back with its position, after the delay that it was told."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PATIENCE_S = 20.0
UNTOLD_DELAY_S = 0.2
"""How long at most it waits before it tries again when nobody told it a time: the connection just broke."""


@dataclass
class Watcher:
    """Follows one campaign; `seqs` are the events in the order they came, after `start`."""

    urls: list[str]
    campaign: str
    token: str | None = None
    seqs: list[int] = field(default_factory=list)
    start: int | None = None
    waits: list[float] = field(default_factory=list)
    """For each time it was sent away: seconds beyond the told delay until it was welcome again."""
    byes: list[dict[str, Any]] = field(default_factory=list)
    snapshots: int = 0
    frames: list[dict[str, Any]] = field(default_factory=list)
    """Everything but events and heartbeats."""
    is_over: bool = False
    _epoch: str = ""
    _seq: int = 0
    _away: tuple[float, float] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled, or sent away for good."""
        tries = 0
        while not self.is_over:
            delay = 0.0
            try:
                address = self.urls[tries % len(self.urls)].replace("http", "ws", 1)
                async with connect(f"{address}/v1/campaigns/{self.campaign}/ws", compression=None) as socket:
                    delay = await self._follow(socket)
            except (OSError, InvalidHandshake, TimeoutError):
                delay = UNTOLD_DELAY_S * random.random()  # noqa: S311 - jitter
            tries += 1
            self._away = self._away or (time.monotonic(), delay)
            await asyncio.sleep(delay)

    async def _follow(self, socket: ClientConnection) -> float:
        """Until the connection ends; how long to wait before the next one."""
        since = {"epoch": self._epoch, "seq": self._seq} if self._epoch else None
        hello = {"type": "subscribe", "token": self.token, "since": since, "client": {"kind": "watcher"}}
        await socket.send(json.dumps(hello))
        bye: dict[str, Any] | None = None
        with contextlib.suppress(ConnectionClosed):
            while True:
                frame = json.loads(await socket.recv())
                bye = frame if frame["type"] == "bye" else bye
                self._take(frame)
        if bye is None:
            return UNTOLD_DELAY_S * random.random()  # noqa: S311 - jitter
        self.byes.append(bye)
        self.is_over = not bye["reconnect"]
        self._news.set()
        return float(bye.get("retry_after_ms", 0)) / 1000

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "welcome":
                self._epoch, self._seq = frame["epoch"], self._seq if frame["resumed"] else frame["seq"]
                self._arrived()
            case "snapshot":
                self.snapshots += 1
                self._seq = frame["seq"]
                self.start = frame["seq"] if self.start is None else self.start
            case "event":
                self.seqs.append(frame["seq"])
                self._seq = frame["seq"]
            case "heartbeat":
                self._seq = max(self._seq, frame["seq"])
        if frame["type"] not in ("event", "heartbeat"):
            self.frames.append(frame)
        self._news.set()

    def _arrived(self) -> None:
        if self._away is not None:
            left, delay = self._away
            self.waits.append(time.monotonic() - left - delay)
            self._away = None

    async def until(self, fact: Any) -> None:
        """Wait until something has become true of this watcher."""
        async with asyncio.timeout(PATIENCE_S):
            while not fact():
                self._news.clear()
                await self._news.wait()

    async def reach(self, seq: int) -> None:
        """Wait until it has come so far."""
        await self.until(lambda: self._seq >= seq)

    def lacks(self, seq: int) -> str:
        """What is wrong with the events it got: nothing where they are all, from its start to `seq`, in order, once."""
        wanted = list(range((self.start or 0) + 1, seq + 1))
        if self.snapshots != 1:
            return f"{self.snapshots} snapshots"
        if self.seqs == wanted:
            return ""
        missing, more = sorted({*wanted} - {*self.seqs}), sorted({*self.seqs} - {*wanted})
        return f"missing {missing[:9]}, strange {more[:9]}, {len(self.seqs)} events of {len(wanted)}"


def lacking(watchers: Iterable[Watcher], seq: int) -> list[str]:
    """What is wrong with each of whom something is."""
    return [lack for watcher in watchers if (lack := watcher.lacks(seq))]


@contextlib.asynccontextmanager
async def watching(
    urls: list[str], campaign: str, number: int = 1, token: str | None = None
) -> AsyncIterator[list[Watcher]]:
    """So many watchers, each on the next of the urls first, all of them following when the block begins."""
    watchers = [Watcher(urls[n % len(urls) :] + urls[: n % len(urls)], campaign, token) for n in range(number)]
    tasks = [asyncio.create_task(watcher.run()) for watcher in watchers]
    try:
        for watcher in watchers:
            await watcher.until(lambda watcher=watcher: watcher.start is not None)
        yield watchers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
