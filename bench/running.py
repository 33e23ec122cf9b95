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
from typing import Final

from bench.cores import SERVER, pinned

ROOT: Final = Path(__file__).resolve().parents[1]
START_S: Final = 30.0
STOP_S: Final = 10.0


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
    command: Sequence[object], port: int, env: Mapping[str, str] | None = None, core: str = SERVER
) -> Iterator[Server]:
    """The server listens on `port` inside this block. Raises NotStarted."""
    path = os.pathsep.join(filter(None, [str(ROOT), (env or {}).get("PYTHONPATH", "")]))
    whole = {**os.environ, **(env or {}), "PYTHONPATH": path}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(pinned(core, command), env=whole, cwd=ROOT, stdout=said, stderr=said)
        try:
            _wait(process, port, said.fileno())
            yield Server(port, process.pid)
        finally:
            _end(process)


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


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)
