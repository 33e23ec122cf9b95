"""Does a delivery cost more where more sockets listen? From 10 to 10,000 in one campaign."""

from typing import Final

from bench.answer import Answer, Effort, Plot, middle
from bench.fanning import Run, cost, fan, rate, started
from bench.peers.catalogue import TABLECAST

SOCKETS: Final = (10, 100, 1_000, 5_000, 10_000)
WINDOW: Final = 8


def ask(effort: Effort) -> Answer:
    """The hub alone, eight messages in flight."""
    answer = Answer(
        "Growth: from 10 to 10,000 sockets in one campaign",
        ["sockets", "deliveries/s", "CPU µs each", "p50 ms", "p99 ms"],
    )
    runs: dict[int, list[Run]] = {}
    for _ in range(effort.rounds):
        for sockets in SOCKETS:
            with started(TABLECAST) as server:
                run = fan(TABLECAST, server, effort, sockets=sockets, window=WINDOW)
                runs.setdefault(sockets, []).append(run)
    for sockets, found in runs.items():
        times = [middle([run["delivery"][key] for run in found]) for key in ("p50_ms", "p99_ms")]
        answer.rows.append(
            [sockets, middle([rate(run) for run in found]), middle([cost(run) for run in found]), *times]
        )
    costs = [(sockets, middle([cost(run) for run in found])) for sockets, found in runs.items()]
    answer.plots.append(Plot("lines", "Server CPU of a delivery", "µs", {"8 in flight": costs}, x_title="sockets"))
    answer.notes.append(
        "With few sockets the cost of a publication itself weighs; with many, the processor's caches do."
    )
    return answer
