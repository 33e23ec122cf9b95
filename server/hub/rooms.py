"""The hub of one process: rooms by topic, who is in them, and one wheel for all that takes time."""

from collections.abc import Callable, Sequence

from server.hub.bus import Bus
from server.hub.codes import Close
from server.hub.connection import Connection
from server.hub.doors import Caps, Doors
from server.hub.fanout import FanOut
from server.hub.farewell import send_away
from server.hub.flight import CalledOff
from server.hub.member import Member
from server.hub.others import GONE, Others
from server.hub.outbound import Outbound
from server.hub.reading import RecordReplaced
from server.hub.room import Room, Welcome
from server.hub.rounds import Rounds
from server.hub.slow_readers import SlowReaders
from server.hub.source import Entry, Position, Source
from server.hub.wheel import TURN_S, Wheel
from server.hub.wire import Wire
from server.kernel.clock import Clock
from server.kernel.errors import NotFound, Unavailable
from server.kernel.limits import JOIN_TRIES, ROOM_GRACE_S
from server.kernel.logs import get

log = get(__name__)


class Hub:
    """`publish` and `hint` come from the record's writers and the bus; everything else from the sockets' edge."""

    def __init__(self, source: Source, bus: Bus, clock: Clock, caps: Caps | None = None) -> None:
        self.doors = Doors(caps)
        self.each_turn: list[Callable[[float], None]] = []
        """Called on every turn of the wheel with the monotonic time."""
        self.is_stopping = False
        self.others = Others(bus, self)
        self._source, self._bus, self._clock = source, bus, clock
        self._rooms: dict[str, Room] = {}
        self.rounds = Rounds(source, self._rooms, self)
        self.others.listen(GONE, lambda _process, _topic: self.rounds.look())
        self._fan_out = FanOut()
        self._outbound = Outbound(clock, self._fan_out)
        self._wheel = Wheel()
        self.slow = SlowReaders(self._rooms, self.doors, self.stop)

    # from the record

    def publish(self, topic: str, entries: Sequence[Entry]) -> None:
        """These events were committed, in this order. Never waits."""
        room = self._rooms.get(topic)
        if room is not None:
            for entry in entries:
                room.log.offer(entry)
        if entries:
            self._bus.announce(topic, entries[-1].seq)

    def reset(self, topic: str) -> None:
        """The record of this topic was replaced: everyone comes back for a fresh snapshot."""
        self._close_room(topic, Close.RESYNC, "the record was replaced")

    def end(self, topic: str) -> None:
        """This topic was deleted here: everyone is sent away, at other processes too."""
        self.gone(topic)
        self.others.tell(GONE, topic)

    def gone(self, topic: str) -> None:
        """The record no longer knows this topic."""
        room = self._rooms.get(topic)
        if room is not None:
            room.is_gone = True  # who is just coming in hears it from `join`
        self._close_room(topic, Close.NO_SUCH_CAMPAIGN, "there is no such campaign here")

    def _close_room(self, topic: str, code: Close, reason: str) -> None:
        room = self._rooms.pop(topic, None)
        if room is not None:
            room.close()
            for member in room.members():
                member.connection.close(code, reason)

    # from the bus

    def hint(self, topic: str, seq: int) -> None:
        """The log of a topic is said to stand at `seq`; what this process lacks is read from it."""
        room = self._rooms.get(topic)
        if room is not None:
            room.log.hint(seq)

    def deaf(self) -> None:
        """Hints may have been lost: compare every room with the record, now."""
        self.rounds.look()

    # from rooms

    def wake(self, room: Room) -> None:
        """Flush this room soon, with all that come until then."""
        self._outbound.add(room)

    def failed(self, room: Room, error: BaseException) -> None:
        """A replaced record resets the room; anything else is tried again on the next turn, and said."""
        if isinstance(error, RecordReplaced):
            log.warning("record_replaced", topic=room.topic)
            if self._rooms.get(room.topic) is room:
                self.reset(room.topic)
        elif isinstance(error, NotFound):
            self.gone(room.topic)
        elif isinstance(error, Unavailable | TimeoutError):
            log.warning("record_unavailable", topic=room.topic, error=str(error))
        else:
            log.error("record_unreadable", topic=room.topic, exc_info=error)

    def stop(self) -> None:
        """Tell everyone to come back, each after a time of its own, so that they do not come all at once."""
        if self.is_stopping:
            return
        self.is_stopping = True
        self._outbound.flush()
        send_away(self.doors.connections())

    # from the edge

    def enter(self, connection: Connection, address: str | None) -> bool:
        """Let an accepted socket in, or close it. `address` is None where it is not counted."""
        connection.attach(self.slow)
        if self.is_stopping:
            connection.close(Close.RESTARTING, "the server restarts", self.retry_ms())
            return False
        now = self._clock.monotonic()
        refusal = self.doors.enter(connection, address, now)
        if refusal is not None:
            retry = self.doors.retry_ms(now) if refusal is Close.BUSY else None
            connection.close(refusal, "too many sockets" if retry is None else "the server is full", retry)
        return refusal is None

    def retry_ms(self) -> int:
        """When one that cannot be served now may come again; a crowd is told different times."""
        return self.doors.later_ms(self._clock.monotonic())

    def exit(self, connection: Connection) -> None:
        """The socket is gone."""
        self.doors.leave(connection)

    async def join(self, member: Member, since: Position | None, welcome: Welcome) -> None:
        """Bring the member to the present and go live, in one write: welcome, then the missed events or a snapshot.

        Raises NotFound for an unknown topic and Unavailable where the record cannot be read now.
        """
        self.doors.subscribed(member.connection)
        room = self._rooms.get(member.topic) or self._rooms.setdefault(member.topic, self._new_room(member.topic))
        room.joining += 1
        try:
            await self._bring(room, member, since, welcome)
        except TimeoutError:
            raise Unavailable("the record does not answer in time") from None
        except (RecordReplaced, CalledOff):
            if room.is_gone:
                raise NotFound from None
            raise Unavailable("the record was replaced meanwhile") from None
        finally:
            room.joining -= 1

    def _new_room(self, topic: str) -> Room:
        return Room(topic, self._source, self, self._fan_out)

    async def _bring(self, room: Room, member: Member, since: Position | None, welcome: Welcome) -> None:
        for _ in range(JOIN_TRIES):
            opening = await room.log.opening(member.audience, since)
            if not member.connection.is_open:
                return
            if self._rooms.get(room.topic) is not room:
                raise RecordReplaced(room.topic)
            if room.seat(member, opening, welcome):
                self._wheel.take(member)
                self.slow.laggards.take(member)
                return
        raise Unavailable("the table is too busy to join")

    def leave(self, member: Member) -> None:
        """Stop sending to a member; its connection may join again. Twice is harmless."""
        self._wheel.drop(member)
        room = self._rooms.get(member.topic)
        if room is not None:
            room.leave(member)
        self.slow.laggards.drop(member)

    def send(self, member: Member, wire: Wire) -> None:
        """Send to one member, behind everything that its room has published so far."""
        room = self._rooms.get(member.topic)
        if room is not None:
            room.flush()
        if member.lag is not None:
            self.slow.laggards.hold(member, wire)
        else:
            member.connection.send(wire)

    def tell(self, topic: str, audience: str, wire: Wire) -> None:
        """Send to everyone of an audience what is not part of the record."""
        room = self._rooms.get(topic)
        if room is not None:
            room.tell(audience, wire)

    def position(self, member: Member) -> Position:
        """How far an open member has been brought; the room of a closed one may be gone."""
        room = self._rooms[member.topic]
        room.flush()
        return room.log.position if member.lag is None else Position(room.log.position.epoch, member.lag.seq)

    def members(self, topic: str) -> list[Member]:
        """Everyone who watches a topic here."""
        room = self._rooms.get(topic)
        return room.members() if room is not None else []

    def stats(self) -> dict[str, int]:
        """Figures for metrics: sockets, members, rooms, readers with bytes waiting, readers that are behind."""
        return {
            "sockets": len(self.doors),
            "members": len(self._wheel),
            "rooms": len(self._rooms),
            "waiting": len(self.slow.readers),
            "behind": len(self.slow.laggards),
        }

    # the wheel

    async def run(self) -> None:
        """Turn the wheel until cancelled."""
        await self._bus.start(self.others)
        try:
            with self._fan_out.together():
                while True:
                    await self._clock.sleep(TURN_S)
                    self.turn(self._clock.monotonic())
        finally:
            self.rounds.cancel()
            self.slow.laggards.cancel()
            for room in self._rooms.values():
                room.close()
            await self._bus.stop()

    def turn(self, now: float) -> None:
        """One turn: late subscribers, slow readers, one slot's heartbeats, rooms that lag or that nobody watches."""
        for connection in self.doors.overdue(now):
            connection.close(Close.NO_SUBSCRIBE, "no subscribe in time")
        self.slow.turn(now)
        self._outbound.flush()
        self._wheel.turn(self._rooms, self.slow.part)
        self.rounds.turn(now, is_live=self._bus.is_live)
        for room in list(self._rooms.values()):
            self._look_after(room, now)
        for act in self.each_turn:
            act(now)

    def _look_after(self, room: Room, now: float) -> None:
        room.log.chase()
        if not room.is_empty:
            room.idle_since = None
        elif room.idle_since is None:
            room.idle_since = now
        elif now - room.idle_since >= ROOM_GRACE_S:
            room.close()
            del self._rooms[room.topic]
