"""What does a second process bring, and a fourth? One to four over one bus and one database, a campaign among them."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_least, middle
from bench.cores import EVERYWHERE
from bench.fanning import Run, fan_out, manners, rate
from bench.product import COMMANDER, READER, blows, databases, make_tables, serving
from bench.running import Server, free_port
from tests.fixtures import redis
from tests.fixtures.daemons import Daemon

COUNTS: Final = (1, 2, 4)
SOCKETS: Final = 1_000
WINDOW: Final = 8
TARGET: Final = 1.8
REDIS, POSTGRES = "Redis", "PostgreSQL"

Runs = dict[tuple[str, int], list[Run]]


def ask(effort: Effort) -> Answer:
    """A thousand overlays spread over the processes, commands on the first; what it hears, the bus tells the others."""
    runs: Runs = {}
    with _engines(effort.rounds * len(COUNTS) * 2) as (addresses, redis_url):
        for _ in range(effort.rounds):
            for count in COUNTS:
                for bus in (REDIS, POSTGRES):
                    database = addresses.pop()
                    settings = {"DATABASE_URL": database, "BUS_URL": redis_url if bus == REDIS else database}
                    runs.setdefault((bus, count), []).append(_run(effort, settings, count))
    return _answer(runs)


@contextmanager
def _engines(count: int) -> Iterator[tuple[list[str], str]]:
    """Addresses of `count` migrated databases, and of a Redis."""
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command: list[str | Path] = [redis.program(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with (
        tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder,
        Daemon("redis", command, Path(folder)) as bus,
    ):
        bus.start(lambda: redis.answers(url))
        with databases(count) as kinds:
            yield [settings["DATABASE_URL"] for settings in kinds["PostgreSQL"]], url


def _run(effort: Effort, settings: dict[str, str], count: int) -> Run:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tablecast-bench-")))
        servers = [_serve(stack, folder / str(nth), settings) for nth in range(count)]
        messages = blows(make_tables(servers[0], 1)[0])
        counts = {"sockets": SOCKETS, "window": WINDOW, "variants": len(messages)}
        return fan_out(servers, messages, [*manners(READER, COMMANDER), "--acks"], effort, "the processes", **counts)


def _serve(stack: ExitStack, folder: Path, settings: dict[str, str]) -> Server:
    folder.mkdir()
    return stack.enter_context(serving(folder, settings, core=EVERYWHERE))


def capacity(run: Run) -> float:
    """Deliveries that all processes could make in a second if each had a core: the busiest one is the limit."""
    return float(run["deliveries"] / max(run["server_cpus_s"]))


def _answer(runs: Runs) -> Answer:
    columns = ["bus", "processes", "deliveries/s here", "if each had a core", "against one", "p99 ms", "CPU µs each"]
    answer = Answer("One to four processes, 1,000 overlays of one campaign, eight commands in flight", columns)
    for (bus, count), found in sorted(runs.items()):
        answer.rows.append(_row(bus, count, found, runs[bus, 1]))
    answer.goals = [_goal(runs, bus) for bus in (REDIS, POSTGRES)]
    answer.notes.append("Here: the processes, both engines and the load client share this machine's cores.")
    answer.notes.append("If each had a core: deliveries divided by the CPU time of the busiest process.")
    series: dict[str, list[Any]] = {
        bus: [(count, middle([capacity(run) for run in runs[bus, count]])) for count in COUNTS]
        for bus in (REDIS, POSTGRES)
    }
    answer.plots.append(Plot("lines", "Capacity", "deliveries/s, a core each", series, x_title="processes"))
    return answer


def _row(bus: str, count: int, runs: list[Run], one: list[Run]) -> list[Cell]:
    able, alone = (middle([capacity(run) for run in each]) for each in (runs, one))
    spent = middle([run["server_cpu_s"] / run["deliveries"] * 1e6 for run in runs])
    p99 = middle([run["delivery"]["p99_ms"] for run in runs])
    return [bus, count, middle([rate(run) for run in runs]), able, able / alone, p99, spent]


def _goal(runs: Runs, bus: str) -> Goal:
    two, one = (middle([capacity(run) for run in runs[bus, count]]) for count in (2, 1))
    return at_least(f"two processes over {bus}, a core each, against one", TARGET, two / one, " times")
