"""Does a delivery cost more where more campaigns are played? From 1 to 1,000, ten sockets each.

More campaigns are more sockets, and those cost the kernel and the caches by themselves. So the same is asked of
uWebSockets, which does nothing for a topic that nobody publishes to: what its deliveries grow by is
the machine's share.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_most, middle
from bench.fanning import Run, cost, fan, fan_out, faults, in_kernel, manners, rate, started, tried
from bench.peers.catalogue import PEERS, TABLECAST
from bench.peers.peer import Missing, Peer
from bench.product import COMMANDER, READER, Table, blows, make_small_tables, serving
from bench.running import NotStarted, Server
from server.kernel.limits import ROOMS_IN_MEMORY

CAMPAIGNS: Final = (1, 10, 100, 1_000)
EACH: Final = 10
SMALL, LARGE = 10, 1_000
"""Campaigns that are compared: few enough for the processor's caches, and many."""
RATIO: Final = 1.25
"""How much more a delivery of the product may cost at LARGE than at SMALL, and how much more LARGE may add to one of
the hub than to one of uWebSockets: the noise of such runs."""
OF_THE_PRODUCT: Final = (10, 100, 1_000)
IN_FLIGHT: Final = 10
"""Commands on their way at once, whatever the number of campaigns: they commit in groups of the same size."""
ROUNDS: Final = 2
"""Of the product: ten thousand take seconds to come."""
HUB, PRODUCT = "Tablecast hub", "Tablecast"
UWS: Final = next(peer for peer in PEERS if peer.key == "uws")
OF_THE_PEER: Final = ((SMALL, SMALL), (LARGE, LARGE), (LARGE, IN_FLIGHT))
"""Campaigns, and messages in flight: as many as the hub has, and as the product has."""

Growth = dict[tuple[int, int], list[Run]]
"""By campaigns and messages in flight."""


@dataclass(frozen=True, slots=True)
class Sides:
    """CPU time of a delivery in µs: `apart` in so many campaigns, `together` with as many sockets in one."""

    apart: float
    together: float


def ask(effort: Effort) -> Answer:
    """The hub alone; each campaign has a publisher of its own with one message in flight, so that no two are joined.
    Then the product, with as many commands in flight for any number of campaigns."""
    apart: dict[int, list[Run]] = {}
    together: dict[int, list[Run]] = {}
    theirs: Growth = {}
    notes: list[str] = []
    for _ in range(effort.rounds):
        for campaigns in CAMPAIGNS:
            apart.setdefault(campaigns, []).append(_run(TABLECAST, effort, campaigns, campaigns * EACH, campaigns))
            together.setdefault(campaigns, []).append(_run(TABLECAST, effort, 1, campaigns * EACH, 1))
        _ask_the_peer(effort, theirs, notes)
    product = _product(effort, notes)
    answer = _answer(apart, together, {campaigns: found for campaigns, found in product.items() if found}, theirs)
    answer.notes += notes
    return answer


def _ask_the_peer(effort: Effort, runs: Growth, notes: list[str]) -> None:
    try:
        for campaigns, window in OF_THE_PEER:
            run = partial(_run, UWS, effort, campaigns, campaigns * EACH, window)
            runs.setdefault((campaigns, window), []).extend(tried(run, notes))
    except (Missing, NotStarted) as error:
        notes.append(f"{UWS.name} is not here: {str(error).splitlines()[-1]}")


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


def _run(peer: Peer, effort: Effort, campaigns: int, sockets: int, window: int) -> Run:
    with started(peer) as server:
        counts = {"topics": campaigns, "publishers": campaigns, "window": window, "sockets": sockets}
        return fan(peer, server, effort, **counts)


def _answer(
    apart: dict[int, list[Run]], together: dict[int, list[Run]], product: dict[int, list[Run]], theirs: Growth
) -> Answer:
    columns = [
        "server",
        "campaigns",
        "in flight",
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
    answer.rows = [
        _row(HUB, campaigns, campaigns, apart[campaigns], sides[campaigns].together) for campaigns in CAMPAIGNS
    ]
    answer.rows += [_row(PRODUCT, campaigns, IN_FLIGHT, found, None) for campaigns, found in product.items()]
    answer.rows += [
        _row(UWS.name, campaigns, window, found, None) for (campaigns, window), found in theirs.items() if found
    ]
    answer.goals = [hub_goal(apart, theirs), product_goal(product)]
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
        "More campaigns are more sockets, and those cost by themselves: so the hub is also asked with as many sockets "
        f"in one campaign. At {LARGE:,} campaigns a delivery costs {large.apart / small.apart:.2f} times as much as at "
        f"{SMALL}, and {large.together / small.together:.2f} times with the same sockets in one campaign, where a "
        "publication's cost is shared by a hundred times as many readers."
    )


def hub_goal(ours: dict[int, list[Run]], theirs: Growth) -> Goal:
    """What many campaigns add to a delivery, in µs, one in flight in each: the machine's share is the peer's too."""
    what = (
        f"the hub: what {LARGE:,} campaigns add to a delivery's cost at {SMALL}, against what they add to {UWS.name}'s"
    )
    found = [ours.get(SMALL, []), ours.get(LARGE, []), theirs.get((SMALL, SMALL), []), theirs.get((LARGE, LARGE), [])]
    if not all(found):
        return Goal(what, f"≤ {RATIO:g}", "not every run was worth one", None)
    small, large, their_small, their_large = (_cost(runs) for runs in found)
    both = f" times ({large - small:.2f} µs against {their_large - their_small:.2f})"
    return at_most(what, RATIO, (large - small) / (their_large - their_small), both)


def product_goal(ours: dict[int, list[Run]]) -> Goal:
    """As many commands in flight, ten readers each: only the number of campaigns and their sockets differs."""
    what = f"the product: cost of a delivery at {LARGE:,} campaigns against {SMALL}, as many commands in flight"
    if not (ours.get(SMALL) and ours.get(LARGE)):
        return Goal(what, f"≤ {RATIO:g}", "no run was worth one", None)
    return at_most(what, RATIO, _cost(ours[LARGE]) / _cost(ours[SMALL]), " times")


def _cost(runs: list[Run]) -> float:
    return middle([cost(run) for run in runs])


def _row(name: str, campaigns: int, window: int, runs: list[Run], together: float | None) -> list[Cell]:
    times = [middle([run["delivery"][key] for run in runs]) for key in ("p50_ms", "p99_ms")]
    spent = [middle([each(run) for run in runs]) for each in (in_kernel, faults)]
    rates = middle([rate(run) for run in runs])
    return [name, campaigns, window, campaigns * EACH, rates, _cost(runs), *spent, together, *times]
