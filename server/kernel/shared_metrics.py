"""The figures of processes that share a port: whichever of them is asked, it answers for all.

Each writes its own to a file of the crew's folder, and adds the others' to its answer, told apart by `worker`.
"""

import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

FRESH_S: Final = 10.0
"""Seconds that a file counts: a worker that died shows nothing until its successor writes."""
EVERY_S: Final = 2.0
"""Seconds between two writings: scrapers ask every five or more."""
_SAMPLE: Final = re.compile(r"^(?P<name>[A-Za-z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$")


class SharedMetrics:
    """One worker's place in the folder."""

    def __init__(self, folder: Path, place: str) -> None:
        self._folder, self._place = folder, place
        self._written = float("-inf")

    def write(self, text: bytes, now: float) -> None:
        """Leave our figures for the others, where it is time; `now` in monotonic seconds."""
        if now - self._written < EVERY_S:
            return
        self._written = now
        passing = self._folder / f"{self._place}.new"
        passing.write_bytes(text)
        passing.replace(self._folder / f"{self._place}.txt")

    def merged(self, text: bytes) -> bytes:
        """Our figures as they are now, and the others' as they were lately."""
        return merge([(self._place, text.decode()), *self._others()]).encode()

    def _others(self) -> Iterator[tuple[str, str]]:
        for path in sorted(self._folder.glob("*.txt")):
            if path.stem != self._place and time.time() - os.path.getmtime(path) < FRESH_S:
                yield path.stem, path.read_text(encoding="utf-8")


def merge(texts: Iterable[tuple[str, str]]) -> str:
    """Pages of the Prometheus text format as one, each sample with a label for its worker."""
    families: dict[str, tuple[list[str], list[str]]] = {}
    for worker, text in texts:
        heads: list[str] = []
        samples: list[str] = []
        for line in text.splitlines():
            if line.startswith("# HELP "):
                heads, samples = families.setdefault(line.split(" ", 3)[2], ([], []))
            if line.startswith("#"):
                heads += [] if line in heads else [line]
            elif found := _SAMPLE.match(line):
                labels = ",".join(filter(None, [f'worker="{worker}"', found["labels"]]))
                samples.append(f"{found['name']}{{{labels}}} {found['value']}")
    return "".join(f"{line}\n" for heads, samples in families.values() for line in (*heads, *samples))
