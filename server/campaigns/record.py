"""The record as the hub reads it: where a log stands, what was missed, and the present state, as finished texts."""

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from server.campaigns.rooms import Rooms
from server.campaigns.store import Store
from server.campaigns.tail import Tail
from server.campaigns.texts import encode, snapshot_frame
from server.hub.source import Entry, Position, Snapshot
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.play.state import Audience
from server.play.visibility import project


class Record:
    """The hub's `Source`: a topic is a campaign's id. Raises NotFound, Unavailable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.store = Store(database)
        self.rooms = Rooms(self.store, clock)
        self._tail = Tail(database)

    async def position(self, topic: str) -> Position:
        """Where the log stands, whichever process wrote it."""
        return await self.store.position(topic)

    async def positions(self, topics: Collection[str]) -> Mapping[str, Position]:
        """Where these logs stand, whichever process wrote them; without those that are not there."""
        return await self.store.positions(topics)

    async def replay(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        """The events after `after`, in order, at most `limit`, for every audience."""
        return await self._tail.after(topic, after, limit)

    async def snapshot(self, topic: str, audience: str) -> Snapshot:
        """The present state; nothing is awaited between reading its seq and making its text."""
        room = await self.rooms.fresh(topic)
        view = project(room.state, cast(Audience, audience))
        return Snapshot(Position(room.epoch, room.seq), snapshot_frame(room.seq, encode(view)))
