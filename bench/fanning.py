"""One run of the load client's fan-out against one server, and what can be read from it."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench.answer import Effort
from bench.native import LoadFailed, Manner, load
from bench.peers.peer import Peer
from bench.running import Server, free_port, running

SOCKETS: Final = 1_000
HONEST: Final = ("missing", "disordered", "strangers", "refused", "closed")
"""Counts of a run that must be 0."""

Run = dict[str, Any]


class Dishonest(RuntimeError):
    """Deliveries are missing, doubled or out of order: a figure from such a run means nothing."""


@contextmanager
def started(peer: Peer) -> Iterator[Server]:
    """The peer runs inside this block. Raises Missing, NotStarted."""
    port = free_port()
    start = peer.prepare(port)
    with running(start.command, port, start.env) as server:
        yield server


def fan(peer: Peer, server: Server, effort: Effort, **counts: int) -> Run:
    """A run against a peer: SOCKETS, one publisher, one in flight where `counts` does not say otherwise."""
    manners = [*peer.reader.options(), *peer.publisher.options("pub-"), *peer.options]
    return fan_out([server], [peer.message], manners, effort, peer.name, **counts)


def fan_out(
    servers: Sequence[Server], messages: Sequence[str], manners: Sequence[str], effort: Effort, who: str, **counts: int
) -> Run:
    """A run with these messages, one line each. `counts` are the client's options. Raises Dishonest."""
    every = {"sockets": SOCKETS, "publishers": 1, "window": 1, **counts}
    options: list[object] = [part for server in servers for part in ("--port", server.port, "--pid", server.pid)]
    options += [part for name, value in every.items() for part in (f"--{name}", value)]
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder:
        file = Path(folder) / "messages"
        file.write_text("".join(f"{message}\n" for message in messages), encoding="utf-8")
        times = ["--warm", effort.warm_s, "--seconds", effort.seconds, "--messages", file]
        return checked(load("fan", *options, *manners, *times), who)


def checked(run: Run, who: str) -> Run:
    """The same run, where every delivery came once and in order. Raises Dishonest."""
    wrong = {key: run[key] for key in HONEST if run[key]}
    if wrong or not run["deliveries"] + run["acks"]:
        raise Dishonest(f"{who}: {wrong or 'nothing was delivered'}")
    return run


def tried(ask: Callable[[], Run], notes: list[str]) -> list[Run]:
    """The run, or none, and a note of why: for a row that must not take the question's other rows with it."""
    try:
        return [ask()]
    except (Dishonest, LoadFailed) as error:
        notes.append(f"A run that was not worth one: {error}")
        return []


def manners(reader: Manner, publisher: Manner) -> list[str]:
    """The load client's options for them."""
    return [*reader.options(), *publisher.options("pub-")]


def rate(run: Run) -> float:
    """Deliveries per second."""
    return float(run["deliveries"] / run["seconds"])


def in_kernel(run: Run) -> float:
    """Microseconds of that which the kernel spends in the server's system calls: its part by the clock's ticks."""
    ticks = run["server_user_s"] + run["server_system_s"]
    return cost(run) * float(run["server_system_s"]) / ticks if ticks else 0.0


def faults(run: Run) -> float:
    """Pages that the server had to find anew, for a thousand deliveries."""
    return float(run["server_faults"] / run["deliveries"] * 1000)


def published(run: Run, sockets: int = SOCKETS) -> float:
    """Messages of that run: what its percentiles rest on."""
    return float(run["deliveries"] / sockets)


def cost(run: Run) -> float:
    """Microseconds of the server's CPU for each delivery, user and system."""
    return float(run["server_cpu_s"] / run["deliveries"] * 1e6)
