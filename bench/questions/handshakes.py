"""How many come back per second? Connect, upgrade, subscribe with a position, be told that nothing was missed."""

import tempfile
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Effort, Plot, at_least, middle
from bench.fanning import started
from bench.native import LoadFailed, Manner, load
from bench.peers.catalogue import PEERS
from bench.peers.peer import Missing
from bench.product import READER, SIGNS, make_tables, serving, stranger
from bench.running import NotStarted, Server

AT_ONCE: Final = 64
"""Sockets that are on their way at the same time."""
TARGET: Final = 2_500.0
PRODUCT: Final = "Tablecast, resumed"
FRESH: Final = "Tablecast, fresh"
NO_PATH: Final = frozenset({"tablecast"})
"""The hub alone is not asked: the product is here as a whole."""
SHOWN_ROUNDS: Final = 2
"""Of the others, on whom no goal is set."""


def ask(effort: Effort) -> Answer:
    """The product with a position and without, and what a bare handshake costs elsewhere."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for turn in range(effort.rounds):
        for name, run in _product(effort).items():
            runs.setdefault(name, []).append(run)
        for peer in PEERS:
            if peer.key in NO_PATH or turn >= SHOWN_ROUNDS:
                continue
            try:
                with started(peer) as server:
                    runs.setdefault(peer.name, []).append(shake(server, peer.reader, effort))
            except (Missing, NotStarted):
                continue  # the fan-out's table says why
    return answer_of(runs)


def shake(server: Server, manner: Manner, effort: Effort) -> dict[str, Any]:
    """Connect, be told the last sign, leave, again and again."""
    counts = ["--sockets", AT_ONCE, "--port", server.port, "--pid", server.pid]
    run = load("shake", *counts, *manner.options(), "--warm", effort.warm_s, "--seconds", effort.seconds)
    if not run["arrived"]:
        raise LoadFailed("nobody was greeted as they should be")
    return run


def resuming(server: Server, slug: str, behind: int = 0) -> Manner:
    """An overlay that comes back with the position of `behind` events ago."""
    with stranger(server.port) as http:  # each audience has positions of its own, and an overlay is the public's
        told = http.get(f"/campaigns/{slug}/state").raise_for_status().json()
    seq = told["seq"]
    since = f'{{"epoch":"{told["epoch"]}","seq":{seq - behind}}}'
    hello = f'{{"type":"subscribe","since":{since},"client":{{"kind":"overlay","name":"Bench"}}}}'
    signs = ['"resumed":true', *([f'"seq":{seq}'] if behind else [])]
    return Manner(READER.path, (hello,), signs)


def _product(effort: Effort) -> dict[str, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder, serving(Path(folder)) as server:
        make_tables(server, 1)
        fresh = Manner(READER.path, READER.hello, SIGNS)
        return {
            PRODUCT: shake(server, resuming(server, "bench-0"), effort),
            FRESH: shake(server, fresh, effort),
        }


def answer_of(runs: dict[str, list[dict[str, Any]]]) -> Answer:
    """One row for each server, by name."""
    columns = ["server", "handshakes/s", "CPU µs each", "per core and second", "p50 ms", "p99 ms"]
    answer = Answer("Handshakes per second, 64 on their way at once, the server on one core", columns)
    capacity = {name: middle([per_core(run) for run in found]) for name, found in runs.items()}
    for name, found in runs.items():
        rates = middle([run["arrived"] / run["seconds"] for run in found])
        times = [middle([run["arrival"][key] for run in found]) for key in ("p50_ms", "p99_ms")]
        each = 1e6 / capacity[name] if capacity[name] else None
        answer.rows.append([name, rates, each, capacity[name], *times])
    answer.goals.append(at_least("resumed handshakes per second and core", TARGET, capacity[PRODUCT]))
    answer.notes.append(
        "Tablecast: with the subscribe, its position, and the welcome that says `resumed`; others: bare."
    )
    answer.notes.append("Per core and second: what the server's CPU time alone allows, whatever else the machine does.")
    series = {"per core and second": list(capacity.values())}
    answer.plots.append(Plot("bars", "Handshakes", "per core and second", series, list(capacity)))
    return answer


def per_core(run: dict[str, Any]) -> float:
    """Handshakes that one second of the server's CPU time makes."""
    return float(run["arrived"] / run["server_cpu_s"]) if run["server_cpu_s"] else 0.0
