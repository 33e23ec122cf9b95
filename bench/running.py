"""Start a server that is to be measured, on its core, and end it."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bench.cores import SERVER, pinned
from bench.native import BUILD
from server.kernel.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
START_S: Final = 30.0
STOP_S: Final = 10.0


Ending = Literal["terminate", "kill"]


class NotStarted(RuntimeError):
    """The server ended or never listened; the message is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens."""

    port: int
    pid: int


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(
    command: Sequence[object],
    port: int,
    env: Mapping[str, str] | None = None,
    core: str = SERVER,
    ends: Ending = "terminate",
) -> Iterator[Server]:
    """The server listens on `port` inside this block. Raises NotStarted."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(pinned(core, command), env=whole(env), cwd=BUILD, stdout=said, stderr=said)
        try:
            _wait(process, port, said.fileno())
            yield Server(port, process.pid)
        finally:
            _end(process, ends)


def whole(env: Mapping[str, str] | None) -> dict[str, str]:
    """The environment of a program of ours: nothing in it but this machine's and what is given."""
    given = env or {}
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    path = os.pathsep.join(filter(None, [str(ROOT), given.get("PYTHONPATH", "")]))
    return {**kept, **given, "PYTHONPATH": path}


def run_to_end(command: Sequence[object], env: Mapping[str, str]) -> None:
    """Run a program that must succeed. Raises NotStarted with the end of what it said."""
    parts = [str(part) for part in command]
    done = subprocess.run(
        parts, env=whole(env), cwd=BUILD, capture_output=True, text=True, timeout=START_S, check=False
    )
    if done.returncode != 0:
        raise NotStarted((done.stderr or done.stdout)[-2000:])


def _wait(process: subprocess.Popen[bytes], port: int, said: int) -> None:
    deadline = time.monotonic() + START_S
    while not listens(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(os.pread(said, 1_000_000, 0).decode(errors="replace")[-2000:] or "it says nothing")
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody accepts connections on that port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(process: subprocess.Popen[bytes], ends: Ending) -> None:
    if ends == "kill":
        process.kill()
    else:
        process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)
