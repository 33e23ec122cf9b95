"""The bus over real Redis, PostgreSQL and NATS."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from server.hub.bus import make_bus
from server.hub.bus.channel import ChannelBus
from server.hub.bus.engines import backend_of
from server.hub.bus.messages import CHANNEL
from tests.fixtures.postgres import Postgres
from tests.hub.bus.air import MemoryEars, started

PATIENCE_S = 15.0
HASTE = 10.0
NAMES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("redis", "postgres", "nats")]


class HastyClock:
    """Pauses are a tenth as long as they should be: nobody waits for heartbeats in full. Silence is as long as ever: a
    busy machine is silent for a while too."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HASTE)


class Engine(Protocol):
    """A real server."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def restart(self) -> None: ...


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest) -> Any:
    """Each of the engines, and the url of the bus over it."""
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        return postgres, postgres.url()
    found = request.getfixturevalue(f"{request.param}_engine")
    return found, found.url


@pytest.fixture
async def pair(engine: tuple[Engine, str]) -> AsyncIterator[tuple[ChannelBus, MemoryEars, ChannelBus, MemoryEars]]:
    """Two processes that hear each other."""
    here, there = (bus(engine[1], name) for name in ("here", "there"))
    ears, others = await started(here), await started(there)
    await until(lambda: here.peers() == there.peers() == 1 and here.is_live and there.is_live)
    yield here, ears, there, others
    await here.stop()
    await there.stop()


def bus(url: str, name: str) -> ChannelBus:
    """A bus that tries again soon."""
    made = make_bus(url, name, HastyClock(), lambda: 0.5)
    assert isinstance(made, ChannelBus)
    return made


async def until(fact: Callable[[], object]) -> None:
    """Wait until something has become true."""
    async with asyncio.timeout(PATIENCE_S):
        while not fact():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.005)


Pair = tuple[ChannelBus, MemoryEars, ChannelBus, MemoryEars]


async def test_everything_that_is_said_is_heard(pair: Pair) -> None:
    """Ten thousand commits on a hundred campaigns: the newest of each arrives, and news of the largest size."""
    here, ears, there, others = pair
    for seq in range(100):
        for campaign in range(100):
            here.announce(f"campaign-{campaign}", seq)
        await asyncio.sleep(0)
    there.tell("ended", ["ü" * 3_700])
    await until(lambda: {(f"campaign-{n}", 99) for n in range(100)} <= set(others.hints))
    await until(lambda: ears.heard[-1] == ("there", "ended", ["ü" * 3_700]))
    assert here.tally.dropped == here.tally.foreign == here.tally.lost == 0


async def test_a_restarted_engine_is_found_again(pair: Pair, engine: tuple[Engine, str]) -> None:
    """After a restart both processes listen again, know that they may have missed something, and hear each other."""
    here, ears, there, others = pair
    await asyncio.to_thread(engine[0].restart)
    await until(lambda: ears.deafs >= 2 and others.deafs >= 2)
    await until(lambda: here.is_live and there.is_live)
    here.announce("c1", 8)
    there.announce("c2", 9)
    await until(lambda: ("c1", 8) in others.hints and ("c2", 9) in ears.hints)


async def test_hints_outlive_the_engine(pair: Pair, engine: tuple[Engine, str]) -> None:
    """What is committed while the engine is away is told when it is back, the newest of it; announcing never fails."""
    here = pair[0]
    await asyncio.to_thread(engine[0].stop)
    try:
        await until(lambda: here.tally.lost)
        for seq in range(50):
            here.announce("c1", seq)
        assert here.tally.hints_sent == 0
    finally:
        await asyncio.to_thread(engine[0].start)
    await until(lambda: here.tally.hints_sent)
    assert (here.tally.hints_sent, here.tally.dropped) == (1, 0)


async def test_strangers_on_the_channel_do_no_harm(pair: Pair, engine: tuple[Engine, str]) -> None:
    """Somebody else's messages, ones that are no text among them, are counted and passed over."""
    here, ears, there, _ = pair
    stranger = backend_of(engine[1])
    await stranger.connect()
    for message in ("hello", '{"from":"x"}', "\u2603", "[" * 1_000):
        await stranger.publish(CHANNEL, message)
    await stranger.disconnect()
    await until(lambda: here.tally.foreign == 4)
    there.announce("c1", 1)
    await until(lambda: ("c1", 1) in ears.hints)


async def test_an_engine_that_is_not_there_is_no_reason_to_fail(engine: tuple[Engine, str]) -> None:
    """A process starts without its bus, says so, and finds it when it comes."""
    await asyncio.to_thread(engine[0].stop)
    alone = bus(engine[1], "alone")
    try:
        ears = await started(alone)
        await until(lambda: alone.tally.lost >= 2)
        assert not alone.is_live
        assert ears.deafs == 0
    finally:
        await asyncio.to_thread(engine[0].start)
    await until(lambda: alone.is_live)
    await alone.stop()
