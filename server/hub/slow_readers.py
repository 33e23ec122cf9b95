"""What becomes of readers that are too slow: noted once bytes wait, kept back, and closed where that does not help."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping

from server.hub.codes import Close
from server.hub.connection import Connection
from server.hub.doors import Doors
from server.hub.laggards import TOO_FAR_BEHIND, Laggards
from server.hub.readers import NO_PROGRESS, Readers
from server.hub.room import Room
from server.kernel.logs import get

log = get(__name__)


class SlowReaders:
    """Every connection is watched by this one; `stop` is called when a connection hears that the server is to stop."""

    def __init__(self, rooms: Mapping[str, Room], doors: Doors, stop: Callable[[], None]) -> None:
        self.readers = Readers()
        self.laggards = Laggards(rooms, self.part)
        self.closes: Counter[str] = Counter()
        """Readers closed for being slow, since the start, by the reason."""
        self._doors, self._stop = doors, stop

    # from connections

    def waiting(self, connection: Connection) -> None:
        """Note a connection with bytes waiting."""
        self.readers.waiting(connection)

    def lagging(self, connection: Connection) -> None:
        """Note that too much waits for it."""
        self.laggards.note(connection)

    def drained(self, connection: Connection) -> None:
        """It has caught up with what waited."""
        self.laggards.drained(connection)

    def overflowed(self, connection: Connection) -> None:
        """Close it as soon as the fan-out that filled it is over."""
        asyncio.get_running_loop().call_soon(self.part, connection, TOO_FAR_BEHIND)

    def stopping(self) -> None:
        """The server is about to stop."""
        self._stop()

    # from the wheel

    def turn(self, now: float) -> None:
        """Close those that took nothing for too long; one that is still there after its close is cut off."""
        for connection in self.readers.stalled(now):
            if connection.is_open:
                self.part(connection, NO_PROGRESS)
            else:
                connection.abort()

    def part(self, connection: Connection, reason: str) -> None:
        """Close a slow reader, and say so: its position brings it back."""
        if connection.is_open:
            self.closes[reason] += 1
            whom = {**self.laggards.named(connection), "address": self._doors.address_of(connection)}
            log.info("slow_reader_closed", reason=reason, **self.readers.said(connection), **whom)
        connection.close(Close.SLOW, reason)
