"""How events that come close together share a write, and how long one may wait for another."""

import asyncio

import pytest

from server.hub.bus import MemoryBus
from server.hub.fanout import Delivery, FanOut
from server.hub.outbound import Outbound
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from server.kernel.limits import JOIN_S
from tests.hub.doubles import MemorySource, commit, joined, settle


@pytest.fixture
def clock() -> ManualClock:
    """The hub's."""
    return ManualClock()


@pytest.fixture
def hub(source: MemorySource, clock: ManualClock) -> Hub:
    """One process."""
    return Hub(source, MemoryBus(), clock)


def commit_turn_by_turn(hub: Hub, source: MemorySource, count: int, clock: ManualClock, each_s: float = 0.0) -> None:
    """One event in this turn of the loop, and one in each of the turns after it, which take `each_s`."""
    commit(hub, source)
    clock.advance(each_s)
    if count > 1:
        asyncio.get_running_loop().call_soon(commit_turn_by_turn, hub, source, count - 1, clock, each_s)


async def test_one_that_is_alone_waits_for_one_look(hub: Hub, source: MemorySource) -> None:
    """The sockets are looked at once more before a write, and where they bring nothing it is made."""
    reader = await joined(hub)
    commit(hub, source)
    await asyncio.sleep(0)
    assert reader.seqs() == []
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert reader.seqs() == [11]


async def test_what_comes_turn_by_turn_shares_a_write(hub: Hub, source: MemorySource, clock: ManualClock) -> None:
    """A sender's messages are read one or two at a time: all that follow each other closely go out together."""
    reader = await joined(hub)
    before = reader.writes
    commit_turn_by_turn(hub, source, 8, clock)
    await settle()
    assert reader.seqs() == list(range(11, 19))
    assert reader.writes == before + 1


async def test_nobody_waits_long_for_others(hub: Hub, source: MemorySource, clock: ManualClock) -> None:
    """However many come, one after the other: what has waited for JOIN_S is written."""
    reader = await joined(hub)
    before = reader.writes
    commit_turn_by_turn(hub, source, 20, clock, each_s=JOIN_S / 3)
    await settle()
    assert reader.seqs() == list(range(11, 31))
    assert reader.writes - before >= 20 / 4


async def test_a_slow_turn_is_not_followed_by_another(hub: Hub, source: MemorySource, clock: ManualClock) -> None:
    """Where the loop took longer over its other work than anybody should wait, it writes before it looks again."""
    reader = await joined(hub)
    commit(hub, source)
    clock.advance(JOIN_S)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert reader.seqs() == [11]


async def test_what_went_out_early_is_not_written_again(hub: Hub, source: MemorySource) -> None:
    """A turn of the wheel does not wait for the look, and leaves it nothing."""
    reader = await joined(hub)
    commit(hub, source)
    hub.turn(0)
    assert reader.seqs() == [11]
    await settle()
    assert reader.seqs() == [11]


class Speaker:
    """A room with something to say."""

    pending_bytes = 1

    def deliveries(self) -> list[Delivery]:
        """For nobody."""
        self.pending_bytes = 0
        return []


async def test_other_rooms_do_not_prolong_it(clock: ManualClock) -> None:
    """Where one room after the other has something to say, the first waits no longer for them than for its own."""
    outbound, first = Outbound(clock, FanOut()), Speaker()
    outbound.add(first)
    for _ in range(4):
        clock.advance(JOIN_S / 3)
        outbound.add(Speaker())
        await asyncio.sleep(0)
    assert first.pending_bytes == 0


async def test_rooms_wait_for_the_same_look(clock: ManualClock) -> None:
    """Several that have something to say in one turn of the loop wait as long as one."""
    outbound, speakers = Outbound(clock, FanOut()), [Speaker(), Speaker()]
    for each in speakers:
        outbound.add(each)
    await asyncio.sleep(0)
    assert [each.pending_bytes for each in speakers] == [1, 1]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [each.pending_bytes for each in speakers] == [0, 0]
