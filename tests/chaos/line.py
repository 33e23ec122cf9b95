"""How a client reaches the servers: one after the other, for as long as none answers."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

CONNECT_S = 2.0
PAUSE_S = 0.2
"""Seconds until the next try at most; each takes its share of them by chance."""
PATIENCE_S = 40.0
"""Seconds after which a server that does not come back is a failure: a restart takes some three."""
LOST = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError)
"""What may become of a connection while servers die."""


class Line:
    """Servers as `http://host:port`; each `open` goes on where the last one ended."""

    def __init__(self, servers: Sequence[str], campaign: str, first: int) -> None:
        path = f"/v1/campaigns/{campaign}/ws"
        self._addresses = [server.replace("http", "ws", 1) + path for server in servers]
        self._at = first
        self._chance = random.Random(first)  # noqa: S311 - spread, not a secret

    def turn(self) -> None:
        """The next try goes to the next server."""
        self._at += 1

    async def pause(self) -> None:
        """What everybody waits before the next try, each as long as chance has it."""
        await asyncio.sleep(self._chance.uniform(0, PAUSE_S))

    async def open(self, **subscribe: Any) -> ClientConnection:
        """A connection that has said `subscribe`; TimeoutError where none comes about."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await self._try(subscribe)
                except LOST:
                    self.turn()
                    await self.pause()

    async def _try(self, subscribe: dict[str, Any]) -> ClientConnection:
        address = self._addresses[self._at % len(self._addresses)]
        connection = await connect(
            address, compression=None, ping_interval=None, max_size=None, open_timeout=CONNECT_S, close_timeout=0.5
        )
        await connection.send(orjson.dumps({"type": "subscribe", **subscribe}).decode())
        return connection
