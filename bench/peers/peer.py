"""What the bench has to know of a server that it compares with."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bench.native import BUILD, Manner

ROOT: Final = Path(__file__).resolve().parents[2]
SIZE: Final = 256
"""Bytes of a message."""
MARKER: Final = 19
"""Bytes of the marker that the load client writes into it."""
INSTALL_S: Final = 300.0


class Missing(RuntimeError):
    """This peer cannot be had on this machine; the message is the reason, and is printed in the table."""


@dataclass(frozen=True, slots=True)
class Start:
    """How to run it."""

    command: Sequence[object]
    version: str
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Peer:
    """`prepare(port)` installs what is missing. Raises Missing."""

    key: str
    name: str
    prepare: Callable[[int], Start]
    reader: Manner
    publisher: Manner
    message: str
    """What a publisher sends, `{marker}` in it; the text that readers get is SIZE bytes, its envelope aside."""
    options: tuple[str, ...] = ()
    """More options of the load client."""

    def saying(self, message: str) -> "Peer":
        """The same, publishing another message."""
        return replace(self, message=message)


def padded(text: str, size: int = SIZE) -> str:
    """Fill up with x at `{pad}`, so that it has `size` bytes once the marker is in it."""
    rest = size - len(text.replace("{pad}", "")) + len("{marker}") - MARKER
    return text.replace("{pad}", "x" * rest)


def message_of(size: int) -> str:
    """A message of `size` bytes: a marker, and nothing more to say."""
    return padded("{marker}{pad}", size)


PLAIN: Final = message_of(SIZE)
READY: Final = ("ready",)


def python_script(name: str) -> list[object]:
    """The command of one of our own scripts in this folder."""
    return [sys.executable, "-m", f"bench.peers.{name}"]


def run_quietly(command: Sequence[object], cwd: Path, why: str, env: Mapping[str, str] | None = None) -> None:
    """Run an installer. Raises Missing with the end of what it said."""
    parts = [str(part) for part in command]
    try:
        done = subprocess.run(
            parts, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=INSTALL_S
        )
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{why}: no answer in {INSTALL_S:.0f} s") from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Missing(f"{why}: {said[-1][:160] if said else 'it says nothing'}")


def node_modules() -> Path:
    """The folder of the npm packages that the bench's package.json names. Raises Missing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Missing("there is no Node on this machine")
    folder = BUILD / "node"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (ROOT / "bench" / "package.json").read_text(encoding="utf-8")
    held = folder / "package.json"
    if not (folder / "node_modules").exists() or not held.exists() or held.read_text(encoding="utf-8") != wanted:
        held.write_text(wanted, encoding="utf-8")
        run_quietly([npm, "install", "--no-audit", "--no-fund"], folder, "npm install failed")
    return folder / "node_modules"


def python_packages() -> Path:
    """A folder with the packages of pyproject.toml's extra `bench`, kept out of the product's. Raises Missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted: list[str] = project["optional-dependencies"]["bench"]
    folder = BUILD / "python"
    stamp = folder / "wanted"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != repr(wanted):
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", folder, *wanted]
        run_quietly(command, ROOT, "pip install failed")
        stamp.write_text(repr(wanted), encoding="utf-8")
    return folder
