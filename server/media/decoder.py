"""Runs the decoder: a few processes at once, each with a deadline, each for one image only.

One process per image costs about 0.2 s and gives back all of its memory; a killed one needs no replacing.
"""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from server.kernel.errors import FieldError, Invalid, Unavailable
from server.kernel.limits import IMAGE_DEADLINE_S, IMAGE_QUEUE, IMAGE_WORKERS
from server.media.formats import FILE, Format

_ROOT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "SYSTEMROOT", "TMP", "TEMP", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""What an interpreter needs to start. Nothing else of our environment, which holds secrets."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that was accepted: WebP bytes at card and thumbnail size, and the size that came in."""

    card: bytes
    thumb: bytes
    width: int
    height: int


class Decoder:
    """At most `IMAGE_WORKERS` processes; at most `IMAGE_QUEUE` uploads wait for one."""

    def __init__(self, deadline_s: float = IMAGE_DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._free = asyncio.Semaphore(IMAGE_WORKERS)
        self._waiting = 0

    async def decode(self, kind: Format, data: bytes) -> Picture:
        """Raises Invalid for what the decoder refuses, Unavailable when too many wait."""
        if self._waiting >= IMAGE_QUEUE:
            raise Unavailable("too many images at once; try again", extra={"retry_after_ms": 10_000})
        self._waiting += 1
        try:
            async with self._free:
                return _read(await asyncio.to_thread(_run, kind.name, data, self._deadline_s))
        finally:
            self._waiting -= 1


def _run(kind: str, data: bytes, deadline_s: float) -> bytes | None:
    """What the decoder wrote, or None where it was killed or died. A thread's work: it blocks."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module, and a format's fixed name
            [sys.executable, "-m", "server.media.worker", kind],
            input=data,
            capture_output=True,
            timeout=deadline_s,
            check=False,
            cwd=_ROOT,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def _read(output: bytes | None) -> Picture:
    if output is None:
        raise _refused("the image takes too long or too much memory to decode")
    head, _, body = output.partition(b"\n")
    said = json.loads(head)
    if "refused" in said:
        raise _refused(said["refused"])
    width, height = said["size"]
    card, thumb = body[: said["card"]], body[said["card"] :]
    return Picture(card, thumb, width, height)


def _refused(detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(FILE, detail)])
