"""Who is connected, as the game master is told."""

import pytest

from server.hub.bus import MemoryBus
from server.hub.crowd import About
from server.hub.presence import Presence
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from server.kernel.limits import PRESENCE_LISTED, STALE_S
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, member, welcome

OVERLAY = About("overlay", "Main scene", "1.0")


class _House:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.hub = Hub(MemorySource(seq=1), MemoryBus(), self.clock)
        self.presence = Presence(self.hub, self.clock, told="gm")
        self.panel = MemoryConnection()

    def turn(self, seconds: float = 1.0) -> None:
        self.clock.advance(seconds)
        self.hub.turn(self.clock.monotonic())

    def told(self) -> list[dict[str, object]]:
        return [frame for frame in self.panel.frames if frame["type"] == "presence"]


@pytest.fixture
async def house() -> _House:
    """A hub with one panel in the room."""
    house = _House()
    watcher = member(house.panel, "gm")
    await house.hub.join(watcher, None, welcome)
    house.presence.arrive(watcher, About("panel"))
    house.turn()
    return house


async def test_arrivals_and_departures_are_told(house: _House) -> None:
    """The panel hears who is there when that changes, and nothing while it doesn't."""
    overlay = member()
    house.presence.arrive(overlay, OVERLAY)
    house.turn()
    house.turn()
    house.presence.leave(overlay)
    house.presence.leave(overlay)
    house.turn()
    assert [frame["total"] for frame in house.told()] == [1, 2, 1]


async def test_only_the_game_master_is_told(house: _House) -> None:
    """Presence says who is watching, which is nobody else's business."""
    viewer = member()
    await house.hub.join(viewer, None, welcome)
    house.presence.arrive(viewer, OVERLAY)
    house.turn()
    assert isinstance(viewer.connection, MemoryConnection)
    assert "presence" not in viewer.connection.types()


async def test_reports_and_silence(house: _House) -> None:
    """A client that reports is live; STALE_S without a report make it stale; the next report brings it back."""
    overlay = member()
    house.presence.arrive(overlay, OVERLAY)
    house.presence.report(overlay, True, 18)
    house.turn()
    house.turn(STALE_S)
    house.presence.report(overlay, None, None)
    house.turn()
    states = [house_client(frame, "overlay") for frame in house.told()[1:]]
    assert [client["state"] for client in states] == ["live", "stale", "live"]
    assert {(client["on_air"], client["lag_ms"]) for client in states} == {(True, 18)}
    assert states[-1]["last_seen"] == "2026-01-01T00:00:12Z"


async def test_one_that_never_reports_is_not_stale(house: _House) -> None:
    """Silence means nothing from a client that never said it would speak."""
    house.presence.arrive(member(), OVERLAY)
    house.turn()
    house.turn(STALE_S * 3)
    assert len(house.told()) == 2


async def test_slow_readers_show(house: _House) -> None:
    """Bytes that wait for a client make it slow in the panel's eyes, which sees how many and since when."""
    overlay = member()
    house.presence.arrive(overlay, OVERLAY)
    assert isinstance(overlay.connection, MemoryConnection)
    overlay.connection.held = 100
    house.hub.slow.waiting(overlay.connection)
    house.turn()
    house.turn(2)
    assert isinstance(overlay.connection, MemoryConnection)
    overlay.connection.take(100)
    house.turn()
    told = [house_client(frame, "overlay") for frame in house.told()[1:]]
    wanted = [("slow", 100, 0), ("slow", 100, 2), ("live", 0, 0)]
    assert [(client["state"], client["waiting_bytes"], client["still_s"]) for client in told] == wanted


async def test_the_list_is_bounded(house: _House) -> None:
    """A thousand viewers are counted, some are named, and those in trouble are among them."""
    crowd = [member() for _ in range(PRESENCE_LISTED * 3)]
    for one in crowd:
        house.presence.arrive(one, About())
    house.presence.report(crowd[-1], True, 0)
    house.turn(STALE_S)
    message = house.presence.message(TOPIC)
    assert message["total"] == PRESENCE_LISTED * 3 + 1
    assert len(message["clients"]) == PRESENCE_LISTED
    assert message["clients"][0]["state"] == "stale"


class _Counted(MemoryConnection):
    """Counts how often it is looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up = 0

    def __hash__(self) -> int:
        self.looked_up += 1
        return id(self)


async def test_nobody_is_looked_at_who_is_well(house: _House) -> None:
    """Of a crowd only those are that wait, or whose report is due: a turn costs what is wrong, not who is there."""
    crowd = [_Counted() for _ in range(20)]
    for connection in crowd:
        house.presence.arrive(member(connection), OVERLAY)
    house.turn()
    slow = crowd[7]
    slow.held = 100
    house.hub.slow.waiting(slow)
    for connection in crowd:
        connection.looked_up = 0
    house.turn()
    house.turn()
    assert slow.looked_up > 0
    assert [connection.looked_up for connection in crowd if connection is not slow] == [0] * 19


async def test_a_stale_one_that_is_slow_is_told_as_both(house: _House) -> None:
    """What waits for it goes on being told while it is silent, and that it has read it, too."""
    overlay, connection = member(), MemoryConnection()
    overlay.connection = connection
    house.presence.arrive(overlay, OVERLAY)
    house.presence.report(overlay, True, 0)
    connection.held = 100
    house.hub.slow.waiting(connection)
    house.turn(STALE_S)
    house.turn(2)
    connection.take(100)
    house.turn()
    told = [house_client(frame, "overlay") for frame in house.told()[1:]]
    assert [(client["state"], client["waiting_bytes"]) for client in told] == [
        ("stale", 100),
        ("stale", 100),
        ("stale", 0),
    ]


def house_client(frame: dict[str, object], kind: str) -> dict[str, object]:
    """The one client of a kind in a presence frame."""
    clients = frame["clients"]
    assert isinstance(clients, list)
    return next(client for client in clients if client["kind"] == kind)
