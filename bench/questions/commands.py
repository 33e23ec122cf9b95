"""From a command on a socket to its acknowledged commit: one client alone, many together, and many that don't wait."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_least, at_most, middle
from bench.cores import EVERYWHERE
from bench.fanning import Run, fan_out, manners, tried
from bench.machine import busy, ticks
from bench.product import COMMANDER, READER, Table, blows, databases, make_small_tables, make_tables, serving
from bench.running import Server
from server.kernel.limits import ROOMS_IN_MEMORY


@dataclass(frozen=True, slots=True)
class Scene:
    """`window` commands wait for their answer, all clients together."""

    clients: int
    campaigns: int
    window: int

    @property
    def name(self) -> str:
        each = self.window // self.clients
        return f"{self.clients} clients, {self.campaigns} campaigns, {each} waiting each"


ALONE: Final = Scene(1, 1, 1)
TABLES: Final = Scene(64, 16, 64)
CROWD: Final = Scene(64, 64, 1_024)
SCENES: Final = (ALONE, TABLES, CROWD)
FEW_TABLES: Final = Scene(1_000, 250, 1_000)
MANY_TABLES: Final = Scene(1_000, 1_000, 1_000)
"""As many clients, and as many commands on their way, over campaigns and over four times as many."""
MEDIAN_MS, TABLES_RATE, CROWD_RATE = 5.0, 2_000.0, 10_000.0
FIRST_S: Final = 1.5
ROUNDS: Final = 2
"""Of the thousand: they take seconds to come."""

Runs = dict[tuple[str, Scene], list[Run]]


def ask(effort: Effort) -> Answer:
    """Over the wire, the server and the client wherever the system puts them; both databases take turns."""
    runs: Runs = {}
    notes: list[str] = []
    with databases(effort.rounds + 1) as kinds:
        for turn in range(effort.rounds):
            for name, settings in kinds.items():
                for scene, run in _scenes(effort, settings[turn]).items():
                    runs.setdefault((name, scene), []).append(run)
        for name, settings in kinds.items():
            many = _many(effort, settings[-1], notes)
            runs |= {(name, scene): found for scene, found in many.items()}  # none where no run was worth one
    answer = _answer(runs)
    answer.notes += notes
    return answer


def _many(effort: Effort, settings: dict[str, str], notes: list[str]) -> dict[Scene, list[Run]]:
    """On one server for all rounds: a thousand campaigns take a while to make, and to be read for the first time."""
    effort = replace(effort, warm_s=FIRST_S, seconds=max(FIRST_S, effort.seconds))
    folder = tempfile.TemporaryDirectory(prefix="tablecast-bench-")
    with folder as name, serving(Path(name), settings, core=EVERYWHERE) as server:
        tables = make_small_tables(server, MANY_TABLES.campaigns)
        runs: dict[Scene, list[Run]] = {FEW_TABLES: [], MANY_TABLES: []}
        for _ in range(min(ROUNDS, effort.rounds)):
            for scene, found in runs.items():
                found += tried(partial(_play, effort, server, tables, scene), notes)
    return runs


def _scenes(effort: Effort, settings: dict[str, str]) -> dict[Scene, Run]:
    folder = tempfile.TemporaryDirectory(prefix="tablecast-bench-")
    with folder as name, serving(Path(name), settings, core=EVERYWHERE) as server:
        tables = make_tables(server, max(scene.campaigns for scene in SCENES))
        return {scene: _play(effort, server, tables, scene) for scene in SCENES}


def _play(effort: Effort, server: Server, tables: Sequence[Table], scene: Scene) -> Run:
    lines = [blows(table) for table in tables[: scene.campaigns]]
    counts = {"topics": scene.campaigns, "publishers": scene.clients, "window": scene.window, "sockets": 0}
    messages = [message for table in lines for message in table]
    options = [*manners(READER, COMMANDER), "--acks"]
    before = ticks()
    run = fan_out([server], messages, options, effort, scene.name, variants=len(lines[0]), **counts)
    return {**run, "busy": busy(before, ticks())}


def _answer(runs: Runs) -> Answer:
    columns = [
        "database",
        "who",
        "acknowledged/s",
        "range",
        "median ms",
        "p99 ms",
        "server CPU µs each",
        "all cores busy",
    ]
    answer = Answer("Command to acknowledged commit, over the socket", columns)
    order = [*SCENES, FEW_TABLES, MANY_TABLES]
    series: dict[str, list[float | None]] = {}
    for (name, scene), found in sorted(runs.items(), key=lambda item: (order.index(item[0][1]), item[0][0])):
        series.setdefault(name, []).append(middle([_rate(run) for run in found]) or None)
        if found:
            answer.rows.append(_row(name, scene, found))
        if scene in SCENES:
            answer.goals.append(_goal(name, scene, found))
    labels = [f"{scene.clients} clients, {scene.campaigns} campaigns" for scene in order]
    answer.plots.append(Plot("bars", "Acknowledged commands", "per second", dict(series), labels))
    answer.notes.append("PostgreSQL runs on the same machine with its own defaults (fsync on); SQLite: WAL, full sync.")
    answer.notes.append(
        "Server, database and client share the machine's cores. All cores busy: the share of their time that was spent "
        "on anything, from the first connection on; at 100 % nothing but cheaper commands would make more of them."
    )
    answer.notes.append(
        f"The server keeps the state of {ROOMS_IN_MEMORY:,} campaigns in memory. Commands go round all campaigns: with "
        "more than that each one would find that its state was just dropped, and read it back."
    )
    return answer


def _rate(run: Run) -> float:
    return float(run["acks"] / run["seconds"])


def _row(name: str, scene: Scene, runs: list[Run]) -> list[Cell]:
    rates = sorted(_rate(run) for run in runs)
    times = [middle([run["ack"][key] for run in runs]) for key in ("p50_ms", "p99_ms")]
    cost = middle([run["server_cpu_s"] / run["acks"] * 1e6 for run in runs])
    return [name, scene.name, middle(rates), f"{rates[0]:,.0f}–{rates[-1]:,.0f}", *times, cost, _busy(runs)]


def _busy(runs: list[Run]) -> str:
    return f"{middle([run['busy'] for run in runs]):.0%}"


def _goal(name: str, scene: Scene, runs: list[Run]) -> Goal:
    if scene is ALONE:
        median = middle([run["ack"]["p50_ms"] for run in runs])
        return at_most(f"command to acknowledged commit, one client, {name}: median", MEDIAN_MS, median, " ms")
    target = TABLES_RATE if scene is TABLES else CROWD_RATE
    what = f"acknowledged commands per second, {scene.name}, {name}"
    return at_least(what, target, middle([_rate(run) for run in runs]))
