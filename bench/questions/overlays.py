"""From a command over its commit to a thousand overlays: the whole product, against the fan-out alone."""

import tempfile
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Cell, Effort, Plot, at_most, middle
from bench.fanning import Run, fan, fan_out, manners, published, rate, started
from bench.peers.catalogue import TABLECAST, durable_hub, least
from bench.peers.durable import FILE, SQLITE
from bench.peers.least import CAST
from bench.peers.peer import Peer, message_of
from bench.product import COMMANDER, READER, Table, blows, databases, make_tables, serving
from bench.running import Server

WINDOWS: Final = (1, 8, 32)
RATIO: Final = 1.3
ALONE: Final = "hub alone"
FLUSHED: Final = "hub alone, after a flush"
"""What it costs to be durable and nothing else, in the simplest way: flush after flush, each for all that wait."""
IN_A_ROW: Final = "hub alone, after a row in {database}"
"""The same in either database: one transaction, and one row in it for each message."""

RULES_ALONE: Final = "hub alone, after the rules and rows in {database}"
"""The least that the product could be: a limit for every server with these rules, in this language."""

Runs = dict[tuple[str, int], list[Run]]


def ask(effort: Effort) -> Answer:
    """The product on both databases and the hub alone take turns; the hub alone sends frames of the same size."""
    runs: Runs = {}
    size = 0
    with databases(effort.rounds) as kinds:
        for turn in range(effort.rounds):
            for name, settings in kinds.items():
                for window, run in _product(effort, settings[turn]).items():
                    runs.setdefault((name, window), []).append(run)
                    size = size or round(run["bytes_each"])
            postgres = kinds["PostgreSQL"][turn]["DATABASE_URL"]
            for name, peer in _alone(postgres).items():
                for window, run in _hub(peer, effort, size).items():
                    runs.setdefault((name, window), []).append(run)
            for name, place in {"SQLite": SQLITE, "PostgreSQL": postgres}.items():
                for window, run in _least(least(place), effort).items():
                    runs.setdefault((RULES_ALONE.format(database=name), window), []).append(run)
    return _answer(runs, size)


def _alone(postgres: str) -> dict[str, Peer]:
    return {
        ALONE: TABLECAST,
        FLUSHED: durable_hub(FILE),
        IN_A_ROW.format(database="SQLite"): durable_hub(SQLITE),
        IN_A_ROW.format(database="PostgreSQL"): durable_hub(postgres),
    }


def _product(effort: Effort, settings: dict[str, str]) -> dict[int, Run]:
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder, serving(Path(folder), settings) as server:
        table = make_tables(server, 1)[0]
        return {window: _commands(effort, server, table, window) for window in WINDOWS}


def _commands(effort: Effort, server: Server, table: Table, window: int) -> Run:
    messages = blows(table)
    options = [*manners(READER, COMMANDER), "--acks"]
    return fan_out(
        [server], messages, options, effort.looking(window), "the product", window=window, variants=len(messages)
    )


def _hub(peer: Peer, effort: Effort, size: int) -> dict[int, Run]:
    peer = peer.saying(message_of(size))
    with started(peer) as server:
        return {window: fan(peer, server, effort.looking(window), window=window) for window in WINDOWS}


def _least(peer: Peer, effort: Effort) -> dict[int, Run]:
    messages = blows(Table("least", "least", CAST))
    options = manners(peer.reader, peer.publisher)
    with started(peer) as server:
        return {
            window: fan_out(
                [server], messages, options, effort.looking(window), peer.name, window=window, variants=len(messages)
            )
            for window in WINDOWS
        }


def _answer(runs: Runs, size: int) -> Answer:
    columns = [
        "what",
        "in flight",
        "deliveries/s",
        "acknowledged p50 ms",
        "delivered p50 ms",
        "p99 ms",
        "against alone",
        "messages",
    ]
    answer = Answer("Command -> commit -> 1,000 overlays, the server on one core", columns)
    for (name, window), found in sorted(runs.items(), key=lambda item: (item[0][1], item[0][0])):
        answer.rows.append(_row(name, window, found, runs[ALONE, window]))
        if not name.startswith(ALONE):
            ratio = p99(found) / p99(runs[ALONE, window])
            answer.goals.append(
                at_most(f"command to 1,000 overlays, {name}, {window} in flight: p99", RATIO, ratio, " times")
            )
    answer.notes.append(f"A frame has {size} bytes. The hub alone sends as many, and nothing is decided or stored.")
    answer.notes.append(
        "Hub alone, after …: each message is first written to a file and flushed, or is a row in a table, one flush or "
        "transaction for all that wait. Such a row's distance from 1 is what durability costs the simplest server; "
        "what is beyond it is the product's."
    )
    answer.notes.append("Against alone: p99 of the way from the command to each overlay, divided by the fan-out's own.")
    answer.notes.append("Messages: of one round, what its percentiles rest on.")
    series: dict[str, list[Any]] = {}
    for (name, _window), found in runs.items():
        series.setdefault(name, []).append(p99(found))
    answer.plots.append(
        Plot("bars", "p99 of command to overlay", "ms", series, [f"{each} in flight" for each in WINDOWS])
    )
    return answer


def p99(runs: list[Run]) -> float:
    """Milliseconds."""
    return middle([run["delivery"]["p99_ms"] for run in runs])


def _row(name: str, window: int, runs: list[Run], alone: list[Run]) -> list[Cell]:
    acknowledged = middle([run["ack"]["p50_ms"] for run in runs]) or None
    median = middle([run["delivery"]["p50_ms"] for run in runs])
    times = [acknowledged, median, p99(runs), p99(runs) / p99(alone)]
    return [name, window, middle([rate(run) for run in runs]), *times, middle([published(run) for run in runs])]
