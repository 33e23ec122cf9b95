"""Deciding the next group while one is being committed, on what that one will have made.

It is worth nothing unless that comes true: nobody is answered and nothing is written before it has.
"""

from collections.abc import Mapping
from datetime import datetime

from server.campaigns.pending import Pending
from server.campaigns.rooms import Rooms
from server.campaigns.turn import Turn, Waiting, looks_back
from server.kernel.ids import NewId


class Foresight:
    """`under_way` is what is being committed, by campaign."""

    def __init__(self, rooms: Rooms, under_way: Mapping[str, Pending], now: datetime, new_id: NewId) -> None:
        self.group: list[Waiting] = []
        self._rooms, self._under_way = rooms, under_way
        self._now, self._new_id = now, new_id
        self._turns: dict[str, Turn] = {}

    def take(self, waiting: Waiting) -> bool:
        """Decide it. False where that needs the log, which does not say yet what is under way: it has to wait."""
        campaign_id = waiting.asked.campaign_id
        turn = self._turns.get(campaign_id) or self._open(campaign_id)
        if turn is None or looks_back(waiting.asked.command):
            return False
        turn.take(waiting, None)
        self.group.append(waiting)
        return True

    def _open(self, campaign_id: str) -> Turn | None:
        room = self._rooms.known(campaign_id)
        if room is None or room.is_stale:
            return None
        turn = Turn(Pending(room, self._now, self._new_id, self._under_way.get(campaign_id)))
        self._turns[campaign_id] = turn
        return turn

    def turns(self) -> list[Turn]:
        """What it came to, room by room."""
        return list(self._turns.values())

    def holds(self) -> bool:
        """Whether every room has become what its first command was decided on."""
        return all(
            turn.pending.holds and self._rooms.known(campaign_id) is turn.pending.room
            for campaign_id, turn in self._turns.items()
        )
