"""Tablecast's hub alone: the product's protocol, rooms and fan-out over a record that is a list in memory.

`/read/{topic}` follows a topic; `/publish/{topic}` turns every text that comes in into the next event of that topic.
"""

import itertools
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from server.commands.terminal import run
from server.hub.bus import MemoryBus
from server.hub.connection import Connection, connected
from server.hub.doors import Caps
from server.hub.entrance import wire_options
from server.hub.room import Member
from server.hub.rooms import Hub
from server.hub.source import Entry, Position, Snapshot
from server.hub.wire import Wire, finish
from server.kernel.background import working
from server.kernel.clock import SystemClock
from server.kernel.limits import GRACEFUL_SHUTDOWN_S, KEEP_ALIVE_S
from server.kernel.settings import Settings

AUDIENCE = "public"
OTHERS = ("gm", "table")
"""Nobody watches as these; the product makes a text for them all the same."""


class Records:
    """A source that has nothing but numbers: nobody asks it for what was missed."""

    def __init__(self) -> None:
        self._at: dict[str, itertools.count[int]] = {}
        self._seq: dict[str, int] = {}

    def next(self, topic: str) -> int:
        seq = self._seq[topic] = self._seq.get(topic, 0) + 1
        return seq

    async def position(self, topic: str) -> Position:
        return Position("bench", self._seq.get(topic, 0))

    async def positions(self, topics: Collection[str]) -> Mapping[str, Position]:
        return {topic: await self.position(topic) for topic in topics}

    async def replay(self, _topic: str, _after: int, _limit: int) -> Sequence[Entry]:
        return []

    async def snapshot(self, topic: str, _audience: str) -> Snapshot:
        return Snapshot(await self.position(topic), b'{"type":"snapshot"}')


def welcome(_position: Position, _resumed: bool) -> Wire:
    return finish(b"ready")


class Door:
    """An ASGI app for both kinds of socket, as `campaigns/socket.py` is one."""

    def __init__(self, hub: Hub, records: Records) -> None:
        self._hub, self._records = hub, records

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        topic = scope["path_params"]["topic"]
        async with connected(scope, receive, send) as (connection, listen):
            if scope["path"].startswith("/publish"):
                connection.send(finish(b"ready"))
                await self._publish(topic, listen)
            else:
                await self._read(topic, connection, listen)

    async def _read(self, topic: str, connection: Connection, listen: Receive) -> None:
        hub = self._hub
        member = Member(topic, AUDIENCE, connection, "bench")
        try:
            if hub.enter(connection, None):
                await hub.join(member, None, welcome)
                await _until_gone(listen)
        finally:
            hub.leave(member)
            hub.exit(connection)

    async def _publish(self, topic: str, listen: Receive) -> None:
        while (message := await listen())["type"] == "websocket.receive":
            text = message["text"].encode()
            texts = {AUDIENCE: text, **dict.fromkeys(OTHERS, text)}
            self._hub.publish(topic, [Entry(self._records.next(topic), texts)])


async def _until_gone(listen: Receive) -> None:
    while (await listen())["type"] == "websocket.receive":
        pass


async def main(port: int) -> None:
    records = Records()
    clock = SystemClock()
    hub = Hub(records, MemoryBus(), clock, Caps(arrivals_per_s=None, per_address=None, unsubscribed=None))
    door: Any = Door(hub, records)
    routes = [WebSocketRoute("/read/{topic}", door), WebSocketRoute("/publish/{topic}", door)]
    config = uvicorn.Config(
        Starlette(routes=routes),
        port=port,
        **wire_options(),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        log_config=None,
        access_log=False,
        lifespan="off",
    )
    async with working("hub", hub.run, clock):
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    run(lambda: main(int(sys.argv[1])), Settings())
