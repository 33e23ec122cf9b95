"""The hub in numbers."""

from structlog.testing import capture_logs

from server.hub.bus import MemoryBus
from server.hub.figures import measure
from server.hub.rooms import Hub
from server.kernel.limits import SOFT_BACKLOG, STALL_S
from server.kernel.metrics import Metrics
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, joined, member, settle, welcome


async def test_figures_follow_the_hub(hub: Hub) -> None:
    """A turn of the wheel brings the gauges up to date, and counts each slow reader once."""
    metrics = Metrics()
    measure(hub, MemoryBus(), metrics)
    connection = await joined(hub)
    hub.slow.overflowed(connection)
    await settle()
    hub.turn(0)
    hub.turn(1)
    text = metrics.text().decode()
    assert "tablecast_hub_sockets 1.0" in text
    assert "tablecast_hub_members 1.0" in text
    assert 'tablecast_hub_slow_closes_total{reason="too far behind"} 1.0' in text
    assert 'tablecast_hub_slow_closes_total{reason="no progress"} 0.0' in text


async def test_the_slowest_shows_in_the_figures(hub: Hub) -> None:
    """How much waits, for whom most, and for how long nothing of it was taken."""
    metrics = Metrics()
    measure(hub, MemoryBus(), metrics)
    for held in (100, 300):
        connection = await joined(hub)
        connection.held = held
        hub.slow.waiting(connection)
    for now in (0, 2):
        hub.turn(now)
    text = metrics.text().decode()
    for name, value in (("bytes", 400.0), ("most_bytes", 300.0), ("still_seconds", 2.0)):
        assert f"tablecast_hub_waiting_{name} {value}" in text


async def test_the_log_says_who_was_too_slow_and_why(hub: Hub, source: MemorySource) -> None:
    """When its events are kept back, and when it is closed: which client of which table, how much waits, since when."""
    slow = MemoryConnection()
    slow.is_reading = False
    one = member(slow, "gm", who="token-1")
    one.name = "overlay Main scene"
    hub.enter(slow, "192.0.2.7")
    await hub.join(one, None, welcome)
    with capture_logs() as lines:
        while not lines:
            hub.publish(TOPIC, [source.append(pad=60_000)])
            await settle()
        for turn in range(2):
            hub.turn(STALL_S * turn)
    wanted = {"topic": TOPIC, "audience": "gm", "who": "token-1", "client": "overlay Main scene"}
    waits, closed = ({key: line[key] for key in wanted} for line in lines)
    assert waits == closed == wanted
    assert [line["event"] for line in lines] == ["slow_reader_waits", "slow_reader_closed"]
    assert (lines[1]["reason"], lines[1]["still_s"], lines[1]["address"]) == ("no progress", STALL_S, "192.0.2.7")
    assert lines[1]["backlog"] > SOFT_BACKLOG
