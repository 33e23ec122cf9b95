"""What does a second process bring, and a fourth? One to four over one bus and one database, tables among them."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_least, middle
from bench.cores import EVERYWHERE
from bench.fanning import Run, fan_out, manners, rate
from bench.product import COMMANDER, READER, Table, blows, databases, make_tables, serving
from bench.running import Server, free_port
from tests.fixtures import redis
from tests.fixtures.daemons import Daemon

COUNTS: Final = (1, 2, 4)
SOCKETS: Final = 1_000
TARGET: Final = 1.8
REDIS, POSTGRES = "Redis", "PostgreSQL"


@dataclass(frozen=True, order=True, slots=True)
class Shape:
    """So many tables share the overlays. `window` commands are on their way at once: of one table in all, of many at
    each process, since a process that gets half of the work is no busier for it."""

    tables: int
    window: int

    def in_flight(self, processes: int) -> int:
        """Commands on their way at once, at all processes together."""
        return self.window if self.tables == 1 else self.window * processes

    def __str__(self) -> str:
        return f"{self.tables} table{'s' if self.tables > 1 else ''}, {self.window} in flight"


ONE_TABLE: Final = Shape(1, 8)
MANY: Final = 25
"""An odd number, so that every table has overlays at every process; its commands go to one of them."""
MANY_TABLES: Final = Shape(MANY, 8)
SHAPES: Final = (Shape(1, 1), ONE_TABLE, Shape(1, 32), MANY_TABLES, Shape(MANY, 32))
JUDGED: Final = (ONE_TABLE, MANY_TABLES)
"""What a goal is set on; four processes are tried with these alone."""

Runs = dict[tuple[str, Shape, int], list[Run]]


def ask(effort: Effort) -> Answer:
    """A thousand overlays spread over the processes. Of one table all commands come to the first process; those of many
    are spread too, as a load balancer does it. What one process commits, the bus tells the others."""
    runs: Runs = {}
    with _engines(effort.rounds * len(COUNTS) * 2) as (addresses, redis_url):
        for _ in range(effort.rounds):
            for count in COUNTS:
                for bus in (REDIS, POSTGRES):
                    database = addresses.pop()
                    settings = {"DATABASE_URL": database, "BUS_URL": redis_url if bus == REDIS else database}
                    for shape, run in _runs(effort, settings, count).items():
                        runs.setdefault((bus, shape, count), []).append(run)
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


def _runs(effort: Effort, settings: dict[str, str], count: int) -> dict[Shape, Run]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tablecast-bench-")))
        servers = [_serve(stack, folder / str(nth), settings) for nth in range(count)]
        tables = make_tables(servers[0], MANY)
        shapes = SHAPES if count < max(COUNTS) else JUDGED
        return {shape: _run(effort, servers, tables, shape) for shape in shapes}


def _serve(stack: ExitStack, folder: Path, settings: dict[str, str]) -> Server:
    folder.mkdir()
    return stack.enter_context(serving(folder, settings, core=EVERYWHERE))


def _run(effort: Effort, servers: Sequence[Server], tables: Sequence[Table], shape: Shape) -> Run:
    messages = [blow for table in tables[: shape.tables] for blow in blows(table)]
    topics = {"topics": shape.tables, "publishers": shape.tables, "variants": len(messages) // shape.tables}
    counts = {"sockets": SOCKETS, "window": shape.in_flight(len(servers)), **topics}
    return fan_out(servers, messages, [*manners(READER, COMMANDER), "--acks"], effort, "the processes", **counts)


def capacity(run: Run) -> float:
    """Deliveries that all processes could make in a second if each had a core: the busiest one is the limit."""
    return float(run["deliveries"] / max(run["server_cpus_s"]))


def _answer(runs: Runs) -> Answer:
    columns = [
        "bus", "tables", "in flight", "processes",
        "deliveries/s here", "if each had a core", "against one", "p99 ms", "CPU µs each",
    ]  # fmt: skip
    answer = Answer("One to four processes, 1,000 overlays among them", columns)
    for (bus, shape, count), found in sorted(runs.items()):
        answer.rows.append([bus, shape.tables, shape.in_flight(count), count, *_figures(found, runs[bus, shape, 1])])
    answer.goals = [_goal(runs, bus, shape) for shape in JUDGED for bus in (REDIS, POSTGRES)]
    answer.notes += [
        "Here: the processes, both engines and the load client share this machine's cores.",
        "If each had a core: deliveries divided by the CPU time of the busiest process.",
        f"One table: its commands come to the first process. {MANY} tables: theirs are spread over the processes, and "
        "so are the overlays of each; twice the processes have twice as many in flight.",
    ]
    series: dict[str, list[Any]] = {
        f"{bus}, {shape}": [(count, _able(runs[bus, shape, count])) for count in COUNTS]
        for bus in (REDIS, POSTGRES)
        for shape in JUDGED
    }
    answer.plots.append(Plot("lines", "Capacity", "deliveries/s, a core each", series, x_title="processes"))
    return answer


def _able(runs: list[Run]) -> float:
    return middle([capacity(run) for run in runs])


def _figures(runs: list[Run], one: list[Run]) -> list[Cell]:
    spent = middle([run["server_cpu_s"] / run["deliveries"] * 1e6 for run in runs])
    p99 = middle([run["delivery"]["p99_ms"] for run in runs])
    return [middle([rate(run) for run in runs]), _able(runs), _able(runs) / _able(one), p99, spent]


def _goal(runs: Runs, bus: str, shape: Shape) -> Goal:
    two, one = (_able(runs[bus, shape, count]) for count in (2, 1))
    return at_least(f"two processes over {bus}, a core each, against one: {shape}", TARGET, two / one, " times")
