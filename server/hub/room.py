"""One topic's live place: who watches, and what they are sent. Its log is in `room_log`.

All of it is synchronous: between an event that goes out and a reader that goes live nothing else can happen.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from server.hub.codes import Close
from server.hub.connection import Connection
from server.hub.fanout import Delivery, FanOut
from server.hub.member import Lag, Member, Opening
from server.hub.ring import Wires
from server.hub.room_log import RoomLog
from server.hub.source import Entry, Position, Source
from server.hub.wire import Wire, heartbeat
from server.kernel.limits import MAX_WRITE

Welcome = Callable[[Position, bool], Wire]
"""Makes the first frame of a join from the position it brings the reader to, and whether it resumed."""
_NOBODY: Mapping[Member, Connection] = {}


class RoomEvents(Protocol):
    """What a room tells its hub."""

    def wake(self, room: "Room") -> None:
        """Frames wait for `flush`: call it soon, once for all that come until then."""
        ...

    def failed(self, room: "Room", error: BaseException) -> None:
        """A read of the record failed."""
        ...


class Room:
    """`on.wake` is called when frames wait for `flush`; `on.failed` hears of reads of the record that failed."""

    def __init__(self, topic: str, source: Source, on: "RoomEvents", fan_out: FanOut) -> None:
        self.topic = topic
        self._fan_out = fan_out
        self.log = RoomLog(topic, source, self._take, lambda error: on.failed(self, error))
        self.joining = 0
        self.is_gone = False
        """Whether the record no longer knows its topic."""
        self.idle_since: float | None = None
        self._is_private = False
        self._wake = on.wake
        self._members: dict[str, dict[Member, Connection]] = {}
        self._behind: dict[Member, None] = {}
        self._pending: dict[str, list[Wire]] = {}
        self.pending_bytes = 0

    # new events

    def _take(self, entry: Entry, wires: Wires) -> None:
        if entry.guests is not None:
            self._is_private = not entry.guests
            for member in self.members():
                self._send_away_a_guest(member)
        was_waiting = bool(self._pending)
        for audience, wire in wires.items():
            if wire is not None and self._members.get(audience):
                self._pending.setdefault(audience, []).append(wire)
                self.pending_bytes += len(wire)
        if self.pending_bytes > MAX_WRITE:  # a flood: hand it over in pieces, so that each can be counted
            self.flush()
        elif self._pending and not was_waiting:
            self._wake(self)

    def _send_away_a_guest(self, member: Member) -> None:
        if self._is_private and member.guest:
            member.connection.close(Close.NO_SUCH_CAMPAIGN, "this is not for guests any more")

    def flush(self) -> None:
        """Write the frames that wait."""
        if self._pending:
            self._fan_out(self.deliveries())

    def deliveries(self) -> list[Delivery]:
        """The frames that wait, joined once per audience; whoever asks for them sends them at once."""
        pending, self._pending, self.pending_bytes = self._pending, {}, 0
        return [
            (self._connections(audience), wires[0] if len(wires) == 1 else Wire(b"".join(wires)))
            for audience, wires in pending.items()
        ]

    def tell(self, audience: str, wire: Wire) -> None:
        """Send something that is not part of the record to everyone of an audience."""
        self.flush()
        self._fan_out([(self._connections(audience), wire)])

    def _connections(self, audience: str) -> Collection[Connection]:
        return self._members.get(audience, _NOBODY).values()

    def heartbeat(self) -> Wire:
        """The frame that tells a member how far it is; only after `flush`."""
        return heartbeat(self.log.ring.seq)

    # joining

    def seat(self, member: Member, opening: Opening, welcome: Welcome) -> bool:
        """Send all that a join brings in one write and go live. False where the ring has moved past it: try again."""
        if not self.log.ring.covers(opening.seq):
            return False
        self._send_away_a_guest(member)
        if not member.connection.is_open:
            return True
        tail = self.log.ring.after(opening.seq, member.audience)
        self._go_live(member, [welcome(self.log.position, opening.resumed), *opening.wires, *tail])
        self.idle_since = None
        return True

    def _go_live(self, member: Member, wires: Sequence[Wire]) -> None:
        self.flush()  # to the others: what was pending is among `wires` already
        wire = Wire(b"".join(wires))
        if wire:
            member.connection.allow(len(wire))
            member.connection.send(wire)
        self._members.setdefault(member.audience, {})[member] = member.connection

    # falling behind

    def pause(self, member: Member) -> None:
        """Send it no more events until `bring_back`."""
        self.flush()
        self.leave(member)
        self._behind[member] = None
        member.lag = Lag(self.log.ring.seq)

    def bring_back(self, member: Member, opening: Opening) -> bool:
        """Send that, what was held, and go live. False where the ring has moved past it: try again."""
        if not self.log.ring.covers(opening.seq):
            return False
        held = member.lag.held if member.lag is not None else []
        self.leave(member)
        self._go_live(member, [*opening.wires, *self.log.ring.after(opening.seq, member.audience), *held])
        return True

    # leaving

    def leave(self, member: Member) -> None:
        """Stop sending to it; twice is harmless."""
        self._members.get(member.audience, {}).pop(member, None)
        self._behind.pop(member, None)
        member.lag = None

    def members(self) -> list[Member]:
        """Everyone who watches."""
        return [*(member for audience in self._members.values() for member in audience), *self._behind]

    @property
    def is_empty(self) -> bool:
        return not self.joining and not self._behind and not any(self._members.values())

    def close(self) -> None:
        """Let go of what is still being read."""
        self.log.close()
