"""The hub's figures for Prometheus, read once per turn of its wheel: counting costs a fan-out nothing."""

from collections.abc import Mapping
from typing import Final

from server.hub.bus import Bus
from server.hub.laggards import TOO_FAR_BEHIND
from server.hub.readers import NO_PROGRESS
from server.hub.rooms import Hub
from server.hub.wheel import NOTHING_HEARD
from server.kernel.metrics import Metrics

GAUGES: Final = {
    "hub_sockets": "Open sockets, subscribed or not.",
    "hub_members": "Sockets that follow a campaign.",
    "hub_rooms": "Campaigns that somebody follows, or did a minute ago.",
    "hub_waiting": "Sockets with bytes that the network has not taken.",
    "hub_waiting_bytes": "Bytes that the network has not taken, of all sockets.",
    "hub_waiting_most_bytes": "The same, of the socket that has most.",
    "hub_waiting_still_seconds": "How long the socket that is worst off has taken none of its bytes.",
    "hub_behind": "Readers whose events are kept back until they have read what waits.",
    "bus_live": "1 while this process hears itself on the bus.",
    "bus_silence_seconds": "Seconds since this process last heard itself on the bus.",
    "bus_peers": "Other processes that were heard lately.",
}
COUNTERS: Final = {
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
REASONS: Final = (TOO_FAR_BEHIND, NO_PROGRESS, NOTHING_HEARD)


def measure(hub: Hub, bus: Bus, metrics: Metrics) -> None:
    """Keep the figures up to date."""
    gauges = {name: metrics.gauge(name, meaning) for name, meaning in GAUGES.items()}
    counters = {name: metrics.counter(name, meaning) for name, meaning in COUNTERS.items()}
    closes = metrics.counter("hub_slow_closes", "Readers closed for being slow, and why.", ["reason"])
    counters |= {reason: closes.labels(reason) for reason in REASONS}
    counted = dict.fromkeys(counters, 0)

    def turn(_now: float) -> None:
        for name, value in _levels(hub, bus).items():
            gauges[name].set(value)
        for name, total in _totals(hub, bus).items():
            counters[name].inc(total - counted[name])
            counted[name] = total

    hub.each_turn.append(turn)


def _levels(hub: Hub, bus: Bus) -> Mapping[str, float]:
    rooms = {f"hub_{name}": value for name, value in hub.stats().items()}
    waits = hub.slow.readers.waits()
    slow = {
        "hub_waiting_bytes": sum(wait.size for wait in waits),
        "hub_waiting_most_bytes": max((wait.size for wait in waits), default=0),
        "hub_waiting_still_seconds": max((wait.still_s for wait in waits), default=0),
    }
    return {**rooms, **slow, "bus_live": bus.is_live, "bus_silence_seconds": bus.silence(), "bus_peers": bus.peers()}


def _totals(hub: Hub, bus: Bus) -> Mapping[str, int]:
    tally = bus.tally
    return {
        **{reason: hub.slow.closes[reason] for reason in REASONS},
        "hub_fell_behind": hub.slow.laggards.count,
        "hub_skipped": hub.slow.laggards.skipped,
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
