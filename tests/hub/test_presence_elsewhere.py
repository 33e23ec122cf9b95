"""Who is connected to other processes."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from server.hub.crowd import About
from server.hub.elsewhere import Elsewhere, Told, read_told
from server.hub.presence import Presence
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from server.kernel.limits import (
    BUS_BEAT_S,
    BUS_SILENT_S,
    PRESENCE_ENTRY,
    PRESENCE_REFRESH_S,
    PRESENCE_TOLD,
    PRESENCE_TOPICS,
    PRESENCE_TTL_S,
)
from tests.hub.bus.air import Air
from tests.hub.bus.test_channel import settle
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, member, welcome

OVERLAY = About("overlay", "Main scene", "1.0")


class _Process:
    """One process with a hub, a bus and presence; `panel` is a game master's reader here."""

    def __init__(self, name: str, air: Air, clock: ManualClock) -> None:
        self.bus = air.bus(name, clock)
        self.hub = Hub(MemorySource(seq=1), self.bus, clock)
        self.presence = Presence(self.hub, clock, told="gm")
        self.panel = MemoryConnection()

    async def open_panel(self) -> None:
        watcher = member(self.panel, "gm")
        await self.hub.join(watcher, None, welcome)
        self.presence.arrive(watcher, About("panel"))

    def told(self) -> dict[str, Any]:
        """The last presence frame that the panel got."""
        return [frame for frame in self.panel.frames if frame["type"] == "presence"][-1]


class _Cluster:
    """Two processes on one air."""

    def __init__(self) -> None:
        self.clock, self.air = ManualClock(), Air()
        self.here, self.there = (_Process(name, self.air, self.clock) for name in ("here", "there"))

    async def start(self) -> None:
        for process in (self.here, self.there):
            await process.bus.start(process.hub.others)
        await self.here.open_panel()
        await self.pass_by(BUS_BEAT_S)

    async def pass_by(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.clock.advance(1)
            await settle()
            for process in (self.here, self.there):
                process.hub.turn(self.clock.monotonic())
            await settle()

    async def stop(self) -> None:
        await self.here.bus.stop()
        await self.there.bus.stop()


@pytest.fixture
async def cluster() -> Any:
    """Two processes that know each other, and a panel on the first."""
    cluster = _Cluster()
    await cluster.start()
    yield cluster
    await cluster.stop()


async def test_the_panel_sees_who_is_connected_to_another_process(cluster: _Cluster) -> None:
    """Arrivals, reports and departures there show here within two seconds, with the process they are at."""
    overlay = member()
    cluster.there.presence.arrive(overlay, OVERLAY)
    cluster.there.presence.report(overlay, True, 18)
    await cluster.pass_by(2)
    told = cluster.here.told()
    assert told["total"] == 2
    (seen,) = [client for client in told["clients"] if client["kind"] == "overlay"]
    assert (seen["process"], seen["name"], seen["on_air"], seen["lag_ms"]) == ("there", "Main scene", True, 18)
    cluster.there.presence.leave(overlay)
    await cluster.pass_by(2)
    assert cluster.here.told()["total"] == 1


async def test_a_crashed_process_leaves_no_ghosts(cluster: _Cluster) -> None:
    """Who was connected to a process that fell silent is gone from the panel."""
    cluster.there.presence.arrive(member(), OVERLAY)
    await cluster.pass_by(2)
    assert cluster.here.told()["total"] == 2
    cluster.there.bus._task.cancel()  # type: ignore[union-attr] # it was started; nobody says goodbye
    await cluster.pass_by(BUS_SILENT_S + 2 * BUS_BEAT_S)
    assert cluster.here.told()["total"] == 1


async def test_a_process_that_comes_later_hears_of_everybody(cluster: _Cluster) -> None:
    """Nobody waits for a change to be told what is."""
    cluster.there.presence.arrive(member(), OVERLAY)
    await cluster.pass_by(2)
    late = _Process("late", cluster.air, cluster.clock)
    await late.bus.start(late.hub.others)
    await late.open_panel()
    await cluster.pass_by(BUS_BEAT_S + 2)
    late.hub.turn(cluster.clock.monotonic())
    assert late.told()["total"] == 3
    await late.bus.stop()


async def test_what_was_lost_is_told_again(cluster: _Cluster) -> None:
    """A message that never came is made up for by the next refresh."""
    cluster.air.is_deaf = True
    cluster.there.presence.arrive(member(), OVERLAY)
    await cluster.pass_by(1)
    cluster.air.is_deaf = False
    await cluster.pass_by(PRESENCE_REFRESH_S + 1)
    assert cluster.here.told()["total"] == 2


def _client(number: int, name: str = "x") -> dict[str, Any]:
    words = {"kind": "overlay", "version": None, "audience": "public", "state": "live", "on_air": None}
    times = {
        "lag_ms": None,
        "waiting_bytes": 0,
        "still_s": 0,
        "since": "2026-01-01T00:00:00Z",
        "last_seen": "2026-01-01T00:00:00Z",
    }
    return {"id": f"a-{number}", "process": "a", "name": name, **words, **times}


def test_what_is_said_of_a_crowd_fits_a_message() -> None:
    """All are counted; of those that are named, as many as fit, and they are read again as they were."""
    crowd = [_client(n, "é" * 200) for n in range(60)]
    body = Told(TOPIC, 1, 60, crowd).body()
    assert 0 < len(body[3]) < PRESENCE_TOLD
    assert len(str(body[3]).encode()) < PRESENCE_ENTRY * 1.2
    assert [told.total for told in read_told([body])] == [60]


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=5)))
def test_nonsense_is_not_read(body: object) -> None:
    """Whatever comes over the bus is read or left; nothing is raised."""
    assert list(read_told(body)) == []


@pytest.mark.parametrize("field", ["id", "state", "lag_ms", "on_air", "name"])
def test_a_client_with_a_wrong_field_is_not_read(field: str) -> None:
    """A frame that the panel is sent has the shape that it is promised, whoever spoke."""
    client = {**_client(1), field: ["x"]}
    assert list(read_told([[TOPIC, 1, 1, [client]]])) == []


def test_what_was_overtaken_on_its_way_is_ignored() -> None:
    """Messages may come in any order: the newest version counts."""
    elsewhere = Elsewhere()
    assert elsewhere.hear("a", Told(TOPIC, 2, 1, [_client(2)]), 0)
    assert not elsewhere.hear("a", Told(TOPIC, 1, 1, [_client(1)]), 0)
    assert elsewhere.at(TOPIC) == (1, [_client(2)])


def test_what_is_not_said_again_is_forgotten() -> None:
    """Time to live, and a bound: a flood of topics is not remembered."""
    elsewhere = Elsewhere()
    for n in range(PRESENCE_TOPICS + 10):
        elsewhere.hear("a", Told(f"c{n}", 1, 1, []), 0)
    assert elsewhere.at(f"c{PRESENCE_TOPICS + 5}") == (0, [])
    assert len(elsewhere.expire(PRESENCE_TTL_S)) == PRESENCE_TOPICS
    assert elsewhere.at("c1") == (0, [])
