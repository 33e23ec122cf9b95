"""One core for the server, another for the load: neither takes the other's time where the system lets us choose."""

import os
import shutil
from collections.abc import Sequence
from typing import Final


def _usable() -> list[int]:
    if not hasattr(os, "sched_getaffinity"):
        return []
    return sorted(os.sched_getaffinity(0))


_CORES: Final = _usable()
IS_PINNED: Final = len(_CORES) >= 2 and shutil.which("taskset") is not None
SERVER: Final = str(_CORES[0]) if IS_PINNED else ""
CLIENT: Final = str(_CORES[1]) if IS_PINNED else ""
EVERYWHERE: Final = ""


def pinned(core: str, command: Sequence[object]) -> list[str]:
    """The command, on that core alone; as it is where cores cannot be chosen."""
    parts = [str(part) for part in command]
    return ["taskset", "-c", core, *parts] if core else parts
