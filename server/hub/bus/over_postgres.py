"""PostgreSQL's LISTEN and NOTIFY through psycopg. Broadcaster's own backend wants asyncpg, and never reconnects."""

from collections.abc import AsyncGenerator
from typing import Any

from broadcaster import BroadcastBackend, Event
from psycopg import AsyncConnection, Notify
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from server.kernel.limits import BUS_CONNECT_S

Connection = AsyncConnection[tuple[Any, ...]]
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class PostgresBackend(BroadcastBackend):
    """Two connections, since one that listens is busy. Neither may go through a pooler in transaction mode."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connections: list[Connection] = []
        self._notifies: AsyncGenerator[Notify] | None = None

    async def connect(self) -> None:
        for _ in ("listening", "telling"):
            connection = await AsyncConnection.connect(
                make_conninfo(self._url, connect_timeout=int(BUS_CONNECT_S), **_KEEPALIVE), autocommit=True
            )
            self._connections.append(connection)
        # A NOTIFY writes a commit record; nobody needs to wait until a hint is on disk.
        await self._connections[1].execute("SET synchronous_commit = off")

    async def disconnect(self) -> None:
        for connection in self._connections:
            await connection.close()

    async def subscribe(self, group: str) -> None:
        listening = self._connections[0]
        await listening.execute(SQL("LISTEN {}").format(Identifier(group)))
        self._notifies = listening.notifies()

    async def unsubscribe(self, group: str) -> None:
        await self._connections[0].execute(SQL("UNLISTEN {}").format(Identifier(group)))

    async def publish(self, channel: str, message: Any) -> None:
        await self._connections[1].execute("SELECT pg_notify(%s, %s)", (channel, message))

    async def next_published(self) -> Event:
        if self._notifies is None:
            raise ConnectionError("nothing is listened to")
        notify = await anext(self._notifies)
        return Event(notify.channel, notify.payload)
