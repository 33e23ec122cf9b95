"""What a room holds of its topic's log: where it stands here, the last events as finished frames, the newest snapshots.

Everything that moves it on is synchronous. Reading the record is not, and needs no locks: whatever is published
meanwhile is in the ring, so a reader that read up to some `seq` gets the rest from there, in the same step in which
it goes live. Nothing is lost between the two and nothing doubled.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from server.hub.flight import Flights
from server.hub.member import Opening
from server.hub.reading import Reading, RecordReplaced
from server.hub.ring import Ring, Wires
from server.hub.source import Entry, Position, Source
from server.hub.wire import Wire, finish, with_missed
from server.kernel.limits import MAX_REPLAY, REPLAY_PAGE, RING_WARM, SOFT_BACKLOG


class RoomLog:
    """`taken` is called with each next event and its frames; `failed` with what reading in the background raised."""

    def __init__(
        self,
        topic: str,
        source: Source,
        taken: Callable[[Entry, Wires], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.epoch: str | None = None
        self._topic = topic
        self._taken = taken
        self._reading = Reading(topic, source)
        self._flights = Flights(failed)
        self._ring: Ring | None = None
        self._ahead = 0
        self._snapshots: dict[str, tuple[int, Wire]] = {}

    # where it stands

    @property
    def ring(self) -> Ring:
        if self._ring is None:
            raise RuntimeError("there is no place in the log before it was opened")
        return self._ring

    @property
    def position(self) -> Position:
        """What has been published here, in the log of this epoch."""
        return Position(self.epoch or "", self.ring.seq)

    @property
    def is_behind(self) -> bool:
        """Whether the log is known to be further than this."""
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
            ring.append(_finish(entry), remark=entry.remark)
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
        """Read from the log what is lacking here. Raises RecordReplaced, or what the source raises."""
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
            raise RecordReplaced(self._topic)
        if position.seq <= at:
            if self._ahead == hinted:  # nobody said more meanwhile
                self._ahead = self.ring.seq
            return []
        entries = await self._reading.after(at, REPLAY_PAGE)
        if not entries:
            raise RecordReplaced(self._topic)
        return entries

    def _advance(self, entry: Entry) -> None:
        wires = _finish(entry)
        self.ring.append(wires, remark=entry.remark)
        self._taken(entry, wires)

    # what brings readers to the present

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

    async def rejoining(self, audience: str, seq: int) -> Opening:
        """What brings a reader that fell behind to the present: what it lacks where that is little, else the state and
        what no state tells."""
        if self.ring.covers(seq) and sum(map(len, self.ring.after(seq, audience))) <= SOFT_BACKLOG:
            return Opening(resumed=True, seq=seq, wires=())
        fresh = await self._fresh(audience)
        missed = self.ring.remarks(seq, fresh.seq, audience, SOFT_BACKLOG)
        return replace(fresh, wires=[with_missed(wire, missed) for wire in fresh.wires])

    def close(self) -> None:
        """Let go of what is still being read."""
        self._flights.cancel()


def _finish(entry: Entry) -> dict[str, Wire | None]:
    """One frame for neighbours that get one text: those who see alike stand beside each other."""
    wires: dict[str, Wire | None] = {}
    known: bytes | None = None
    wire: Wire | None = None
    for audience, text in entry.texts.items():
        if text is not known:
            known, wire = text, None if text is None else finish(text)
        wires[audience] = wire
    return wires


def _finish_one(entry: Entry, audience: str) -> Wire | None:
    text = entry.texts.get(audience)
    return None if text is None else finish(text)
