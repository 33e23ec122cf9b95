"""When rooms write what they have to say: a moment later. A write to each of a thousand readers takes milliseconds, in
which nobody is heard; to look first whether more has come costs microseconds."""

import asyncio
from typing import Protocol

from server.hub.fanout import Delivery, FanOut
from server.kernel.clock import Clock
from server.kernel.limits import JOIN_S


class Speaking(Protocol):
    """A room, as far as it matters here."""

    pending_bytes: int
    """What waits to be sent."""

    def deliveries(self) -> list[Delivery]:
        """What waits, for whoever sends it at once."""
        ...


class Outbound:
    """Rooms with frames that wait for their `flush`, and the one fan-out of all that they have.

    The loop looks at its sockets once before it, and again for as long as that brings more, at most JOIN_S long.
    """

    def __init__(self, clock: Clock, fan_out: FanOut) -> None:
        self._clock = clock
        self._fan_out = fan_out
        self._rooms: dict[Speaking, None] = {}
        self._held = 0
        self._until = 0.0

    def add(self, room: Speaking) -> None:
        """Flush this room soon, with all that come until then."""
        if not self._rooms:
            self._held, self._until = 0, self._clock.monotonic() + JOIN_S
            asyncio.get_running_loop().call_soon(self._look)
        self._rooms[room] = None

    def _look(self) -> None:
        """Runs once in each turn of the loop: between two of them it reads its sockets."""
        held = sum(room.pending_bytes for room in self._rooms)
        if held > self._held and self._clock.monotonic() < self._until:
            self._held = held
            asyncio.get_running_loop().call_soon(self._look)
        else:
            self.flush()

    def flush(self) -> None:
        """Flush all of them now."""
        rooms, self._rooms = self._rooms, {}
        self._fan_out([delivery for room in rooms for delivery in room.deliveries()])
