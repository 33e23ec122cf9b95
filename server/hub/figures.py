"""The hub's figures for Prometheus, read once per turn of its wheel: counting costs a fan-out nothing."""

from server.hub.rooms import Hub
from server.kernel.metrics import Metrics

MEANINGS = {
    "sockets": "Open sockets, subscribed or not.",
    "members": "Sockets that follow a campaign.",
    "rooms": "Campaigns that somebody follows, or did a minute ago.",
    "waiting": "Sockets with bytes that the network has not taken.",
}


def measure(hub: Hub, metrics: Metrics) -> None:
    """Keep the gauges of `MEANINGS` and the count of slow readers up to date."""
    gauges = {name: metrics.gauge(f"hub_{name}", meaning) for name, meaning in MEANINGS.items()}
    slow = metrics.counter("hub_slow_closes", "Readers closed for being slow.")
    counted = 0

    def turn(_now: float) -> None:
        nonlocal counted
        for name, value in hub.stats().items():
            gauges[name].set(value)
        slow.inc(hub.slow_closes - counted)
        counted = hub.slow_closes

    hub.each_turn.append(turn)
