"""Heartbeats without a timer per reader: members are dealt out over slots, and each turn has one slot's turn."""

from collections.abc import Callable, Mapping
from typing import Final

from server.hub.connection import Connection
from server.hub.member import Member
from server.hub.room import Room
from server.hub.wire import Wire
from server.kernel.limits import HEARTBEAT_S

TURN_S: Final = 1.0
"""Seconds between two turns: slow readers, deadlines and heartbeats are exact to this."""
NOTHING_HEARD: Final = "nothing heard"
"""The reason for which one is closed that has not even answered a ping."""
SLOTS: Final = round(HEARTBEAT_S / TURN_S)
Part = Callable[[Connection, str], None]


class Wheel:
    """Every member is in one slot; within SLOTS turns each slot comes up once."""

    def __init__(self) -> None:
        self._slots: list[dict[Member, None]] = [{} for _ in range(SLOTS)]
        self._turn = self._next = 0

    def __len__(self) -> int:
        return sum(len(slot) for slot in self._slots)

    def take(self, member: Member) -> None:
        """Give a member a slot; the slots fill evenly."""
        self._next = (self._next + 1) % SLOTS
        member.slot = self._next
        self._slots[member.slot][member] = None

    def drop(self, member: Member) -> None:
        """It has left; twice is harmless."""
        self._slots[member.slot].pop(member, None)

    def turn(self, rooms: Mapping[str, Room], part: Part) -> None:
        """Heartbeats for those whose turn it is, after their rooms were flushed; `part` gets those that are gone.

        One that is behind gets none: a heartbeat moves its position.
        """
        self._turn = (self._turn + 1) % SLOTS
        beats: dict[str, Wire] = {}
        for member in list(self._slots[self._turn]):
            room = rooms.get(member.topic)  # none for a moment where it was reset: its members are on their way
            if room is None or member.lag is not None:
                continue
            beat = beats.get(member.topic) or beats.setdefault(member.topic, room.heartbeat())
            if not member.connection.beat(beat):
                part(member.connection, NOTHING_HEARD)
