"""What does one reader that never reads cost the other thousand? It should cost only itself."""

from collections import Counter
from dataclasses import replace
from typing import Final

import httpx2

from bench.answer import Answer, Effort, Goal, Plot, at_most, middle
from bench.fanning import Run, fan, rate, started
from bench.peers.catalogue import TABLECAST
from bench.peers.peer import message_of
from bench.running import Server
from server.kernel.limits import STALL_S

WINDOWS: Final = {256: 32, 4096: 8}
"""Messages in flight, by their bytes: the kernel takes some three MiB for a reader that never reads, and that must be
full soon."""
LONG_S: Final = STALL_S + 4
"""Seconds of a run: it is closed STALL_S behind that, while the others are measured, so what it costs is in their
figures."""
RATIO: Final = 1.2
ROUNDS: Final = 2
"""Fewer than elsewhere, since each is so long."""
NOT_CLOSED: Final = "it was not closed"


def ask(effort: Effort) -> Answer:
    """The same run without and with it, taking turns; its receive buffer is small, so it is full at once."""
    columns = [
        "bytes",
        "in flight",
        "readers that never read",
        "deliveries/s",
        "others' p50 ms",
        "p99 ms",
        "p99.9 ms",
        "closed for",
    ]
    answer = Answer("One reader that never reads, among 1,000", columns)
    p99s: dict[str, list[float]] = {}
    for size in WINDOWS:
        found = _runs(effort, size)
        for stalled, runs in found.items():
            times = [_middle(runs, key) for key in ("p50_ms", "p99_ms", "p999_ms")]
            why = became_of(runs) if stalled else None
            answer.rows.append([size, WINDOWS[size], stalled, middle([rate(run) for run in runs]), *times, why])
        answer.goals += goals(size, found)
        for stalled, name in ((0, "all read"), (1, "one never reads")):
            p99s.setdefault(name, []).append(_middle(found[stalled], "p99_ms"))
    answer.notes += [
        f"A run is {LONG_S:.0f} s long: the server must have closed that reader in it, by its own count and to the "
        "client's eyes, or what it costs the others was not measured.",
        "Over 64 KiB waiting it gets no more events; after 5 s without progress, or with 1 MiB waiting, it is closed. "
        "Before that the kernel takes some three MiB for it (tcp_wmem), which no server sees as waiting.",
    ]
    answer.plots.append(Plot("bars", "p99 of the others", "ms", dict(p99s), [f"{size} bytes" for size in WINDOWS]))
    return answer


def goals(size: int, found: dict[int, list[Run]]) -> list[Goal]:
    """That it was closed, and what that cost the others: which is not measured where it was not."""
    fate = became_of(found[1])
    is_closed = fate != NOT_CLOSED
    ratio = _middle(found[1], "p99_ms") / _middle(found[0], "p99_ms")
    cost = at_most(f"one reader that never reads: the others' p99, {size} bytes", RATIO, ratio, " times")
    closed = Goal(f"one reader that never reads: closed in that run, {size} bytes", "closed", fate, is_closed)
    return [closed, cost if is_closed else replace(cost, reached=None)]


def became_of(runs: list[Run]) -> str:
    """Why it was closed, if the server counts one in each run, and the client found that one at its end."""
    if any((run["slow"].total(), run["let_go"]) != (1, 1) for run in runs):
        return NOT_CLOSED
    return ", ".join(sorted({reason for run in runs for reason in run["slow"]}))


def _runs(effort: Effort, size: int) -> dict[int, list[Run]]:
    peer = TABLECAST.saying(message_of(size))
    long = replace(effort, seconds=LONG_S)
    found: dict[int, list[Run]] = {0: [], 1: []}
    for _ in range(min(ROUNDS, effort.rounds)):
        for stalled, runs in found.items():
            with started(peer) as server:
                run = fan(peer, server, long, window=WINDOWS[size], stalled=stalled)
                runs.append({**run, "slow": _slow(server)})
    return found


def _slow(server: Server) -> Counter[str]:
    """Readers that were closed for being slow, by the reason, as the server counts them."""
    told = httpx2.get(f"http://127.0.0.1:{server.port}/slow", timeout=10.0).raise_for_status().json()
    return Counter(told)


def _middle(runs: list[Run], key: str) -> float:
    return middle([run["delivery"][key] for run in runs])
