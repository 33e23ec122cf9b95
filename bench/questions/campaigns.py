"""Does a delivery cost more where more campaigns are played? From 1 to 1,000, ten sockets each."""

from dataclasses import dataclass
from typing import Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_most, middle
from bench.fanning import Run, cost, fan, rate, started
from bench.peers.catalogue import TABLECAST

CAMPAIGNS: Final = (1, 10, 100, 1_000)
EACH: Final = 10
SMALL, LARGE = 10, 1_000
"""Campaigns that are compared: few enough for the processor's caches, and many."""
RATIO: Final = 1.25
"""How much more a delivery may cost at LARGE than at SMALL: the noise of such a run, and the caches."""


@dataclass(frozen=True, slots=True)
class Sides:
    """CPU time of a delivery in µs: `apart` in so many campaigns, `together` with as many sockets in one."""

    apart: float
    together: float

    @property
    def premium(self) -> float:
        """What many campaigns make of it, whatever so many sockets cost by themselves."""
        return self.apart / self.together


def ask(effort: Effort) -> Answer:
    """The hub alone; each campaign has a publisher of its own with one message in flight, so that no two are joined."""
    apart: dict[int, list[Run]] = {}
    together: dict[int, list[Run]] = {}
    for _ in range(effort.rounds):
        for campaigns in CAMPAIGNS:
            apart.setdefault(campaigns, []).append(_run(effort, campaigns, campaigns * EACH))
            together.setdefault(campaigns, []).append(_run(effort, 1, campaigns * EACH))
    return _answer(apart, together)


def _run(effort: Effort, campaigns: int, sockets: int) -> Run:
    with started(TABLECAST) as server:
        counts = {"topics": campaigns, "publishers": campaigns, "window": campaigns, "sockets": sockets}
        return fan(TABLECAST, server, effort, **counts)


def _answer(apart: dict[int, list[Run]], together: dict[int, list[Run]]) -> Answer:
    columns = [
        "campaigns",
        "sockets",
        "deliveries/s",
        "CPU µs each",
        "as many sockets in one campaign",
        "p50 ms",
        "p99 ms",
    ]
    answer = Answer("Growth: from 1 to 1,000 campaigns with ten sockets each", columns)
    sides = {campaigns: Sides(_cost(apart[campaigns]), _cost(together[campaigns])) for campaigns in CAMPAIGNS}
    answer.rows = [_row(campaigns, apart[campaigns], sides[campaigns]) for campaigns in CAMPAIGNS]
    answer.goals = [goal(sides[SMALL], sides[LARGE])]
    points = {
        "ten sockets in each campaign": [(each * EACH, sides[each].apart) for each in CAMPAIGNS],
        "all in one campaign": [(each * EACH, sides[each].together) for each in CAMPAIGNS],
    }
    answer.plots.append(Plot("lines", "Server CPU of a delivery", "µs", dict(points), x_title="sockets"))
    answer.notes += [
        "Ten readers share what a publication costs, so a delivery costs more here than with a thousand.",
        _raw(sides),
    ]
    return answer


def _raw(sides: dict[int, Sides]) -> str:
    small, large = sides[SMALL], sides[LARGE]
    return (
        "More campaigns are more sockets, and those cost by themselves: so each size is set against one campaign with "
        f"as many. Without that, a delivery costs {large.apart / small.apart:.2f} times as much at {LARGE:,} campaigns "
        f"as at {SMALL}, and {large.together / small.together:.2f} times with the same sockets in one campaign."
    )


def goal(small: Sides, large: Sides) -> Goal:
    """The premium of many campaigns may not grow with their number."""
    what = f"cost of a delivery at {LARGE:,} campaigns against {SMALL}, each against as many sockets in one campaign"
    return at_most(what, RATIO, large.premium / small.premium, " times")


def _cost(runs: list[Run]) -> float:
    return middle([cost(run) for run in runs])


def _row(campaigns: int, runs: list[Run], sides: Sides) -> list[Cell]:
    times = [middle([run["delivery"][key] for run in runs]) for key in ("p50_ms", "p99_ms")]
    return [campaigns, campaigns * EACH, middle([rate(run) for run in runs]), sides.apart, sides.together, *times]
