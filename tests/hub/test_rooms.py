"""Who is in a room, what they get and when it ends."""

import pytest

from server.hub.codes import Close
from server.hub.member import Member
from server.hub.rooms import Hub
from server.hub.source import Position
from server.hub.wheel import SLOTS
from server.hub.wire import Wire
from server.kernel.errors import NotFound
from server.kernel.limits import MAX_WRITE, ROOM_GRACE_S
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, commit, joined, member, settle, welcome


async def test_live_events_follow(hub: Hub, source: MemorySource) -> None:
    """Events of one loop tick reach each reader in one write, in order."""
    connection = await joined(hub)
    for _ in range(3):
        commit(hub, source)
    await settle()
    assert connection.seqs() == [11, 12, 13]
    assert connection.writes == 2


async def test_audiences_get_their_own(hub: Hub, source: MemorySource) -> None:
    """What an audience may not see never reaches it; its own text does."""
    public, master = await joined(hub), await joined(hub, audience="gm")
    commit(hub, source, "gm")
    commit(hub, source)
    await settle()
    assert public.seqs() == [12]
    assert master.seqs() == [11, 12]
    assert public.frames[-1]["event"]["for"] == "public"


async def test_unknown_topic(hub: Hub) -> None:
    """A topic that the record does not know cannot be joined, and leaves no room behind."""
    stranger = member()
    stranger.topic = "nowhere"
    with pytest.raises(NotFound):
        await hub.join(stranger, None, welcome)
    hub.turn(0)
    hub.turn(ROOM_GRACE_S)
    assert hub.stats()["rooms"] == 0


async def test_an_unwatched_room_is_dropped(hub: Hub) -> None:
    """A room outlives its last watcher by a grace time, and then costs nothing."""
    connection = MemoryConnection()
    watcher = member(connection)
    await hub.join(watcher, None, welcome)
    hub.turn(0)
    hub.leave(watcher)
    hub.turn(1)
    hub.turn(ROOM_GRACE_S)
    assert hub.stats()["rooms"] == 1
    hub.turn(1 + ROOM_GRACE_S)
    assert hub.stats()["rooms"] == 0


async def test_those_who_left_get_nothing(hub: Hub, source: MemorySource) -> None:
    """After leaving, also twice, nothing more is sent."""
    connection = MemoryConnection()
    watcher = member(connection)
    await hub.join(watcher, None, welcome)
    hub.leave(watcher)
    hub.leave(watcher)
    commit(hub, source)
    for turn in range(SLOTS + 1):
        hub.turn(turn)
    await settle()
    assert connection.types() == ["welcome", "snapshot"]


async def test_own_frames_come_behind_events(hub: Hub, source: MemorySource) -> None:
    """What one member is sent comes behind all that its room has published before."""
    connection = MemoryConnection()
    watcher = member(connection)
    await hub.join(watcher, None, welcome)
    commit(hub, source)
    hub.send(watcher, welcome(Position("e1", 11), True))
    assert connection.types()[-2:] == ["event", "welcome"]


async def test_heartbeats(hub: Hub, source: MemorySource) -> None:
    """Within one round of the wheel each reader hears once where the log stands, behind the events up to there."""
    connections = [await joined(hub) for _ in range(7)]
    commit(hub, source)
    for turn in range(SLOTS):
        hub.turn(turn)
    for connection in connections:
        beats = [frame["seq"] for frame in connection.frames if frame["type"] == "heartbeat"]
        assert beats == [11]
        assert connection.types().index("event") < connection.types().index("heartbeat")


async def test_a_deleted_topic_sends_everyone_away(hub: Hub) -> None:
    """All of its readers are told that there is nothing to come back to."""
    readers = [await joined(hub), await joined(hub, audience="gm")]
    hub.end(TOPIC)
    assert [(reader.types()[-1], reader.closed) for reader in readers] == [("bye", (4404, None))] * 2
    assert hub.stats()["rooms"] == 0


async def test_guests_go_when_the_door_is_shut(hub: Hub, source: MemorySource) -> None:
    """They get nothing of what shuts it, nor does one that was just coming in; with the door open all may stay."""
    guest, seated = MemoryConnection(), MemoryConnection()
    await hub.join(Member(TOPIC, "public", guest, "anybody", guest=True), None, welcome)
    await hub.join(member(seated), None, welcome)
    shut = source.append()._replace(guests=False)
    hub.publish(TOPIC, [shut])
    await settle()
    assert guest.types() == ["welcome", "snapshot", "bye"]
    assert guest.closed == (Close.NO_SUCH_CAMPAIGN, None)
    assert seated.seqs() == [shut.seq]
    late = MemoryConnection()
    await hub.join(Member(TOPIC, "public", late, "anybody", guest=True), None, welcome)
    assert late.types() == ["bye"]
    hub.publish(TOPIC, [source.append()._replace(guests=True)])
    welcomed = MemoryConnection()
    await hub.join(Member(TOPIC, "public", welcomed, "anybody", guest=True), None, welcome)
    assert welcomed.is_open


async def test_the_wheel_turns_over_a_reset_room(hub: Hub) -> None:
    """Members of a room that was just reset get no heartbeat, and stop nobody else's."""
    connection = await joined(hub)
    hub.reset(TOPIC)
    for turn in range(SLOTS):
        hub.turn(turn)
    assert connection.types()[-1] == "bye"
    assert connection.closed == (Close.RESYNC, None)


async def test_who_comes_while_the_server_ends_is_told_a_time_of_their_own(hub: Hub) -> None:
    """They come together, and are not to come back together."""
    hub.stop()
    late = [MemoryConnection() for _ in range(10)]
    assert not any(hub.enter(connection, None) for connection in late)
    times = [connection.closed[1] for connection in late if connection.closed is not None]
    assert {connection.closed[0] for connection in late if connection.closed is not None} == {Close.RESTARTING}
    assert times[0] is not None
    assert times[-1] is not None
    assert times[-1] - times[0] >= 3  # at 2,500 a second


class _Measured(MemoryConnection):
    """Remembers how much it was sent at once."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def send(self, wire: Wire) -> None:
        self.sizes.append(len(wire))
        super().send(wire)


async def test_a_flood_is_written_in_pieces(hub: Hub, source: MemorySource) -> None:
    """Between two of them a reader's backlog can be looked at: none is larger than MAX_WRITE and one frame."""
    reader = _Measured()
    await hub.join(member(reader), None, welcome)
    reader.sizes.clear()
    pad = MAX_WRITE // 10
    hub.publish(TOPIC, [source.append(pad=pad) for _ in range(50)])
    await settle()
    assert reader.seqs() == list(range(11, 61))
    assert len(reader.sizes) == 5
    assert max(reader.sizes) <= MAX_WRITE + 2 * pad
