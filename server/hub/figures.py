"""The hub's figures for Prometheus, read once per turn of its wheel: counting costs a fan-out nothing."""

from collections.abc import Mapping
from typing import Final

from server.hub.bus import Bus
from server.hub.rooms import Hub
from server.kernel.metrics import Metrics

GAUGES: Final = {
    "hub_sockets": "Open sockets, subscribed or not.",
    "hub_members": "Sockets that follow a campaign.",
    "hub_rooms": "Campaigns that somebody follows, or did a minute ago.",
    "hub_waiting": "Sockets with bytes that the network has not taken.",
    "hub_behind": "Readers whose events are kept back until they have read what waits.",
    "bus_live": "1 while this process hears itself on the bus.",
    "bus_silence_seconds": "Seconds since this process last heard itself on the bus.",
    "bus_peers": "Other processes that were heard lately.",
}
COUNTERS: Final = {
    "hub_slow_closes": "Readers closed for being slow.",
    "hub_fell_behind": "Times that a reader's events were kept back.",
    "hub_skipped": "Events that slow readers got as the state they led to.",
    "bus_messages_sent": "Messages said on the bus.",
    "bus_messages_received": "Messages heard on the bus, our own included.",
    "bus_hints_sent": "Hints said on the bus.",
    "bus_hints_received": "Hints heard from other processes.",
    "bus_dropped": "Hints and news that found the queue full: the rounds heal them.",
    "bus_foreign": "Messages on the bus that are not ours.",
    "bus_lost": "Times that the bus was lost, or could not be reached.",
    "rounds_checked": "Rooms compared with the record.",
    "rounds_behind": "Rooms that a comparison found behind: gaps that no hint had told of.",
}


def measure(hub: Hub, bus: Bus, metrics: Metrics) -> None:
    """Keep the figures up to date."""
    gauges = {name: metrics.gauge(name, meaning) for name, meaning in GAUGES.items()}
    counters = {name: metrics.counter(name, meaning) for name, meaning in COUNTERS.items()}
    counted = dict.fromkeys(COUNTERS, 0)

    def turn(_now: float) -> None:
        for name, value in _levels(hub, bus).items():
            gauges[name].set(value)
        for name, total in _totals(hub, bus).items():
            counters[name].inc(total - counted[name])
            counted[name] = total

    hub.each_turn.append(turn)


def _levels(hub: Hub, bus: Bus) -> Mapping[str, float]:
    rooms = {f"hub_{name}": value for name, value in hub.stats().items()}
    return {**rooms, "bus_live": bus.is_live, "bus_silence_seconds": bus.silence(), "bus_peers": bus.peers()}


def _totals(hub: Hub, bus: Bus) -> Mapping[str, int]:
    tally = bus.tally
    return {
        "hub_slow_closes": hub.slow_closes,
        "hub_fell_behind": hub.laggards.count,
        "hub_skipped": hub.laggards.skipped,
        "bus_messages_sent": tally.messages_sent,
        "bus_messages_received": tally.messages_received,
        "bus_hints_sent": tally.hints_sent,
        "bus_hints_received": tally.hints_received,
        "bus_dropped": tally.dropped,
        "bus_foreign": tally.foreign,
        "bus_lost": tally.lost,
        "rounds_checked": hub.rounds.checked,
        "rounds_behind": hub.rounds.behind,
    }
