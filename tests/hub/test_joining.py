"""Joining, following and coming back: nothing lost, nothing doubled, whatever happens meanwhile."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from server.hub.bus import MemoryBus
from server.hub.codes import Close
from server.hub.rooms import Hub
from server.hub.source import Position, Snapshot
from server.kernel.clock import ManualClock
from server.kernel.errors import NotFound, Problem, Unavailable
from server.kernel.limits import MAX_REPLAY, RING_WARM
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, commit, event, joined, member, settle, welcome


async def test_first_join_brings_snapshot(hub: Hub) -> None:
    """Without a position one gets welcome and snapshot, in one write, and then what is new."""
    connection = await joined(hub)
    assert connection.types() == ["welcome", "snapshot"]
    assert connection.writes == 1
    assert connection.frames[0] == {"type": "welcome", "epoch": "e1", "seq": 10, "resumed": False}


@pytest.mark.parametrize("missed", [0, 1, 7, 10])
async def test_resume_brings_the_missed(hub: Hub, missed: int) -> None:
    """Coming back with a position brings exactly what was missed, once."""
    connection = await joined(hub, Position("e1", 10 - missed))
    assert connection.frames[0]["resumed"] is True
    assert connection.seqs() == list(range(11 - missed, 11))
    assert "snapshot" not in connection.types()


@pytest.mark.parametrize(
    "since", [Position("e0", 5), Position("e1", 11), Position("e1", -1), Position("e1", 10**30), Position("", 0)]
)
async def test_foreign_position_brings_snapshot(hub: Hub, since: Position) -> None:
    """A foreign epoch, a seq from the future or a senseless one is answered with the present state."""
    connection = await joined(hub, since)
    assert connection.types() == ["welcome", "snapshot"]
    assert connection.frames[0]["resumed"] is False


async def test_one_that_was_further_elsewhere_resumes(hub: Hub, source: MemorySource) -> None:
    """It comes from another process, whose last events this one has not heard of: its place is in the log."""
    await joined(hub)
    for _ in range(3):
        source.append()
    ahead = await joined(hub, Position("e1", 12))
    assert ahead.frames[0]["resumed"] is True
    assert (ahead.types(), ahead.seqs()) == (["welcome", "event"], [13])


async def test_resume_from_the_log() -> None:
    """Further back than the ring, the log brings what was missed."""
    source = MemorySource(seq=RING_WARM + 300)
    connection = await joined(Hub(source, MemoryBus(), ManualClock()), Position("e1", 3))
    assert connection.frames[0]["resumed"] is True
    assert connection.seqs() == list(range(4, RING_WARM + 301))


async def test_too_far_behind_brings_snapshot() -> None:
    """Beyond MAX_REPLAY a snapshot is smaller than the events."""
    source = MemorySource(seq=MAX_REPLAY + 1)
    connection = await joined(Hub(source, MemoryBus(), ManualClock()), Position("e1", 0))
    assert connection.types() == ["welcome", "snapshot"]


async def test_a_log_that_forgot_brings_snapshot() -> None:
    """Where the log cannot prove that nothing is missing, nothing is replayed."""
    source = MemorySource(seq=RING_WARM + 300)
    source.gone = 100
    connection = await joined(Hub(source, MemoryBus(), ManualClock()), Position("e1", 50))
    assert connection.types() == ["welcome", "snapshot"]


async def test_a_stampede_after_a_restart_asks_the_log_once() -> None:
    """The last RING_WARM events are read when the room opens: whoever was that close behind needs no read."""
    source = MemorySource(seq=RING_WARM + 50)
    hub = Hub(source, MemoryBus(), ManualClock())
    since = [Position("e1", source.seq - missed) for missed in (RING_WARM, 1, 100, 0)]
    back = await asyncio.gather(*(joined(hub, each) for each in since))
    assert [len(connection.seqs()) for connection in back] == [RING_WARM, 1, 100, 0]
    assert [question[0] for question in source.asked] == ["position", "replay"]


async def test_events_during_the_read_are_not_lost(hub: Hub, source: MemorySource) -> None:
    """What is committed while a join reads the record arrives behind it, once."""
    await joined(hub)
    source.gate.clear()
    reading = asyncio.ensure_future(joined(hub, audience="table"))
    await settle()
    for _ in range(3):
        commit(hub, source)
    source.gate.set()
    connection = await reading
    await settle()
    commit(hub, source)
    await settle()
    assert connection.types()[:2] == ["welcome", "snapshot"]
    assert [connection.frames[1]["seq"], *connection.seqs()] == [13, 14]


async def test_events_during_the_first_opening_are_not_lost(hub: Hub, source: MemorySource) -> None:
    """A room that is just learning where the log stands misses nothing that is published meanwhile."""
    source.gate.clear()
    reading = asyncio.ensure_future(joined(hub, Position("e1", 8)))
    await settle()
    for _ in range(3):
        commit(hub, source)
    source.gate.set()
    connection = await reading
    await settle()
    assert connection.seqs() == [9, 10, 11, 12, 13]


async def test_a_gap_is_read_from_the_log(hub: Hub, source: MemorySource) -> None:
    """When another process wrote in between, what is missing comes from the log before what is new."""
    connection = await joined(hub)
    source.append()
    source.append()
    commit(hub, source)
    await settle()
    assert connection.seqs() == [11, 12, 13]


async def test_doubled_and_old_events_are_dropped(hub: Hub, source: MemorySource) -> None:
    """An event that is known already is not sent again."""
    connection = await joined(hub)
    entry = commit(hub, source)
    hub.publish(TOPIC, [entry])
    hub.publish(TOPIC, [event(3)])
    await settle()
    assert connection.seqs() == [11]


async def test_hints_of_another_process(source: MemorySource) -> None:
    """A hint of what this process lacks makes it read the log; one of what it has does nothing."""
    bus, clock = MemoryBus(), ManualClock()
    here, there = Hub(source, bus, clock), Hub(source, bus, clock)
    await bus.start(here.others)
    await bus.start(there.others)
    connection = await joined(there)
    commit(here, source)
    commit(here, source)
    there.hint(TOPIC, 4)
    await settle()
    assert connection.seqs() == [11, 12]


async def test_a_false_hint_does_no_harm(hub: Hub, source: MemorySource) -> None:
    """A hint of a seq that the log does not have is looked into once, and forgotten."""
    connection = await joined(hub)
    hub.hint(TOPIC, 10**12)
    await settle()
    asked = len(source.asked)
    await settle()
    commit(hub, source)
    await settle()
    assert len(source.asked) == asked
    assert connection.seqs() == [11]


async def test_after_deafness_every_room_is_checked(hub: Hub, source: MemorySource) -> None:
    """When hints may have been lost, the record says what is missing."""
    connection = await joined(hub)
    source.append()
    hub.deaf()
    await settle()
    assert connection.seqs() == [11]


async def test_a_failed_read_is_tried_again(hub: Hub, source: MemorySource) -> None:
    """While the record is unavailable a room lags; on the next turn it catches up."""
    connection = await joined(hub)
    source.down = True
    source.append()
    hub.hint(TOPIC, 11)
    await settle()
    assert connection.seqs() == []
    source.down = False
    hub.turn(1.0)
    await settle()
    assert connection.seqs() == [11]


async def test_a_replaced_record_sends_everyone_for_a_snapshot(hub: Hub, source: MemorySource) -> None:
    """Another epoch closes the room's sockets with a code that says come back."""
    connection = await joined(hub)
    source.epoch, source.log = "e2", source.log[:3]
    hub.deaf()
    await settle()
    assert connection.closed == (Close.RESYNC, None)
    again = await joined(hub, Position("e1", 10))
    assert again.frames[0] == {"type": "welcome", "epoch": "e2", "seq": 3, "resumed": False}


async def test_unavailable_record(hub: Hub, source: MemorySource) -> None:
    """A join while the record is down fails with a problem that says try again."""
    source.down = True
    with pytest.raises(Unavailable):
        await joined(hub)


async def test_snapshots_are_made_once(hub: Hub, source: MemorySource) -> None:
    """However many join at the same position, the snapshot of an audience is made once."""
    source.gate.clear()
    joins = [asyncio.ensure_future(joined(hub)) for _ in range(50)]
    await settle()
    source.gate.set()
    await asyncio.gather(*joins)
    await joined(hub)
    assert source.snapshots == 1
    commit(hub, source)
    await joined(hub)
    assert source.snapshots == 2


async def test_a_reader_lost_while_joining_is_not_seated(hub: Hub, source: MemorySource) -> None:
    """A connection that closes during its join is never a member."""
    connection = MemoryConnection()
    source.gate.clear()
    joining = asyncio.ensure_future(hub.join(member(connection), None, welcome))
    await settle()
    connection.abort()
    source.gate.set()
    await joining
    assert hub.members(TOPIC) == []


@pytest.mark.parametrize(("over", "problem"), [(Hub.end, NotFound), (Hub.reset, Unavailable)])
@pytest.mark.parametrize("is_first", [True, False])
async def test_a_room_that_ends_under_a_join(
    hub: Hub, source: MemorySource, over: Callable[[Hub, str], None], problem: type[Problem], is_first: bool
) -> None:
    """One that is just reading is told so, whatever it reads: there is nothing here, or come back."""
    if not is_first:
        await joined(hub)
    source.gate.clear()
    joining = asyncio.ensure_future(joined(hub, audience="table"))
    await settle()
    over(hub, TOPIC)
    with pytest.raises(problem):
        await joining
    source.gate.set()
    assert (await joined(hub)).types() == ["welcome", "snapshot"]


async def test_a_join_that_is_cancelled_stays_so(hub: Hub, source: MemorySource) -> None:
    """Whoever ends the joiner, as a server does that stops, is not told of a busy record."""
    source.gate.clear()
    joining = asyncio.ensure_future(joined(hub))
    await settle()
    joining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await joining


class _LastWord(MemorySource):
    """Whoever has read a snapshot hears `after` before they can do anything with it."""

    after: Callable[[], None]

    async def snapshot(self, topic: str, audience: str) -> Snapshot:
        found = await super().snapshot(topic, audience)
        asyncio.get_running_loop().call_soon(self.after)
        return found


@pytest.mark.parametrize(("over", "problem"), [(Hub.end, NotFound), (Hub.reset, Unavailable)])
async def test_nobody_is_seated_in_a_room_that_is_over(
    over: Callable[[Hub, str], None], problem: type[Problem]
) -> None:
    """The read was done, and the room ended before the reader could sit down: nothing would ever reach it there."""
    source = _LastWord(seq=10)
    hub = Hub(source, MemoryBus(), ManualClock())
    source.after = partial(over, hub, TOPIC)
    reader = MemoryConnection()
    with pytest.raises(problem):
        await hub.join(member(reader), None, welcome)
    assert reader.types() == []
    assert hub.members(TOPIC) == []
    assert hub.stats()["members"] == 0
