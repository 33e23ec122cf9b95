"""What the figures were measured on: without it they mean nothing."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("sqlalchemy", "psycopg", "aiosqlite", "uvicorn", "websockets", "starlette", "orjson")


def describe() -> str:
    """Processor, load, system and versions, in a few lines."""
    packages = " ".join(f"{name} {version(name)}" for name in _PACKAGES)
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return (
        f"{_processor()}, {os.cpu_count()} cores, {load}\n"
        f"{platform.platform()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n{packages}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # another system than Linux
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
