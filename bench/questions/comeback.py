"""Five thousand clients come back at once after a `kill -9`, each with what it missed."""

import tempfile
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Effort, Plot, at_most, middle
from bench.cores import EVERYWHERE, SERVER
from bench.native import load
from bench.product import Table, client, databases, make_tables, posted, serving
from bench.questions.handshakes import resuming
from bench.running import free_port

CLIENTS: Final = 5_000
MISSED: Final = 10
TARGET_S: Final = 3.0
PATIENCE_S: Final = 180
"""Seconds until a run is given up, on a machine with more to do than this."""
TRIES: Final = 3


def ask(effort: Effort) -> Answer:
    """All connect at the same moment, without the jitter that our client has."""
    rounds = 1 if effort.is_quick else TRIES
    columns = ["database", "clients", "all back and caught up after s", "p50 s", "p99 s", "server CPU s", "turned away"]
    answer = Answer("5,000 clients at once, to a server that was just started again", columns)
    times: list[float] = []
    with databases(rounds) as kinds:
        for name, settings in kinds.items():
            runs = [_round(settings[nth]) for nth in range(rounds)]
            took = middle([run["seconds"] for run in runs])
            waits = [middle([run["arrival"][key] for run in runs]) / 1000 for key in ("p50_ms", "p99_ms")]
            cpu = middle([run["server_cpu_s"] for run in runs])
            answer.rows.append([name, CLIENTS, took, *waits, cpu, middle([run["failed"] for run in runs])])
            answer.goals.append(at_most(f"5,000 clients back and caught up, {name}", TARGET_S, took, " s"))
            times.append(took)
    answer.notes.append(
        f"Killed with SIGKILL, started again; each client missed {MISSED} events and gets exactly those."
    )
    answer.plots.append(Plot("bars", "Until all are back", "s", {"5,000 clients": times}, list(kinds)))
    return answer


def _round(settings: dict[str, str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as name:
        folder, port = Path(name), free_port()
        with serving(folder, settings, port=port, core=EVERYWHERE, ends="kill") as server:
            table = make_tables(server, 1)[0]
            _play(server.port, table)
            manner = resuming(server, table.slug, behind=MISSED)
        with serving(folder, settings, port=port, core=SERVER) as server:
            counts = [
                "--port",
                port,
                "--pid",
                server.pid,
                "--sockets",
                CLIENTS,
                "--at-once",
                CLIENTS,
                "--deadline",
                PATIENCE_S,
            ]
            return load("storm", *counts, *manner.options())


def _play(port: int, table: Table) -> None:
    with client(port) as http:
        for number in range(2 * MISSED):
            data = {"character_id": table.cast[number % len(table.cast)], "amount": 1}
            posted(http, f"/campaigns/{table.slug}/commands", {"name": "damage", "data": data})
