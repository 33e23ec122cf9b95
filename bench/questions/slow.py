"""What does one reader that never reads cost the other thousand? It should cost only itself."""

from typing import Final

from bench.answer import Answer, Effort, Plot, at_most, middle
from bench.fanning import Run, fan, rate, started
from bench.peers.catalogue import TABLECAST
from bench.peers.peer import message_of

SIZES: Final = (256, 4096)
WINDOW: Final = 8
RATIO: Final = 1.2


def ask(effort: Effort) -> Answer:
    """The same run without and with it, taking turns; its receive buffer is small, so it is full at once."""
    columns = ["bytes", "readers that never read", "deliveries/s", "others' p50 ms", "p99 ms", "p99.9 ms"]
    answer = Answer("One reader that never reads, among 1,000", columns)
    p99s: dict[str, list[float]] = {}
    for size in SIZES:
        found = _runs(effort, size)
        for stalled, runs in found.items():
            times = [_middle(runs, key) for key in ("p50_ms", "p99_ms", "p999_ms")]
            answer.rows.append([size, stalled, middle([rate(run) for run in runs]), *times])
        ratio = _middle(found[1], "p99_ms") / _middle(found[0], "p99_ms")
        answer.goals.append(
            at_most(f"one reader that never reads: the others' p99, {size} bytes", RATIO, ratio, " times")
        )
        for stalled, name in ((0, "all read"), (1, "one never reads")):
            p99s.setdefault(name, []).append(_middle(found[stalled], "p99_ms"))
    answer.notes.append("It is closed once 1 MiB waits for it, or after 5 s without progress.")
    answer.plots.append(Plot("bars", "p99 of the others", "ms", dict(p99s), [f"{size} bytes" for size in SIZES]))
    return answer


def _runs(effort: Effort, size: int) -> dict[int, list[Run]]:
    peer = TABLECAST.saying(message_of(size))
    found: dict[int, list[Run]] = {0: [], 1: []}
    for _ in range(effort.rounds):
        for stalled, runs in found.items():
            with started(peer) as server:
                runs.append(fan(peer, server, effort, window=WINDOW, stalled=stalled))
    return found


def _middle(runs: list[Run], key: str) -> float:
    return middle([run["delivery"][key] for run in runs])
