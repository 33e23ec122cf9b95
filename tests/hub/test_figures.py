"""The hub in numbers."""

from server.hub.bus import MemoryBus
from server.hub.figures import measure
from server.hub.rooms import Hub
from server.kernel.metrics import Metrics
from tests.hub.doubles import joined, settle


async def test_figures_follow_the_hub(hub: Hub) -> None:
    """A turn of the wheel brings the gauges up to date, and counts each slow reader once."""
    metrics = Metrics()
    measure(hub, MemoryBus(), metrics)
    connection = await joined(hub)
    hub.overflowed(connection)
    await settle()
    hub.turn(0)
    hub.turn(1)
    text = metrics.text().decode()
    assert "tablecast_hub_sockets 1.0" in text
    assert "tablecast_hub_members 1.0" in text
    assert "tablecast_hub_slow_closes_total 1.0" in text
