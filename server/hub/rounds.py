"""Rounds: every room is compared with the record, all of them in one question.

From time to time, and at once where hints may have been lost. So a bus may be as bad as it likes, or dead: nobody stays
behind for longer than one round.
"""

import asyncio
from collections.abc import Mapping
from typing import Final, Protocol

from server.hub.flight import Flights
from server.hub.reading import RecordReplaced
from server.hub.room import Room
from server.hub.source import Position, Source
from server.kernel.errors import Unavailable
from server.kernel.limits import ROUND_PAGE, ROUND_S, SOURCE_DEADLINE_S
from server.kernel.logs import get

log = get(__name__)

_KEY: Final = "round"


class RoundEvents(Protocol):
    """What a round tells its hub."""

    def gone(self, topic: str) -> None:
        """The record no longer knows this topic."""
        ...

    def failed(self, room: Room, error: BaseException) -> None:
        """The record of a room is another one."""
        ...


class Rounds:
    """One round at a time; asked for during one, another follows."""

    def __init__(self, source: Source, rooms: Mapping[str, Room], on: RoundEvents) -> None:
        self.checked = 0
        """Rooms compared, since the start."""
        self.behind = 0
        """Rooms found behind the record, since the start: what no hint has told, or not yet."""
        self._source, self._rooms, self._on = source, rooms, on
        self._flights = Flights(self._failed)
        self._again = False
        self._last = float("-inf")

    def turn(self, now: float, *, is_live: bool) -> None:
        """Called once a second: every ROUND_S it is time for a round, and each time while the bus is not live."""
        if not is_live or now - self._last >= ROUND_S:
            self._last = now
            self.look()

    def look(self) -> None:
        """Make a round now."""
        self._again = True
        self._flights.start(_KEY, self._round)

    def cancel(self) -> None:
        """Stop the one under way."""
        self._flights.cancel()

    async def _round(self) -> None:
        while self._again:
            self._again = False
            rooms = [room for room in self._rooms.values() if room.log.epoch is not None]
            for at in range(0, len(rooms), ROUND_PAGE):
                await self._compare(rooms[at : at + ROUND_PAGE])

    async def _compare(self, rooms: list[Room]) -> None:
        async with asyncio.timeout(SOURCE_DEADLINE_S):
            found = await self._source.positions([room.topic for room in rooms])
        for room in rooms:
            if self._rooms.get(room.topic) is room:  # else it was closed meanwhile
                self._judge(room, found.get(room.topic))

    def _judge(self, room: Room, position: Position | None) -> None:
        self.checked += 1
        if position is None:
            self._on.gone(room.topic)
        elif position.epoch != room.log.epoch:
            self._on.failed(room, RecordReplaced(room.topic))
        elif position.seq > room.log.position.seq:
            self.behind += 1
            room.log.hint(position.seq)

    def _failed(self, error: BaseException) -> None:
        self._last = float("-inf")  # again on the next turn
        if isinstance(error, Unavailable | TimeoutError):
            log.warning("record_unavailable", work="rounds", error=str(error))
        else:
            log.error("record_unreadable", work="rounds", exc_info=error)
