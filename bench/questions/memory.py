"""What does a connection cost that only listens?"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from bench.answer import Answer, Effort, Plot, at_most
from bench.fanning import started
from bench.native import Manner, staying
from bench.peers.catalogue import PEERS
from bench.peers.peer import Missing
from bench.product import READER, make_tables, serving
from bench.running import NotStarted, Server

FIRST, SOCKETS = 200, 4_000
"""The first ones pay for what all share; they are not counted."""
TARGET_KIB: Final = 20.0
PRODUCT: Final = "Tablecast"


def ask(effort: Effort) -> Answer:
    """Resident memory with and without 4,000 sockets; the kernel's buffers are in nobody's figure."""
    answer = Answer("Memory of an idle connection, subscribed", ["server", "sockets", "KiB each", "before, MiB"])
    sockets = 1_000 if effort.is_quick else SOCKETS
    with _product() as server:
        each = _measure(answer, PRODUCT, server, READER, sockets)
    answer.goals.append(at_most("server memory per idle connection", TARGET_KIB, each, " KiB"))
    for peer in PEERS:
        try:
            with started(peer) as server:
                _measure(answer, peer.name, server, peer.reader, sockets)
        except (Missing, NotStarted):
            continue  # the fan-out's table says why
    sizes = [row[2] for row in answer.rows]
    answer.plots.append(
        Plot("bars", "Idle connection", "KiB", {"KiB each": sizes}, [str(row[0]) for row in answer.rows])
    )
    answer.notes.append("Resident memory of the server's process. Buffers of the kernel come on top, alike for all.")
    return answer


@contextmanager
def _product() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder, serving(Path(folder)) as server:
        make_tables(server, 1)
        yield server


def _measure(answer: Answer, name: str, server: Server, manner: Manner, sockets: int) -> float:
    process = psutil.Process(server.pid)
    options = ["--port", server.port, *manner.options()]
    with staying("--sockets", FIRST, *options):
        before = process.memory_info().rss
        with staying("--sockets", sockets, *options):
            each = (process.memory_info().rss - before) / sockets / 1024
    answer.rows.append([name, sockets, each, before / 1024 / 1024])
    return each
