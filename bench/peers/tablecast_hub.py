"""Tablecast's hub alone: the product's protocol, rooms and fan-out over a record that is a list in memory.

`/read/{topic}` follows a topic from its first message on; `/publish/{topic}` turns every text that comes in into the
next event of that topic. `/slow` says how many readers were closed for being slow, by the reason, `/members` how many
readers have joined; `/profile` begins a profile, and tells it the second time. Sockets are held as the product holds
them: a conversation that is fed, and no coroutine for a quiet one; and the collector is told what the product tells it.
"""

import itertools
import pstats
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from cProfile import Profile
from functools import partial
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from bench.peers.durable import DURABLE, Turns, durable, keeping_in
from bench.peers.least import LEAST, Least, storing_in
from server.commands.terminal import run
from server.hub.bus import MemoryBus
from server.hub.connection import Connection, Message
from server.hub.doors import Caps
from server.hub.entrance import wire_options
from server.hub.member import Member
from server.hub.rooms import Hub
from server.hub.source import Entry, Position, Snapshot
from server.hub.talk import Conversation, converse
from server.hub.wire import Wire, finish
from server.kernel.background import working
from server.kernel.clock import SystemClock
from server.kernel.limits import GRACEFUL_SHUTDOWN_S, KEEP_ALIVE_S
from server.kernel.memory import settled
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

    def events(self) -> int:
        return sum(self._seq.values())

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


class Reading:
    """A reader's conversation: its first message subscribes."""

    __slots__ = ("_hub", "_is_in", "_member")

    def __init__(self, hub: Hub, topic: str, connection: Connection) -> None:
        self._hub = hub
        self._member: Final = Member(topic, AUDIENCE, connection, "bench")
        self._is_in = False

    async def take(self, _message: Message) -> None:
        if not self._is_in:
            self._is_in = True
            await self._hub.join(self._member, None, welcome)

    def end(self) -> None:
        self._hub.leave(self._member)
        self._hub.exit(self._member.connection)


class Publishing:
    """A publisher's conversation: each message is an event."""

    __slots__ = ("_publish", "_topic")

    def __init__(self, publish: Callable[[str, bytes], None], topic: str, connection: Connection) -> None:
        self._publish, self._topic = publish, topic
        connection.send(finish(b"ready"))  # it is no reader: the hub does not know it, and waits for no subscribe

    async def take(self, message: Message) -> None:
        self._publish(self._topic, message["text"].encode())

    def end(self) -> None:
        """Nobody has to know."""


class Door:
    """An ASGI app for both kinds of socket, as `campaigns/socket.py` is one."""

    def __init__(self, hub: Hub, records: Records, options: Sequence[str]) -> None:
        self._hub, self._records = hub, records
        self._publish = self._way(options)
        self._profile: Profile | None = None
        self._since = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await converse(scope, receive, send, partial(self._begin, scope))

    def _begin(self, scope: Scope, connection: Connection) -> Conversation:
        topic = scope["path_params"]["topic"]
        if scope["path"].startswith("/publish"):
            return Publishing(self._publish, topic, connection)
        self._hub.enter(connection, None)
        return Reading(self._hub, topic, connection)

    def _way(self, options: Sequence[str]) -> Callable[[str, bytes], None]:
        """What becomes of what publishers say: it goes out, or something comes before."""
        for option in options:
            if option.startswith(DURABLE):
                return durable(self._announce, keeping_in(option.removeprefix(DURABLE))).put
            if option.startswith(LEAST):
                return Turns(Least(self._tell, storing_in(option.removeprefix(LEAST))).act).put
        return self._announce

    def _tell(self, topic: str, entries: Sequence[Entry]) -> None:
        self._hub.publish(topic, [entry._replace(seq=self._records.next(topic)) for entry in entries])

    def _announce(self, topic: str, text: bytes) -> None:
        texts = {AUDIENCE: text, **dict.fromkeys(OTHERS, text)}
        self._hub.publish(topic, [Entry(self._records.next(topic), texts)])

    async def slow(self, _request: Request) -> JSONResponse:
        return JSONResponse(dict(self._hub.slow.closes))

    async def members(self, _request: Request) -> JSONResponse:
        return JSONResponse(self._hub.stats()["members"])

    async def profile(self, _request: Request) -> JSONResponse:
        """Events meanwhile, and for each function: its file, its name and the seconds that it took itself."""
        if self._profile is None:
            self._profile, self._since = Profile(), self._records.events()
            self._profile.enable()
            return JSONResponse(None)
        self._profile.disable()
        told: Any = vars(pstats.Stats(self._profile))["stats"]
        functions = [[file, name, figures[2]] for (file, _line, name), figures in told.items()]
        self._profile = None
        return JSONResponse({"events": self._records.events() - self._since, "functions": functions})


async def main(port: int, *options: str) -> None:
    records = Records()
    clock = SystemClock()
    caps = Caps(arrivals_per_s=None, per_address=None, unsubscribed=None)
    hub = Hub(records, MemoryBus(), clock, caps)
    door = Door(hub, records, options)
    app: Any = door  # an instance counts as an ASGI app, which the routes' types do not say
    routes = [WebSocketRoute(f"/{kind}/{{topic}}", app) for kind in ("read", "publish")]
    told = [Route(f"/{each.__name__}", each) for each in (door.slow, door.members, door.profile)]
    config = uvicorn.Config(
        Starlette(routes=[*routes, *told]),
        port=port,
        **wire_options(),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        log_config=None,
        access_log=False,
        lifespan="off",
    )
    async with working("hub", hub.run, clock):
        with settled():
            await uvicorn.Server(config).serve()


if __name__ == "__main__":
    run(lambda: main(int(sys.argv[1]), *sys.argv[2:]), Settings())
