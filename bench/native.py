"""The native load client: compiled when the bench runs, pinned to a core of its own, its answer read as JSON."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.cores import CLIENT, pinned

SOURCES: Final = Path(__file__).with_name("load")
BUILD: Final = Path(__file__).with_name(".build")
PARTS: Final = {
    "load": ("main", "fan", "come", "link", "wire", "figures", "plan", "messages"),
    "one_send": ("one_send",),
}
FLAGS: Final = ("-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror")
PATIENCE_S: Final = 240.0
"""Seconds until a run of the client is taken for stuck: the longest takes a third of that."""


class NoCompiler(RuntimeError):
    """Without a C compiler there is no load client, and nothing to measure with."""


class LoadFailed(RuntimeError):
    """The load client gave up; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of socket connects, what it says first, and the texts that must come before it counts as there."""

    path: str
    hello: Sequence[str] = ()
    signs: Sequence[str] = ()

    def options(self, prefix: str = "") -> list[str]:
        """The client's options; those of publishers have a prefix."""
        said = [f"--{prefix}hello", "\n".join(self.hello)] if self.hello else []
        signs = [part for sign in self.signs for part in (f"--{prefix}sign", sign)]
        return [f"--{prefix}path", self.path, *said, *signs]


def build() -> None:
    """Compile what is older than its sources. Raises NoCompiler."""
    for name, parts in PARTS.items():
        compile_program(name, parts)


def compile_program(name: str, parts: Sequence[str], libraries: Sequence[Path] = ()) -> None:
    """Have a program of our sources; a warning is an error. Raises NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if sys.platform != "linux" or compiler is None:
        raise NoCompiler("the load client needs Linux and a C compiler (Debian: apt install gcc libc6-dev)")
    BUILD.mkdir(exist_ok=True)
    program = BUILD / name
    newest = max(file.stat().st_mtime for file in SOURCES.iterdir())
    if not program.exists() or program.stat().st_mtime < newest:
        files = [SOURCES / f"{part}.c" for part in parts]
        subprocess.run([compiler, *FLAGS, "-o", program, *files, *libraries], check=True)


def load(mode: str, *options: object) -> dict[str, Any]:
    """Run the client to its end. Raises LoadFailed with what it complains of."""
    command = pinned(CLIENT, [BUILD / "load", mode, *options])
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode != 0:
        raise LoadFailed(done.stderr.strip() or f"exit code {done.returncode}")
    return read_answer(done.stdout)


def read_answer(said: str) -> dict[str, Any]:
    """What the client prints: one JSON object. Raises LoadFailed."""
    try:
        answer = json.loads(said)
    except ValueError as error:
        raise LoadFailed(f"it said {said[:200]!r}") from error
    if not isinstance(answer, dict):
        raise LoadFailed(f"it said {said[:200]!r}")
    return answer


@contextmanager
def staying(*options: object) -> Iterator[dict[str, Any]]:
    """Sockets that are open inside this block: gives what the client said once all were there."""
    command = pinned(CLIENT, [BUILD / "load", "idle", *options])
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert client.stdin is not None
    assert client.stdout is not None
    try:
        said = client.stdout.readline()
        if not said:
            raise LoadFailed("not everyone arrived")
        yield read_answer(said)
    finally:
        client.stdin.close()
        client.wait(PATIENCE_S)
        client.stdout.close()
