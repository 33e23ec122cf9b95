"""The sockets of one machine's token, counted over two processes that hear each other on a bus."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.campaigns.places import PLACES, Places
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from server.kernel.errors import TooMany
from server.kernel.limits import BUS_BEAT_S, MAX_SOCKETS_PER_TOKEN, PLACES_PATIENCE_S
from tests.hub.bus.air import Air
from tests.hub.bus.test_channel import settle
from tests.hub.doubles import MemorySource

TOKEN = "t1"


class _Process:
    """A process that opens sockets with one token; `closed` are those that were let go."""

    def __init__(self, name: str, air: Air, clock: ManualClock) -> None:
        self.bus = air.bus(name, clock)
        self.hub = Hub(MemorySource(seq=1), self.bus, clock)
        self.places = Places(self.hub, clock)
        self.closed: list[str] = []

    def open(self, *names: str) -> None:
        for name in names:
            self.places.take(TOKEN, name, lambda name=name: self.closed.append(name))  # type: ignore[misc]  # bound now


class _Cluster:
    """Two processes on one air."""

    def __init__(self) -> None:
        self.clock, self.air = ManualClock(), Air()
        self.here, self.there = (_Process(name, self.air, self.clock) for name in ("here", "there"))

    async def pass_by(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.clock.advance(1)
            await settle()
            for process in (self.here, self.there):
                process.hub.turn(self.clock.monotonic())
            await settle()


@pytest.fixture
async def cluster() -> AsyncIterator[_Cluster]:
    """Two processes that know each other."""
    cluster = _Cluster()
    for process in (cluster.here, cluster.there):
        await process.bus.start(process.hub.others)
    await cluster.pass_by(BUS_BEAT_S)
    yield cluster
    for process in (cluster.here, cluster.there):
        await process.bus.stop()


def names(count: int) -> list[str]:
    return [f"socket-{number}" for number in range(count)]


async def test_the_ninth_socket_is_let_go_in_the_process_that_let_it_in(cluster: _Cluster) -> None:
    """Eight elsewhere: the one that came last goes within five seconds, and none of the eight."""
    cluster.there.open(*names(MAX_SOCKETS_PER_TOKEN))
    await cluster.pass_by(2)
    cluster.here.open("thief")
    await cluster.pass_by(1 + PLACES_PATIENCE_S + 1)
    assert (cluster.here.closed, cluster.there.closed) == (["thief"], [])


async def test_eight_in_all_are_welcome(cluster: _Cluster) -> None:
    """However they are spread."""
    cluster.there.open(*names(MAX_SOCKETS_PER_TOKEN - 3))
    cluster.here.open(*names(3))
    await cluster.pass_by(PLACES_PATIENCE_S + 5)
    assert (cluster.here.closed, cluster.there.closed) == ([], [])


async def test_of_many_too_many_only_those_go(cluster: _Cluster) -> None:
    """Two processes full at the same moment keep eight together."""
    cluster.there.open(*names(MAX_SOCKETS_PER_TOKEN))
    cluster.here.open(*names(MAX_SOCKETS_PER_TOKEN))
    await cluster.pass_by(4 * MAX_SOCKETS_PER_TOKEN + PLACES_PATIENCE_S)
    assert len(cluster.here.closed) + len(cluster.there.closed) == MAX_SOCKETS_PER_TOKEN


async def test_who_comes_back_from_a_dead_process_finds_a_place(cluster: _Cluster) -> None:
    """What it said before it died counts no more: nobody's overlay stays dark for a ghost."""
    cluster.there.open(*names(MAX_SOCKETS_PER_TOKEN))
    await cluster.pass_by(2)
    await cluster.there.bus.stop()
    cluster.here.open(*names(MAX_SOCKETS_PER_TOKEN))
    await cluster.pass_by(PLACES_PATIENCE_S + 5)
    assert cluster.here.closed == []


async def test_a_socket_that_moves_is_not_let_go(cluster: _Cluster) -> None:
    """For a moment both processes count it."""
    cluster.there.open(*names(MAX_SOCKETS_PER_TOKEN))
    await cluster.pass_by(2)
    cluster.here.open("moved")
    await cluster.pass_by(2)
    cluster.there.places.give_back(TOKEN, "socket-0")
    await cluster.pass_by(PLACES_PATIENCE_S + 5)
    assert (cluster.here.closed, cluster.there.closed) == ([], [])


async def test_one_process_refuses_at_once(cluster: _Cluster) -> None:
    """It needs nobody's word for its own."""
    cluster.here.open(*names(MAX_SOCKETS_PER_TOKEN))
    with pytest.raises(TooMany):
        cluster.here.open("ninth")
    cluster.here.places.give_back(TOKEN, "socket-3")
    cluster.here.places.give_back(TOKEN, "socket-3")
    cluster.here.open("ninth")
    assert cluster.here.closed == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        7,
        [7],
        [[]],
        [[TOKEN, -1, 0, True]],
        [[TOKEN, "9", 0, True]],
        [[TOKEN, 9, None, True]],
        [[TOKEN, 9, 0, 1]],
        [["", 9, 0, False]],
    ],
)
async def test_strangers_on_the_bus_do_no_harm(cluster: _Cluster, body: Any) -> None:
    """What none of ours would say is not heard."""
    cluster.here.open(*names(MAX_SOCKETS_PER_TOKEN))
    await cluster.pass_by(1)
    for _ in range(10):
        cluster.here.hub.others.news("stranger", PLACES, body)
        await cluster.pass_by(1)
    assert cluster.here.closed == []
