"""Where does the time go? System calls for each delivery beside the peers', and the functions of a fan-out to many.

Counted with strace, which slows a server down and changes no count where one message is in flight; and with Python's
own profiler, which makes calls dearer than they are: shares, not times.
"""

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx2

from bench.answer import Answer, Cell, Effort, Plot
from bench.fanning import Run, fan, started
from bench.native import LoadFailed
from bench.peers.catalogue import PEERS, TABLECAST
from bench.peers.peer import Missing, Peer
from bench.running import NotStarted, Server

ASKED: Final = ("tablecast", "uws", "one_send")
CAMPAIGNS: Final = (10, 1_000)
EACH: Final = 10
SHORT_S, LONG_S = 0.5, 2.5
"""Two runs under strace: what is between them is deliveries alone, since both have the same sockets to greet."""
PROFILED_S: Final = 2.0
GATHER_S: Final = 60.0
SHOWN: Final = 6
"""Functions for each size."""
ATTACH_S: Final = 5.0
LINE: Final = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(?P<calls>\d+)\s+(?:\d+\s+)?(?P<name>\w+)$", re.MULTILINE)
"""A line of `strace -c`: share, seconds, µs a call, calls, errors, name."""

IDLE: Final = re.compile(r"poll|select|run_until_complete|run_forever")
ALL_CALLS: Final = "system calls"

Calls = dict[str, int]


def ask(effort: Effort) -> Answer:
    """Once: counts do not have moods."""
    answer = Answer(
        "Where the time goes: one message in flight, and many campaigns", ["server", "what", "for each delivery"]
    )
    if shutil.which("strace") is None:
        answer.notes.append("System calls are not shown: there is no strace here.")
    else:
        answer.rows += _counted(effort)
        answer.notes.append(
            "System calls: counted by strace, 1,000 sockets, one in flight. Rare ones are in the sum only."
        )
    for campaigns in CAMPAIGNS:
        answer.rows += _profiled(effort, campaigns)
    answer.notes.append(
        f"{CAMPAIGNS[0]} and {CAMPAIGNS[1]:,} campaigns, {EACH} sockets each: µs by Python's profiler (own time, "
        "without what a function calls), which adds to each call: to be compared with each other, not with a clock."
    )
    calls = {str(row[0]): float(row[2] or 0) for row in answer.rows if row[1] == ALL_CALLS}
    answer.plots.append(Plot("bars", "System calls", "for each delivery", {"calls": list(calls.values())}, list(calls)))
    return answer


def _counted(effort: Effort) -> Iterator[list[Cell]]:
    for peer in PEERS:
        if peer.key not in ASKED:
            continue
        try:
            short, long = (_traced(peer, replace(effort, warm_s=0, seconds=for_s)) for for_s in (SHORT_S, LONG_S))
        except (Missing, NotStarted):
            continue  # the fan-out's table says why
        yield from rows_of(peer.name, each_delivery(short, long))


def _traced(peer: Peer, effort: Effort) -> tuple[Run, Calls]:
    with started(peer) as server, tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder:
        file = Path(folder) / "calls"
        with _strace(server, file):
            run = fan(peer, server, effort)
        return run, read_calls(file.read_text(encoding="utf-8"))


@contextmanager
def _strace(server: Server, file: Path) -> Iterator[None]:
    """Every system call of the server is counted in this block, and written to the file at its end."""
    command = ["strace", "-c", "-f", "-o", str(file), "-p", str(server.pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_until_traced(server.pid)
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(ATTACH_S)


def _wait_until_traced(pid: int) -> None:
    deadline = time.monotonic() + ATTACH_S
    while "TracerPid:\t0\n" in Path(f"/proc/{pid}/status").read_text(encoding="utf-8"):
        if time.monotonic() > deadline:
            raise NotStarted("strace may not look at another process here")
        time.sleep(0.02)


def read_calls(text: str) -> Calls:
    """What `strace -c` counted, by the call's name, without its sum."""
    found = {line["name"]: int(line["calls"]) for line in LINE.finditer(text)}
    return {name: calls for name, calls in found.items() if name != "total"}


def each_delivery(short: tuple[Run, Mapping[str, float]], long: tuple[Run, Mapping[str, float]]) -> dict[str, float]:
    """Calls or µs for each delivery, by name: greeting is in both runs, and drops out."""
    more = long[0]["deliveries"] - short[0]["deliveries"]
    return {name: (calls - short[1].get(name, 0)) / more for name, calls in long[1].items()}


def rows_of(name: str, calls: Mapping[str, float]) -> list[list[Cell]]:
    """All of them, then those that count."""
    telling = sorted((item for item in calls.items() if item[1] >= 0.001), key=lambda item: -item[1])
    rows: list[list[Cell]] = [[name, f"`{call}`", each] for call, each in telling]
    return [[name, ALL_CALLS, sum(calls.values())], *rows]


def _profiled(effort: Effort, campaigns: int) -> list[list[Cell]]:
    sockets = campaigns * EACH
    counts = {"topics": campaigns, "publishers": campaigns, "window": campaigns, "sockets": sockets}
    look = replace(effort, warm_s=PROFILED_S, seconds=2 * PROFILED_S)
    with started(TABLECAST) as server, ThreadPoolExecutor(1) as beside:
        run = beside.submit(fan, TABLECAST, server, look, **counts)
        told = _profile_of(server, sockets)
        run.result()
    spent = each_of(told["functions"], told["events"] * EACH)
    return [[f"Tablecast hub, {campaigns:,} campaigns", where, us] for where, us in top(spent)]


def _profile_of(server: Server, sockets: int) -> dict[str, Any]:
    """PROFILED_S of the server, once all readers are there: greeting them is another question."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30.0) as http:
        deadline = time.monotonic() + GATHER_S
        while http.get("/members").json() < sockets:
            if time.monotonic() > deadline:
                raise LoadFailed("not everyone arrived in time to be profiled")
            time.sleep(0.2)
        time.sleep(PROFILED_S / 2)
        http.get("/profile")
        time.sleep(PROFILED_S)
        told: dict[str, Any] = http.get("/profile").json()
    return told


def each_of(functions: Iterable[tuple[str, str, float]], deliveries: int) -> dict[str, float]:
    """µs of each function itself, for each delivery."""
    spent: defaultdict[str, float] = defaultdict(float)
    for file, name, own_s in functions:
        spent[named(file, name)] += own_s * 1e6 / max(1, deliveries)
    return dict(spent)


def top(spent: Mapping[str, float]) -> list[tuple[str, float]]:
    """The functions that took most of the time themselves; waiting for sockets is not work."""
    busy = [item for item in spent.items() if not IDLE.search(item[0])]
    return sorted(busy, key=lambda item: -item[1])[:SHOWN]


def named(file: str, function: str) -> str:
    """A function as people look it up: file and name, or what the interpreter calls it."""
    return f"`{function}`" if file == "~" else f"`{Path(file).name}: {function}`"
