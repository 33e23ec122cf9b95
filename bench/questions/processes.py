"""What does a second process bring, and a fourth? One to four over one bus and one database, tables among them."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_least, middle, number
from bench.cores import EVERYWHERE
from bench.fanning import Run, fan_out, manners, rate
from bench.product import COMMANDER, READER, Table, blows, databases, make_tables, serving
from bench.running import Server, free_port
from tests.fixtures import redis
from tests.fixtures.daemons import Daemon

COUNTS: Final = (1, 2, 4)
SOCKETS: Final = 1_000
TARGET: Final = 1.8
ROUNDS_OF_FOUR: Final = 2
"""No goal is set on four processes, and they take long to start."""
REDIS, POSTGRES = "Redis", "PostgreSQL"


@dataclass(frozen=True, order=True, slots=True)
class Shape:
    """So many tables share the overlays, and `window` commands of all of them together are on their way at once."""

    tables: int
    window: int

    def __str__(self) -> str:
        return f"{self.tables} table{'s' if self.tables > 1 else ''}{_WHERE.get(self.tables, '')}"


MANY: Final = 25
"""An odd number, so that every table has overlays at every process; its commands go to one of them."""
APART: Final = 20
"""A number that all of COUNTS divide: the load client gives sockets to processes and to tables in turns, so that each
table's overlays and its commands are at one process, as they are behind a proxy that goes by the campaign."""
_WHERE: Final = {APART: ", each at one process"}
AT_EACH: Final = 8
"""Commands on their way at each process, where as many at each are compared."""
WINDOWS: Final[Mapping[int, Mapping[int, Sequence[int]]]] = {
    1: {1: (1, 8, 32), 2: (1, 8, 32), 4: (8,)},
    MANY: {1: (AT_EACH, 16, 32, 64), 2: (2 * AT_EACH, 32, 64), 4: (4 * AT_EACH,)},
    APART: {1: (AT_EACH, 16), 2: (2 * AT_EACH,), 4: ()},
}
"""In flight at all processes together, by tables and processes: so that each row of several processes has one of a
single one beside it with as many in all, and those of many tables one with as many at each."""

IN_ALL, AT_EACH_ONE = "against as many in all", "against as many at each"
JUDGED: Final = (
    (Shape(1, 8), IN_ALL),
    (Shape(MANY, 2 * AT_EACH), IN_ALL),
    (Shape(MANY, 2 * AT_EACH), AT_EACH_ONE),
    (Shape(APART, 2 * AT_EACH), IN_ALL),
    (Shape(APART, 2 * AT_EACH), AT_EACH_ONE),
)
"""What the goal is set on, for two processes; all are shown. As many in all is the same load on both sides, so that
decides; as many at each is what a second process is bought for."""

Runs = dict[tuple[str, Shape, int], list[Run]]


def ask(effort: Effort) -> Answer:
    """A thousand overlays spread over the processes. Of one table all commands come to the first process; those of many
    are spread too, as a load balancer does it. What one process commits, the bus tells the others."""
    runs: Runs = {}
    with _engines(effort.rounds * len(COUNTS) * 2) as (addresses, redis_url):
        for turn in range(effort.rounds):
            for count in COUNTS if turn < ROUNDS_OF_FOUR else COUNTS[:-1]:
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
        return {shape: _run(effort, servers, tables, shape) for shape in shapes_of(count)}


def shapes_of(count: int) -> list[Shape]:
    """What is asked of so many processes."""
    return [Shape(tables, window) for tables, windows in WINDOWS.items() for window in windows[count]]


def _serve(stack: ExitStack, folder: Path, settings: dict[str, str]) -> Server:
    folder.mkdir()
    return stack.enter_context(serving(folder, settings, core=EVERYWHERE))


def _run(effort: Effort, servers: Sequence[Server], tables: Sequence[Table], shape: Shape) -> Run:
    messages = [blow for table in tables[: shape.tables] for blow in blows(table)]
    topics = {"topics": shape.tables, "publishers": shape.tables, "variants": len(messages) // shape.tables}
    counts = {"sockets": SOCKETS, "window": shape.window, **topics}
    look = effort if shape.window == 1 else effort.looking(shape.window)
    return fan_out(servers, messages, [*manners(READER, COMMANDER), "--acks"], look, "the processes", **counts)


def capacity(run: Run) -> float:
    """Deliveries that all processes could make in a second if each had a core: the busiest one is the limit."""
    return float(run["deliveries"] / max(run["server_cpus_s"]))


def like_one(shape: Shape, count: int) -> dict[str, Shape]:
    """What one process is asked beside it, by what is equal: in flight in all, and at each process. One table's
    commands all go to the same process, so what is in flight there does not depend on how many there are."""
    each = shape.window if shape.tables == 1 else shape.window // count
    return {IN_ALL: shape, AT_EACH_ONE: Shape(shape.tables, each)}


def _answer(runs: Runs) -> Answer:
    columns = [
        "bus", "tables", "processes", "in flight in all", "deliveries/s here", "if each had a core",
        "times one, as many in all", "that, here", "times one, as many at each", "that, here", "p99 ms", "CPU µs each",
    ]  # fmt: skip
    answer = Answer("One to four processes, 1,000 overlays among them", columns)
    for bus, shape, count in sorted(runs, key=lambda row: (row[0], row[1].tables, row[2], row[1].window)):
        answer.rows.append([bus, shape.tables, count, shape.window, *_figures(runs, bus, shape, count)])
    answer.goals = [goal(runs, REDIS, *judged) for judged in JUDGED]
    answer.notes += [
        "Here: the processes, both engines and the load client share this machine's cores.",
        "If each had a core: deliveries divided by the CPU time of the busiest process. It is arithmetic, not a run.",
        f"One table: its commands come to the first process. {MANY} tables: theirs are spread over the processes, and "
        f"so are the overlays of each. {APART} tables: each is at one process, with its commands and its overlays.",
        "Times one, as many in all: the same load on one process and on several, each with fewer commands to join. "
        "As many at each: twice the processes have twice as many on their way, so part of the gain is the load's.",
        "Times one counts a core for each process; `that, here` is what was delivered on this machine's cores.",
        "The goal is set over Redis; PostgreSQL as the bus has its rows, and no goal. It is judged by as many in all, "
        "which compares what one and two processes make of the same load, and by as many at each.",
    ]
    answer.plots.append(Plot("lines", "Capacity", "deliveries/s, a core each", _series(runs), x_title="processes"))
    return answer


def _series(runs: Runs) -> dict[str, list[Any]]:
    wanted = {f"1 table, {AT_EACH} in all": (1, 0), f"{MANY} tables, {AT_EACH} at each": (MANY, AT_EACH)}
    return {
        f"{bus}, {name}": [(count, _able(runs[bus, Shape(tables, each * count or AT_EACH), count])) for count in COUNTS]
        for bus in (REDIS, POSTGRES)
        for name, (tables, each) in wanted.items()
    }


def _able(runs: list[Run]) -> float:
    return middle([capacity(run) for run in runs])


def _rate(runs: list[Run]) -> float:
    return middle([rate(run) for run in runs])


def _figures(runs: Runs, bus: str, shape: Shape, count: int) -> list[Cell]:
    found = runs[bus, shape, count]
    spent = middle([run["server_cpu_s"] / run["deliveries"] * 1e6 for run in found])
    p99 = middle([run["delivery"]["p99_ms"] for run in found])
    gains: list[Cell] = []
    for like in like_one(shape, count).values():
        one = runs.get((bus, like, 1))
        gains += [_able(found) / _able(one), _rate(found) / _rate(one)] if one else [None, None]
    return [_rate(found), _able(found), *gains, p99, spent]


def goal(runs: Runs, bus: str, shape: Shape, equal: str) -> Goal:
    """Two processes against one that is asked what `equal` says."""
    two, one = runs[bus, shape, 2], runs[bus, like_one(shape, 2)[equal], 1]
    here = f" times (delivered here: {number(_rate(two) / _rate(one))})"
    what = f"two processes over {bus}, a core each, against one: {shape}, {shape.window} in flight in all, {equal}"
    return at_least(what, TARGET, _able(two) / _able(one), here)
