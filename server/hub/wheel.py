"""Heartbeats without a timer per reader: members are dealt out over slots, and each turn has one slot's turn."""

from collections.abc import Mapping
from typing import Final

from server.hub.room import Member
from server.kernel.limits import HEARTBEAT_S

TURN_S: Final = 1.0
"""Seconds between two turns: slow readers, deadlines and heartbeats are exact to this."""
SLOTS: Final = round(HEARTBEAT_S / TURN_S)


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

    def turn(self) -> Mapping[Member, None]:
        """Those whose turn it is now."""
        self._turn = (self._turn + 1) % SLOTS
        return self._slots[self._turn]
