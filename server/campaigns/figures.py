"""The write path's figures for Prometheus, read once per turn of the hub's wheel: counting costs a command nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from server.kernel.metrics import Metrics


@dataclass(slots=True)
class Tally:
    """What the writer has done since the start."""

    groups: int = 0
    events: int = 0
    races: int = 0
    failures: int = 0


GAUGES = {
    "commands_waiting": "Commands that wait for their commit.",
    "rooms_in_memory": "Campaigns whose state is in memory.",
}
COUNTERS = {
    "groups": "Transactions of commands that were committed.",
    "events": "Events that were committed.",
    "races": "Groups that another process made us decide again.",
    "failures": "Groups whose commit failed, or whose outcome is unknown.",
}


def measuring(metrics: Metrics, tally: Tally, gauges: Callable[[], dict[str, int]]) -> Callable[[float], None]:
    """What to call on every turn."""
    kept = {name: metrics.gauge(f"record_{name}", meaning) for name, meaning in GAUGES.items()}
    counters = {name: metrics.counter(f"record_{name}", meaning) for name, meaning in COUNTERS.items()}
    counted = dict.fromkeys(COUNTERS, 0)

    def turn(_now: float) -> None:
        for name, value in gauges().items():
            kept[name].set(value)
        for name, counter in counters.items():
            now = int(getattr(tally, name))
            counter.inc(now - counted[name])
            counted[name] = now

    return turn
