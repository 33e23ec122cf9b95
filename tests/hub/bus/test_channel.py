"""One subscription per process, that does not stay dead."""

import asyncio

import pytest

from server.hub.bus.channel import ChannelBus
from server.hub.bus.health import bus_check
from server.kernel.clock import ManualClock
from server.kernel.errors import Unavailable
from server.kernel.limits import BUS_BEAT_S, BUS_PEERS, BUS_RETRY_MAX_S, BUS_SILENT_S
from tests.hub.bus.air import Air, MemoryEars, started


async def settle() -> None:
    """Let everything that is ready to run, run."""
    for _ in range(200):
        await asyncio.sleep(0)


async def beats(clock: ManualClock, number: int = 1) -> None:
    """Let so many heartbeats pass."""
    for _ in range(number):
        clock.advance(BUS_BEAT_S)
        await settle()


async def pair(air: Air, clock: ManualClock) -> tuple[ChannelBus, MemoryEars, ChannelBus, MemoryEars]:
    """Two processes that know each other."""
    here, there = air.bus("here", clock), air.bus("there", clock)
    ears, others = await started(here), await started(there)
    await settle()
    await beats(clock)
    return here, ears, there, others


async def test_hints_reach_the_others_and_not_oneself() -> None:
    """What one process announces the others hear; it does not talk to itself."""
    clock = ManualClock()
    here, ears, there, others = await pair(Air(), clock)
    here.announce("c1", 7)
    await settle()
    assert (ears.hints, others.hints) == ([], [("c1", 7)])
    assert there.tally.hints_received == here.tally.hints_sent == 1
    await here.stop()
    await there.stop()


async def test_it_is_live_once_it_heard_itself() -> None:
    """Connected is not enough: what was said has to come back."""
    clock, air = ManualClock(), Air()
    air.is_deaf = True
    bus = air.bus("here", clock)
    ears = await started(bus)
    await settle()
    assert (bus.is_live, ears.deafs) == (False, 1)
    air.is_deaf = False
    await beats(clock)
    assert bus.is_live
    await bus.stop()


async def test_a_lost_connection_is_made_again_and_everything_checked() -> None:
    """After each loss the process subscribes anew and says that it may have missed something."""
    clock, air = ManualClock(), Air()
    here, ears, there, others = await pair(air, clock)
    assert (ears.deafs, others.deafs) == (1, 1)
    air.break_all()
    await settle()
    clock.advance(0)
    await settle()
    assert (ears.deafs, others.deafs) == (2, 2)
    here.announce("c1", 8)
    await settle()
    assert others.hints == [("c1", 8)]
    assert here.tally.lost == there.tally.lost == 1
    await here.stop()
    await there.stop()


async def test_a_connection_that_only_looks_alive_is_left() -> None:
    """An engine that takes everything and delivers nothing is noticed by the heartbeat that does not come back."""
    clock, air = ManualClock(), Air()
    bus = air.bus("here", clock)
    ears = await started(bus)
    await settle()
    await beats(clock)
    air.is_deaf = True
    await beats(clock, round(BUS_SILENT_S / BUS_BEAT_S) + 1)
    assert not bus.is_live
    assert bus.tally.lost >= 1
    air.is_deaf = False
    await beats(clock)
    assert bus.is_live
    assert ears.deafs >= 2
    await bus.stop()


async def test_hints_said_while_it_was_down_are_said_later() -> None:
    """The newest of each is kept until somebody can hear it."""
    clock, air = ManualClock(), Air()
    here, _, there, others = await pair(air, clock)
    air.is_down = True
    air.break_all()
    await settle()
    for seq in range(10, 20):
        here.announce("c1", seq)
    for _ in range(5):
        clock.advance(BUS_RETRY_MAX_S)
        await settle()
    air.is_down = False
    for _ in range(3):
        clock.advance(BUS_RETRY_MAX_S)
        await settle()
    assert ("c1", 19) in others.hints
    assert here.tally.dropped == 0
    await here.stop()
    await there.stop()


async def test_pauses_between_tries_grow_and_are_bounded() -> None:
    """A dead engine is not asked all the time, and not forgotten either: at most BUS_RETRY_MAX_S between two tries."""
    clock, air = ManualClock(), Air()
    air.is_down = True
    bus = ChannelBus(air.backend, "here", clock, lambda: 0.999)
    await started(bus)
    tries = []
    for _ in range(12):
        await settle()
        tries.append(air.made)
        clock.advance(BUS_RETRY_MAX_S)
    assert tries == list(range(1, 13))
    await settle()
    before = air.made
    clock.advance(BUS_RETRY_MAX_S / 2)
    await settle()
    assert air.made == before
    await bus.stop()


async def test_processes_come_and_go() -> None:
    """A process is known from its first word, until its goodbye or its silence."""
    clock, air = ManualClock(), Air()
    here, ears, there, _ = await pair(air, clock)
    assert ("there", "joined", None) in ears.heard
    assert here.peers() == 1
    await there.stop()
    await settle()
    assert ears.heard[-1] == ("there", "left", None)
    assert here.peers() == 0

    crashed = air.bus("crashed", clock)
    await started(crashed)
    await settle()
    crashed.announce("c1", 1)
    await settle()
    assert here.peers() == 1
    crashed._task.cancel()  # type: ignore[union-attr] # it was started; nobody says goodbye
    await beats(clock, round(BUS_SILENT_S / BUS_BEAT_S) + 2)
    assert ears.heard[-1] == ("crashed", "left", None)
    await here.stop()


async def test_news_are_passed_on_unread() -> None:
    """Kinds that the bus does not know are for those who do."""
    clock = ManualClock()
    here, _, there, others = await pair(Air(), clock)
    here.tell("ended", {"any": ["thing"]})
    await settle()
    assert others.heard[-1] == ("here", "ended", {"any": ["thing"]})
    await here.stop()
    await there.stop()


async def test_strangers_on_the_channel_are_counted_and_ignored() -> None:
    """Messages that are not ours, and more made-up processes than there can be, change nothing."""
    clock, air = ManualClock(), Air()
    here, ears, there, _ = await pair(air, clock)
    air.carry("tablecast.1", "hello?")
    for n in range(BUS_PEERS + 10):
        air.carry("tablecast.1", f'{{"from":"x{n}","kind":"beat","body":1}}')
    for _ in range(5):
        await settle()
    assert here.tally.foreign == 1 + 10 + 1  # one process was known before
    assert here.peers() == BUS_PEERS
    assert ears.hints == []
    here.announce("c1", 3)
    await settle()
    await here.stop()
    await there.stop()


async def test_a_flood_does_not_fill_a_queue() -> None:
    """Broadcaster's queue has no bound; it never gets to hold more than a message or two."""
    clock, air = ManualClock(), Air()
    here, ears, there, _ = await pair(air, clock)
    for seq in range(5_000):
        air.carry("tablecast.1", f'{{"from":"there","kind":"hints","body":{{"c1":{seq}}}}}')
    session = here._session
    assert session is not None
    (queue,) = session._broadcast._subscribers["tablecast.1"]
    fullest = 0
    for _ in range(20_000):
        await asyncio.sleep(0)
        fullest = max(fullest, queue.qsize())
    assert len(ears.hints) == 5_000
    assert fullest <= 2
    await here.stop()
    await there.stop()


async def test_a_dead_bus_does_not_take_the_server_out_of_service() -> None:
    """Not ready until it was heard, for a while; after that a dead bus is said, and the server serves."""
    clock, air = ManualClock(), Air()
    air.is_down = True
    bus = air.bus("here", clock)
    await started(bus)
    check = bus_check(bus)
    with pytest.raises(Unavailable):
        await check()
    clock.advance(BUS_SILENT_S + 1)
    assert (await check() or "").startswith("degraded: silent for 8 s")
    air.is_down = False
    for _ in range(3):
        await settle()
        clock.advance(0)
    assert await check() is None
    await bus.stop()
