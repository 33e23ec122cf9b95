"""How fast does one message reach a thousand sockets? The hub against its peers, in one run, round by round."""

from typing import Any, Final

from bench.answer import Answer, Cell, Effort, Goal, Plot, at_least, middle, number
from bench.fanning import Run, cost, fan, in_kernel, published, rate, started
from bench.peers.catalogue import PEERS
from bench.peers.peer import Missing, Peer
from bench.running import NotStarted

WINDOWS: Final = (1, 8, 32)
RATIOS: Final = (("uws", 1, 0.9), ("uws", 8, 1.0), ("uws", 32, 1.0), ("one_send", 1, 0.8), ("starlette", 32, 10.0))
"""Peer, messages in flight, and how many times its deliveries per second the hub should make."""
JUDGED: Final = {"tablecast", *(key for key, _window, _target in RATIOS)}
SHOWN_ROUNDS: Final = 2
"""Of who is only shown: the time is better spent on those that a goal is set on."""

Runs = dict[tuple[str, int], list[Run]]


def ask(effort: Effort) -> Answer:
    """Every peer, every window, `effort.rounds` times; peers take turns, since the machine's mood changes."""
    ready, missing = _ready()
    runs: Runs = {}
    for turn in range(effort.rounds):
        for peer in ready:
            if turn >= SHOWN_ROUNDS and peer.key not in JUDGED:
                continue
            with started(peer) as server:
                for window in WINDOWS:
                    look = effort.looking(window) if is_judged(peer, window) else effort
                    runs.setdefault((peer.key, window), []).append(fan(peer, server, look, window=window))
    return _answer(ready, missing, runs)


def is_judged(peer: Peer, window: int) -> bool:
    """Whether a goal is set on it; who is only shown with one in flight is looked at for less long."""
    judged = {(key, at) for key, at, _target in RATIOS}
    return window > 1 or (peer.key, window) in judged or peer.key == "tablecast"


def _ready() -> tuple[list[Peer], list[tuple[Peer, str]]]:
    """Who can be had here, and why the others cannot."""
    ready, missing = [], []
    for peer in PEERS:
        try:
            with started(peer):
                ready.append(peer)
        except (Missing, NotStarted) as error:
            missing.append((peer, str(error).splitlines()[-1]))
    return ready, missing


def _answer(ready: list[Peer], missing: list[tuple[Peer, str]], runs: Runs) -> Answer:
    columns = [
        "server", "in flight", "deliveries/s", "range", "CPU µs each", "in the kernel", "p50 ms", "p99 ms", "p99.9 ms",
        "messages",
    ]  # fmt: skip
    answer = Answer("Fan-out: one message to 1,000 sockets, 256 bytes, server on one core", columns)
    for peer in ready:
        answer.rows += [_row(peer.name, window, runs[peer.key, window]) for window in WINDOWS]
    answer.rows += [[peer.name, "–", "not here", *[None] * 7] for peer, _ in missing]
    answer.goals = [_goal(runs, *ratio) for ratio in RATIOS]
    answer.notes += [
        "CPU µs is the server's for each delivery, and what the kernel spends of that in its system calls.",
        "Medians of interleaved rounds. Messages: of one round, what its percentiles rest on.",
    ]
    answer.notes += [f"{peer.name}: {peer.prepare(0).version}" for peer in ready]
    answer.notes += [f"{peer.name} is not here: {why}" for peer, why in missing]
    series: dict[str, list[Any]] = {
        f"{window} in flight": [middle([rate(run) for run in runs[peer.key, window]]) for peer in ready]
        for window in WINDOWS
    }
    answer.plots.append(Plot("bars", "Fan-out to 1,000 sockets", "deliveries/s", series, [p.name for p in ready]))
    return answer


def _row(name: str, window: int, runs: list[Run]) -> list[Cell]:
    rates = sorted(rate(run) for run in runs)
    spread = f"{rates[0]:,.0f}–{rates[-1]:,.0f}"
    times = [middle([run["delivery"][key] for run in runs]) for key in ("p50_ms", "p99_ms", "p999_ms")]
    rests_on = middle([published(run) for run in runs])
    costs = [middle([each(run) for run in runs]) for each in (cost, in_kernel)]
    return [name, window, middle(rates), spread, *costs, *times, rests_on]


def _goal(runs: Runs, key: str, window: int, target: float) -> Goal:
    name = next(peer.name for peer in PEERS if peer.key == key)
    what = f"deliveries/s against {name}, {window} in flight"
    theirs, ours = runs.get((key, window)), runs["tablecast", window]
    if theirs is None:
        return Goal(what, f"≥ {target}", "not here", None)
    by_cpu = middle([cost(run) for run in theirs]) / middle([cost(run) for run in ours])
    ratio = middle([rate(run) for run in ours]) / middle([rate(run) for run in theirs])
    return at_least(what, target, ratio, f" times (by CPU spent: {number(by_cpu)})")
