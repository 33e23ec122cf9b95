"""A record in memory, and a connection that keeps what it is sent."""

import asyncio
import json
from collections.abc import Collection, Sequence
from typing import Any

from server.hub.connection import NO_DESCRIPTOR, Watch
from server.hub.member import Member
from server.hub.rooms import Hub
from server.hub.source import Entry, Position, Snapshot
from server.hub.wire import Wire, bye, finish_json, texts
from server.kernel.errors import NotFound, Unavailable
from server.kernel.limits import SOFT_BACKLOG

AUDIENCES = ("gm", "table", "public")
TOPIC = "c1"


def event(seq: int, audiences: Sequence[str] = AUDIENCES, pad: int = 0, *, remark: bool = False) -> Entry:
    """Event `seq`, seen by the audiences named; each has text of its own."""
    made = {name: _text(seq, name, pad) if name in audiences else None for name in AUDIENCES}
    return Entry(seq, made, remark=remark)


def _text(seq: int, audience: str, pad: int) -> bytes:
    body = {"type": "event", "seq": seq, "event": {"for": audience, "pad": "x" * pad}}
    return json.dumps(body).encode()


class MemorySource:
    """One log. `gate` holds reads back until it is set; `down` makes them fail; `gone` forgets the oldest."""

    def __init__(self, seq: int = 0, epoch: str = "e1") -> None:
        self.epoch = epoch
        self.log = [event(n) for n in range(1, seq + 1)]
        self.gone = 0
        self.down = False
        self.deleted = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[tuple[Any, ...]] = []
        self.snapshots = 0

    @property
    def seq(self) -> int:
        return len(self.log)

    def append(self, audiences: Sequence[str] = AUDIENCES, pad: int = 0, *, remark: bool = False) -> Entry:
        """Commit the next event."""
        self.log.append(event(self.seq + 1, audiences, pad, remark=remark))
        return self.log[-1]

    async def _enter(self, *question: Any) -> None:
        self.asked.append(question)
        await self.gate.wait()
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable
        if question[1] != TOPIC:
            raise NotFound

    async def position(self, topic: str) -> Position:
        await self._enter("position", topic)
        return Position(self.epoch, self.seq)

    async def positions(self, topics: Collection[str]) -> dict[str, Position]:
        await self._enter("positions", TOPIC)
        return {TOPIC: Position(self.epoch, self.seq)} if TOPIC in topics and not self.deleted else {}

    async def replay(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        await self._enter("replay", topic, after)
        return self.log[after : after + limit] if after >= self.gone else []

    async def snapshot(self, topic: str, audience: str) -> Snapshot:
        await self._enter("snapshot", topic, audience)
        self.snapshots += 1
        text = json.dumps({"type": "snapshot", "seq": self.seq, "state": {"for": audience}})
        return Snapshot(Position(self.epoch, self.seq), text.encode())


class MemoryConnection:
    """Keeps the frames. `held` bytes count as not taken by the network, up to `limit`."""

    descriptor = NO_DESCRIPTOR

    def __init__(self, limit: int = 1 << 20) -> None:
        self.frames: list[dict[str, Any]] = []
        self.writes = 0
        self.closed: tuple[int, int | None] | None = None
        self.aborted = False
        self.allowed = 0
        self.is_reading = self.is_heard = True
        self.since = 0
        self.held = 0
        self._limit = limit
        self._taken = 0
        self._watch: Watch | None = None

    @property
    def is_open(self) -> bool:
        return self.closed is None and not self.aborted

    def attach(self, watch: Watch) -> None:
        self._watch = watch

    def send(self, wire: Wire) -> None:
        if not self.is_open:
            return
        self.writes += 1
        if self.is_reading:
            self._taken += len(wire)
        else:
            self.held += len(wire)
            self._notify()
        self.frames += [json.loads(text) for text in texts(wire)]

    def _notify(self) -> None:
        if self._watch is None:
            return
        self._watch.waiting(self)
        if self.held > SOFT_BACKLOG + self.allowed:
            self._watch.lagging(self)
        if self.held > self._limit + self.allowed:
            self._watch.overflowed(self)

    def beat(self, wire: Wire) -> bool:
        self.send(wire)
        return self.is_heard

    def allow(self, size: int) -> None:
        self.allowed = size

    def backlog(self) -> int:
        return self.held

    def taken(self) -> int:
        return self._taken

    def take(self, size: int) -> None:
        """Let the network take some of what is held."""
        self.held -= size
        self._taken += size
        if not self.held and self._watch is not None:
            self._watch.drained(self)

    def close(self, code: int, reason: str, retry_after_ms: int | None = None) -> None:
        if self.is_open:
            self.send(bye(code, reason, retry_after_ms))
            self.closed = (code, retry_after_ms)

    def abort(self) -> None:
        self.aborted = True
        self.held = 0

    # what a test asks

    def seqs(self) -> list[int]:
        """The events that came, in order."""
        return [frame["seq"] for frame in self.frames if frame["type"] == "event"]

    def types(self) -> list[str]:
        """The types of all frames that came."""
        return [frame["type"] for frame in self.frames]


def member(connection: MemoryConnection | None = None, audience: str = "public", who: str = "me") -> Member:
    """A member of the one topic."""
    return Member(TOPIC, audience, connection or MemoryConnection(), who)


def welcome(position: Position, resumed: bool) -> Wire:
    """The first frame of a join."""
    return finish_json({"type": "welcome", "epoch": position.epoch, "seq": position.seq, "resumed": resumed})


async def joined(hub: Hub, since: Position | None = None, audience: str = "public") -> MemoryConnection:
    """Somebody who comes in and joins."""
    connection = MemoryConnection()
    connection.since = since.seq if since else 0
    hub.enter(connection, None)
    await hub.join(member(connection, audience), since, welcome)
    return connection


def commit(hub: Hub, source: MemorySource, *audiences: str) -> Entry:
    """An event committed and published in this process."""
    entry = source.append(audiences or ("gm", "table", "public"))
    hub.publish(TOPIC, [entry])
    return entry


async def settle() -> None:
    """Let everything that is ready to run, run."""
    for _ in range(30):
        await asyncio.sleep(0)
