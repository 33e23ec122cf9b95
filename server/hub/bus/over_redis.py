"""Redis (or Valkey) publish and subscribe, on bare connections of redis-py.

Its `PubSub` reconnects by itself and says nothing: what was published meanwhile is lost, and nobody looks for it.
"""

import math
from collections.abc import Awaitable, Callable
from typing import Any

from broadcaster import BroadcastBackend, Event
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from server.kernel.limits import BUS_CONNECT_S, BUS_SEND_S


class RedisBackend(BroadcastBackend):
    """Two connections, since one that listens may say nothing else."""

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            protocol=2,
            socket_connect_timeout=BUS_CONNECT_S,
            socket_timeout=BUS_SEND_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._connections: list[AbstractConnection] = []

    async def connect(self) -> None:
        take: Callable[[], Awaitable[AbstractConnection]] = self._pool.get_connection
        self._connections = [await take() for _ in ("listening", "telling")]

    async def disconnect(self) -> None:
        await self._pool.disconnect()

    async def subscribe(self, group: str) -> None:
        await self._connections[0].send_command("SUBSCRIBE", group)
        await self._connections[0].read_response()

    async def unsubscribe(self, group: str) -> None:
        await self._connections[0].send_command("UNSUBSCRIBE", group)

    async def publish(self, channel: str, message: Any) -> None:
        await self._connections[1].send_command("PUBLISH", channel, message)
        await self._connections[1].read_response()

    async def next_published(self) -> Event:
        while True:
            answer = await self._connections[0].read_response(timeout=math.inf)
            if answer[0] == b"message":
                return Event(answer[1].decode(), answer[2].decode(errors="replace"))
