"""Does a delivery cost more where more sockets listen? From 10 to 10,000 in one campaign."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from bench.answer import Answer, Effort, Plot, middle
from bench.fanning import Run, cost, fan, fan_out, manners, published, rate, started, tried
from bench.peers.catalogue import TABLECAST
from bench.product import COMMANDER, READER, blows, make_tables, serving

SOCKETS: Final = (10, 100, 1_000, 5_000, 10_000)
OF_THE_PRODUCT: Final = (10, 1_000, 10_000)
WINDOW: Final = 8
HUB, PRODUCT = "Tablecast hub", "Tablecast"
ROUNDS: Final = 2
"""Of the product: ten thousand take seconds to come."""

Runs = dict[tuple[str, int], list[Run]]


def ask(effort: Effort) -> Answer:
    """Eight messages in flight to the hub alone; eight commands to the product, on SQLite."""
    runs: Runs = {}
    notes: list[str] = []
    for turn in range(effort.rounds):
        for sockets in SOCKETS:
            with started(TABLECAST) as server:
                run = fan(TABLECAST, server, effort, sockets=sockets, window=WINDOW)
                runs.setdefault((HUB, sockets), []).append(run)
        if turn < ROUNDS:
            _product(effort, runs, notes)
    answer = _answer({key: found for key, found in runs.items() if found})
    answer.notes += notes
    return answer


def _product(effort: Effort, runs: Runs, notes: list[str]) -> None:
    """Decided, committed, projected and counted as present: what the hub alone leaves out."""
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder, serving(Path(folder)) as server:
        table = make_tables(server, 1)[0]
        options = [*manners(READER, COMMANDER), "--acks"]
        for sockets in OF_THE_PRODUCT:
            messages = blows(table)  # commands of an earlier run would change nothing
            counts = {"window": WINDOW, "variants": len(messages)}
            who = f"the product, {sockets:,} sockets"
            run = partial(fan_out, [server], messages, options, effort, who, sockets=sockets, **counts)
            runs.setdefault((PRODUCT, sockets), []).extend(tried(run, notes))


def _answer(runs: Runs) -> Answer:
    answer = Answer(
        "Growth: from 10 to 10,000 sockets in one campaign",
        ["server", "sockets", "deliveries/s", "CPU µs each", "CPU µs a message", "p50 ms", "p99 ms"],
    )
    for (name, sockets), found in sorted(runs.items(), key=lambda item: (item[0][0] == PRODUCT, item[0][1])):
        times = [middle([run["delivery"][key] for run in found]) for key in ("p50_ms", "p99_ms")]
        each = middle([run["server_cpu_s"] / published(run, sockets) * 1e6 for run in found])
        costs = [middle([cost(run) for run in found]), each]
        answer.rows.append([name, sockets, middle([rate(run) for run in found]), *costs, *times])
    points = {
        name: [(sockets, middle([cost(run) for run in found])) for (of, sockets), found in runs.items() if of == name]
        for name in (HUB, PRODUCT)
    }
    answer.plots.append(Plot("lines", "Server CPU of a delivery", "µs", dict(points), x_title="sockets"))
    answer.notes += [
        "With few sockets the cost of a publication itself weighs; it is the same for any number of them.",
        "Tablecast: the whole product, on SQLite, its command decided and committed first. Hub: nothing is stored.",
    ]
    return answer
