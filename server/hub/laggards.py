"""Readers that fell behind. What happens while old bytes still wait for them is kept back; once they have read those,
they get the events they lack, or where these are many, only the newest state. Their backlog stays small either way."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from server.hub.connection import Connection
from server.hub.flight import CalledOff
from server.hub.member import Member
from server.hub.reading import RecordReplaced
from server.hub.room import Room
from server.hub.wire import Wire
from server.kernel.errors import NotFound, Unavailable
from server.kernel.limits import MAX_HELD, REJOIN_TRIES
from server.kernel.logs import get

log = get(__name__)

TOO_FAR_BEHIND: Final = "too far behind"
"""The reason for which one is closed for whom more waits than may."""


class Laggards:
    """Every seated member is known here by its connection; `part` closes one that cannot be helped."""

    def __init__(self, rooms: Mapping[str, Room], part: Callable[[Connection, str], None]) -> None:
        self.count = 0
        """Times that a reader fell behind, since the start."""
        self.skipped = 0
        """Events that were left out for the state they led to, since the start."""
        self._rooms, self._part = rooms, part
        self._seats: dict[Connection, Member] = {}
        self._noted: dict[Connection, None] = {}
        self._returning: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many are behind now."""
        return sum(member.lag is not None for member in self._seats.values())

    def take(self, member: Member) -> None:
        """It has gone live."""
        self._seats[member.connection] = member

    def drop(self, member: Member) -> None:
        """It has left; twice is harmless."""
        member.lag = None
        self._seats.pop(member.connection, None)

    def named(self, connection: Connection) -> dict[str, Any]:
        """Who a reader is, for the log."""
        member = self._seats.get(connection)
        if member is None:
            return {}
        return {"topic": member.topic, "audience": member.audience, "who": member.who, "client": member.name}

    def note(self, connection: Connection) -> None:
        """It holds more than it should: in the middle of a fan-out it is only noted."""
        if not self._noted:
            asyncio.get_running_loop().call_soon(self._pause_noted)
        self._noted[connection] = None

    def _pause_noted(self) -> None:
        noted, self._noted = self._noted, {}
        for connection in noted:
            member = self._seats.get(connection)
            room = None if member is None else self._rooms.get(member.topic)
            if member is None or room is None or member.lag is not None or not connection.backlog():
                continue
            room.pause(member)
            self.count += 1
            log.info("slow_reader_waits", backlog=connection.backlog(), **self.named(connection))

    def hold(self, member: Member, wire: Wire) -> None:
        """Keep what is for this reader alone until it has been brought to the present: a result never overtakes its
        events."""
        if member.lag is None:
            return
        if len(member.lag.held) >= MAX_HELD:
            self._part(member.connection, TOO_FAR_BEHIND)
            return
        member.lag.held.append(wire)

    def keep(self, member: Member) -> None:
        """Send it nothing until `release`: nobody knows at this moment what it may see. Who has not gone live is sent
        nothing anyway."""
        if self._seats.get(member.connection) is not member:
            return
        room = self._rooms.get(member.topic)
        if room is not None and member.lag is None:
            room.pause(member)
        if member.lag is not None:
            member.lag.kept = True

    def release(self, member: Member) -> None:
        """It may see what it saw: bring it to the present, as soon as it has read all that waits."""
        if member.lag is not None and member.lag.kept:
            member.lag.kept = False
            if not member.connection.backlog():
                self.drained(member.connection)

    def drained(self, connection: Connection) -> None:
        """It has read all that waited: bring it to the present."""
        member = self._seats.get(connection)
        if member is not None and member.lag is not None and not member.lag.kept:
            task = asyncio.get_running_loop().create_task(self._bring_back(member))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)

    async def _bring_back(self, member: Member) -> None:
        try:
            for _ in range(REJOIN_TRIES):
                if await self._is_back(member):
                    return
        except (Unavailable, NotFound, RecordReplaced, CalledOff, TimeoutError) as error:
            log.warning("slow_reader_lost", error=str(error), **self.named(member.connection))
        self._part(member.connection, TOO_FAR_BEHIND)

    async def _is_back(self, member: Member) -> bool:
        """Whether there is nothing left to do for it."""
        room, lag = self._rooms.get(member.topic), member.lag
        if room is None or lag is None or lag.kept:
            return True
        opening = await room.log.rejoining(member.audience, lag.seq)
        if member.lag is not lag or lag.kept or not member.connection.is_open:
            return True
        if self._rooms.get(member.topic) is not room:
            return True
        if not room.bring_back(member, opening):
            return False
        self.skipped += opening.seq - lag.seq
        return True

    def cancel(self) -> None:
        """Let go of those that are being brought back."""
        for task in self._returning:
            task.cancel()
