"""Does a delivery cost more where more campaigns are played? From 1 to 1,000, ten sockets each."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_most, middle
from bench.fanning import Run, cost, fan, fan_out, faults, in_kernel, manners, rate, started, tried
from bench.peers.catalogue import TABLECAST
from bench.product import COMMANDER, READER, Table, blows, make_small_tables, serving
from bench.running import Server
from server.kernel.limits import ROOMS_IN_MEMORY

CAMPAIGNS: Final = (1, 10, 100, 1_000)
EACH: Final = 10
SMALL, LARGE = 10, 1_000
"""Campaigns that are compared: few enough for the processor's caches, and many."""
RATIO: Final = 1.25
"""How much more a delivery may cost at LARGE than at SMALL: the noise of such a run, and the caches."""
OF_THE_PRODUCT: Final = (10, 100, 1_000)
IN_FLIGHT: Final = 10
"""Commands on their way at once, whatever the number of campaigns: they commit in groups of the same size."""
ROUNDS: Final = 2
"""Of the product: ten thousand take seconds to come."""
HUB, PRODUCT = "Tablecast hub", "Tablecast"


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
    """The hub alone; each campaign has a publisher of its own with one message in flight, so that no two are joined.
    Then the product, with as many commands in flight for any number of campaigns."""
    apart: dict[int, list[Run]] = {}
    together: dict[int, list[Run]] = {}
    for _ in range(effort.rounds):
        for campaigns in CAMPAIGNS:
            apart.setdefault(campaigns, []).append(_run(effort, campaigns, campaigns * EACH))
            together.setdefault(campaigns, []).append(_run(effort, 1, campaigns * EACH))
    notes: list[str] = []
    product = _product(effort, notes)
    answer = _answer(apart, together, {campaigns: found for campaigns, found in product.items() if found})
    answer.notes += notes
    return answer


def _product(effort: Effort, notes: list[str]) -> dict[int, list[Run]]:
    """Commands go round all campaigns, so the one whose turn is longest ago is next: with more campaigns than the
    server keeps in memory, each command reads one back."""
    runs: dict[int, list[Run]] = {}
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder, serving(Path(folder)) as server:
        tables = make_small_tables(server, max(OF_THE_PRODUCT))
        for _ in range(min(ROUNDS, effort.rounds)):
            for campaigns in OF_THE_PRODUCT:
                run = partial(_commands, effort, server, tables[:campaigns])
                runs.setdefault(campaigns, []).extend(tried(run, notes))
    return runs


def _commands(effort: Effort, server: Server, tables: Sequence[Table]) -> Run:
    count = len(tables)
    messages = [blow for table in tables for blow in blows(table)]
    counts = {"topics": count, "publishers": count, "window": IN_FLIGHT, "sockets": count * EACH}
    options = [*manners(READER, COMMANDER), "--acks"]
    who, variants = f"the product, {count:,} campaigns", len(messages) // count
    return fan_out([server], messages, options, effort, who, variants=variants, **counts)


def _run(effort: Effort, campaigns: int, sockets: int) -> Run:
    with started(TABLECAST) as server:
        counts = {"topics": campaigns, "publishers": campaigns, "window": campaigns, "sockets": sockets}
        return fan(TABLECAST, server, effort, **counts)


def _answer(apart: dict[int, list[Run]], together: dict[int, list[Run]], product: dict[int, list[Run]]) -> Answer:
    columns = [
        "server",
        "campaigns",
        "sockets",
        "deliveries/s",
        "CPU µs each",
        "in the kernel",
        "faults a thousand",
        "as many sockets in one campaign",
        "p50 ms",
        "p99 ms",
    ]
    answer = Answer("Growth: from 1 to 1,000 campaigns with ten sockets each", columns)
    sides = {campaigns: Sides(_cost(apart[campaigns]), _cost(together[campaigns])) for campaigns in CAMPAIGNS}
    answer.rows = [_row(HUB, campaigns, apart[campaigns], sides[campaigns].together) for campaigns in CAMPAIGNS]
    answer.rows += [_row(PRODUCT, campaigns, found, None) for campaigns, found in product.items()]
    answer.goals = [goal(sides[SMALL], sides[LARGE]), product_goal(*(product.get(size, []) for size in (SMALL, LARGE)))]
    points = {
        "ten sockets in each campaign": [(each * EACH, sides[each].apart) for each in CAMPAIGNS],
        "all in one campaign": [(each * EACH, sides[each].together) for each in CAMPAIGNS],
        "ten in each, the product": [(each * EACH, _cost(found)) for each, found in product.items()],
    }
    answer.plots.append(Plot("lines", "Server CPU of a delivery", "µs", dict(points), x_title="sockets"))
    answer.notes += [
        "Ten readers share what a publication costs, so a delivery costs more here than with a thousand.",
        _raw(sides),
        f"Tablecast: the whole product, on SQLite, {IN_FLIGHT} commands in flight in all; they go round all campaigns. "
        f"It keeps the state of {ROOMS_IN_MEMORY:,} in memory: beyond that each command reads one back first.",
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


def product_goal(small: list[Run], large: list[Run]) -> Goal:
    """As many commands in flight, ten readers each: only the number of campaigns and their sockets differs."""
    what = f"the product: cost of a delivery at {LARGE:,} campaigns against {SMALL}, as many commands in flight"
    if not (small and large):
        return Goal(what, f"≤ {RATIO}", "no run was worth one", None)
    return at_most(what, RATIO, _cost(large) / _cost(small), " times")


def _cost(runs: list[Run]) -> float:
    return middle([cost(run) for run in runs])


def _row(name: str, campaigns: int, runs: list[Run], together: float | None) -> list[Cell]:
    times = [middle([run["delivery"][key] for run in runs]) for key in ("p50_ms", "p99_ms")]
    spent = [middle([each(run) for run in runs]) for each in (in_kernel, faults)]
    rates = middle([rate(run) for run in runs])
    return [name, campaigns, campaigns * EACH, rates, _cost(runs), *spent, together, *times]
