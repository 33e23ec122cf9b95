"""One topic's live place: who watches, where its log stands here, and the last frames.

Everything that changes the room is synchronous. Reading the record is not, and needs no locks: whatever is
published meanwhile is in the ring, so a reader that read up to some `seq` gets the rest from there, in the same
step in which it goes live. Nothing is lost between the two and nothing doubled.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from server.hub.codes import Close
from server.hub.connection import Connection
from server.hub.fanout import fan_out
from server.hub.flight import Flights
from server.hub.member import Lag, Member as Member, Opening
from server.hub.reading import Reading, RecordReplaced
from server.hub.ring import Ring
from server.hub.source import Entry, Position, Source
from server.hub.wire import Wire, finish, heartbeat
from server.kernel.limits import MAX_REPLAY, MAX_WRITE, REPLAY_PAGE, RING_WARM, SOFT_BACKLOG

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

    def __init__(self, topic: str, source: Source, on: "RoomEvents") -> None:
        self.topic = topic
        self.epoch: str | None = None
        self.joining = 0
        self.idle_since: float | None = None
        self._is_private = False
        self._reading = Reading(topic, source)
        self._wake = on.wake
        self._ring: Ring | None = None
        self._members: dict[str, dict[Member, Connection]] = {}
        self._behind: dict[Member, None] = {}
        self._pending: dict[str, list[Wire]] = {}
        self.pending_bytes = 0
        self._ahead = 0
        self._flights = Flights(lambda error: on.failed(self, error))
        self._snapshots: dict[str, tuple[int, Wire]] = {}

    # where it stands

    @property
    def ring(self) -> Ring:
        if self._ring is None:
            raise RuntimeError("a room has no place in the log before it was opened")
        return self._ring

    @property
    def position(self) -> Position:
        """What has been published here, in the log of this epoch."""
        return Position(self.epoch or "", self.ring.seq)

    @property
    def is_behind(self) -> bool:
        """Whether the log is known to be further than this room."""
        return self._ring is not None and self._ring.seq < self._ahead

    async def open(self) -> None:
        """Learn where the log stands, and keep its last events for those who come back; once for all who ask."""
        if self._ring is None:
            await self._flights.once("open", self._open)

    async def _open(self) -> None:
        position = await self._reading.position()
        base = max(0, position.seq - RING_WARM)
        ring = Ring(base)
        for entry in await self._reading.after(base, RING_WARM):
            ring.append(_finish(entry))
        if ring.seq < position.seq:
            ring = Ring(position.seq)
        self.epoch, self._ring = position.epoch, ring
        if self.is_behind:
            await self.catch_up()

    # new events

    def offer(self, entry: Entry) -> None:
        """Take an event that was committed. The next one goes out; an old one is known; after a gap the log is read."""
        if self._ring is not None and entry.seq == self._ring.seq + 1:
            self._advance(entry)
        else:
            self.hint(entry.seq)

    def hint(self, seq: int) -> None:
        """Somebody says that the log stands at `seq`."""
        self._ahead = max(self._ahead, seq)
        self.chase()

    def chase(self) -> None:
        """Read what the log is known to have more; where that is under way already, nothing."""
        if self.is_behind:
            self._flights.start("catch up", self._catch_up)

    async def catch_up(self) -> None:
        """Read from the log what this room lacks. Raises RecordReplaced, or what the source raises."""
        await self._flights.once("catch up", self._catch_up)

    async def _catch_up(self) -> None:
        while self.is_behind:
            at = self.ring.seq
            entries = await self._reading.after(at, REPLAY_PAGE) or await self._doubt(at, self._ahead)
            for entry in entries:
                if entry.seq == self.ring.seq + 1:
                    self._advance(entry)

    async def _doubt(self, at: int, hinted: int) -> list[Entry]:
        """The log gave nothing after `at`: the hint was wrong, or it is another log, or it lost its beginning."""
        position = await self._reading.position()
        if position.epoch != self.epoch:
            raise RecordReplaced(self.topic)
        if position.seq <= at:
            if self._ahead == hinted:  # nobody said more meanwhile
                self._ahead = self.ring.seq
            return []
        entries = await self._reading.after(at, REPLAY_PAGE)
        if not entries:
            raise RecordReplaced(self.topic)
        return entries

    def _advance(self, entry: Entry) -> None:
        if entry.guests is not None:
            self._is_private = not entry.guests
            for member in self.members():
                self._send_away_a_guest(member)
        wires, was_waiting = _finish(entry), bool(self._pending)
        self.ring.append(wires)
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
        """Write the frames that wait: joined once per audience, one write per socket."""
        pending, self._pending, self.pending_bytes = self._pending, {}, 0
        for audience, wires in pending.items():
            self._spread(audience, wires[0] if len(wires) == 1 else Wire(b"".join(wires)))

    def tell(self, audience: str, wire: Wire) -> None:
        """Send something that is not part of the record to everyone of an audience."""
        self.flush()
        self._spread(audience, wire)

    def _spread(self, audience: str, wire: Wire) -> None:
        fan_out(self._members.get(audience, _NOBODY).values(), wire)

    def heartbeat(self) -> Wire:
        """The frame that tells a member how far it is; only after `flush`."""
        return heartbeat(self.ring.seq)

    # joining

    async def opening(self, audience: str, since: Position | None) -> Opening:
        """What brings a reader from `since` to the present: the missed events where that is provable, else a
        snapshot."""
        await self.open()
        if since is not None and since.epoch == self.epoch and since.seq > self.ring.seq:
            self._ahead = max(self._ahead, since.seq)  # so far was another process: the log says whether it was
            await self.catch_up()
        if since is None or since.epoch != self.epoch or not 0 <= since.seq <= self.ring.seq:
            return await self._fresh(audience)
        if self.ring.covers(since.seq):
            return Opening(resumed=True, seq=since.seq, wires=())
        missed = await self._missed(since.seq)
        if missed is None:
            return await self._fresh(audience)
        wires = [wire for entry in missed if (wire := _finish_one(entry, audience)) is not None]
        return Opening(resumed=True, seq=missed[-1].seq, wires=wires)

    async def _missed(self, after: int) -> list[Entry] | None:
        """The events from `after` to where the ring takes over; None where that cannot be proved complete."""
        if self.ring.seq - after > MAX_REPLAY:
            return None
        found: list[Entry] = []
        at = after
        while not self.ring.covers(at):
            page = await self._flights.once(("replay", at), partial(self._reading.after, at, REPLAY_PAGE))
            if not page or len(found) > MAX_REPLAY:
                return None
            found += page
            at = page[-1].seq
        return found

    async def _fresh(self, audience: str) -> Opening:
        seq, wire = self._snapshots.get(audience, (-1, Wire(b"")))
        if seq != self.ring.seq:
            seq, wire = await self._flights.once(("snapshot", audience), partial(self._snapshot, audience))
        return Opening(resumed=False, seq=seq, wires=(wire,))

    async def _snapshot(self, audience: str) -> tuple[int, Wire]:
        snapshot = await self._reading.snapshot(audience, self.epoch)
        self.hint(snapshot.position.seq)
        if self.is_behind:
            await self.catch_up()
        self._snapshots[audience] = (snapshot.position.seq, finish(snapshot.text))
        return self._snapshots[audience]

    def seat(self, member: Member, opening: Opening, welcome: Welcome) -> bool:
        """Send all that a join brings in one write and go live. False where the ring has moved past it: try again."""
        if not self.ring.covers(opening.seq):
            return False
        self._send_away_a_guest(member)
        if not member.connection.is_open:
            return True
        tail = self.ring.after(opening.seq, member.audience)
        self._go_live(member, [welcome(self.position, opening.resumed), *opening.wires, *tail])
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
        member.lag = Lag(self.ring.seq)

    async def rejoining(self, audience: str, seq: int) -> Opening:
        """What brings a reader that fell behind to the present: what it lacks where that is little, else the state."""
        if self.ring.covers(seq) and sum(map(len, self.ring.after(seq, audience))) <= SOFT_BACKLOG:
            return Opening(resumed=True, seq=seq, wires=())
        return await self._fresh(audience)

    def bring_back(self, member: Member, opening: Opening) -> bool:
        """Send that, what was held, and go live. False where the ring has moved past it: try again."""
        if not self.ring.covers(opening.seq):
            return False
        held = member.lag.held if member.lag is not None else []
        self.leave(member)
        self._go_live(member, [*opening.wires, *self.ring.after(opening.seq, member.audience), *held])
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
        self._flights.cancel()


def _finish(entry: Entry) -> dict[str, Wire | None]:
    """One frame for audiences that get one text."""
    made: dict[int, Wire | None] = {id(text): None if text is None else finish(text) for text in entry.texts.values()}
    return {audience: made[id(text)] for audience, text in entry.texts.items()}


def _finish_one(entry: Entry, audience: str) -> Wire | None:
    text = entry.texts.get(audience)
    return None if text is None else finish(text)
