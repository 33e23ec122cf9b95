"""What the figures were measured on: without it they mean nothing."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Final

_PACKAGES = ("sqlalchemy", "psycopg", "aiosqlite", "uvicorn", "websockets", "starlette", "orjson")


def describe() -> str:
    """Processor, load, system and versions, in a few lines."""
    packages = " ".join(f"{name} {version(name)}" for name in _PACKAGES)
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return (
        f"{_processor()}, {os.cpu_count()} cores, {load}\n"
        f"{platform.platform()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n{packages}"
    )


Ticks = tuple[int, ...]
"""What all cores together have spent since the start, by kind, as `/proc/stat` says it (proc_stat(5))."""
_IDLE: Final = (3, 4)
"""Of these: idle, and waiting for a disk."""
_KINDS: Final = 8
"""Of these: what comes behind is a part of what comes before."""


def ticks(stat: Path = Path("/proc/stat")) -> Ticks:
    """Until now."""
    line = stat.read_text(encoding="ascii").splitlines()[0]
    return tuple(int(each) for each in line.split()[1 : 1 + _KINDS])


def busy(before: Ticks, after: Ticks) -> float:
    """The share of all cores' time that was spent on anything, from 0 to 1."""
    spent = [late - early for early, late in zip(before, after, strict=True)]
    idle = sum(spent[kind] for kind in _IDLE)
    return 1 - idle / sum(spent) if any(spent) else 0.0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # another system than Linux
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
