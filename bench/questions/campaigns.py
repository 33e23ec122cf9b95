"""Does a delivery cost more where more campaigns are played? From 1 to 1,000, ten sockets each."""

from typing import Final

from bench.answer import Answer, Effort, Plot, at_most, middle
from bench.fanning import Run, cost, fan, rate, started
from bench.peers.catalogue import TABLECAST

CAMPAIGNS: Final = (1, 10, 100, 1_000)
EACH: Final = 10
RATIO: Final = 1.25
"""How much more a delivery may cost at 1,000 campaigns than at 10: the noise of such a run, and the caches."""


def ask(effort: Effort) -> Answer:
    """The hub alone; each campaign has a publisher of its own with one message in flight, so that no two are joined."""
    answer = Answer(
        "Growth: from 1 to 1,000 campaigns with ten sockets each",
        ["campaigns", "sockets", "deliveries/s", "CPU µs each", "p50 ms", "p99 ms"],
    )
    runs: dict[int, list[Run]] = {}
    for _ in range(effort.rounds):
        for campaigns in CAMPAIGNS:
            counts = {"topics": campaigns, "publishers": campaigns, "sockets": campaigns * EACH, "window": campaigns}
            with started(TABLECAST) as server:
                runs.setdefault(campaigns, []).append(fan(TABLECAST, server, effort, **counts))
    for campaigns, found in runs.items():
        times = [middle([run["delivery"][key] for run in found]) for key in ("p50_ms", "p99_ms")]
        middles = [middle([rate(run) for run in found]), middle([cost(run) for run in found])]
        answer.rows.append([campaigns, campaigns * EACH, *middles, *times])
    costs = {campaigns: middle([cost(run) for run in found]) for campaigns, found in runs.items()}
    more = costs[CAMPAIGNS[-1]] / costs[CAMPAIGNS[1]]
    answer.goals.append(at_most("cost of a delivery at 1,000 campaigns against 10", RATIO, more, " times"))
    points = {"one in flight for each": list(costs.items())}
    answer.plots.append(Plot("lines", "Server CPU of a delivery", "µs", points, x_title="campaigns, ten sockets each"))
    answer.notes.append(
        "Ten readers share what a publication costs, so a delivery costs more here than with a thousand."
    )
    return answer
