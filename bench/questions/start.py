"""How long from `tablecast serve` to /readyz, on a data folder that has been used before?"""

import tempfile
import time
from pathlib import Path
from typing import Final

from bench.answer import Answer, Effort, Plot, at_most, middle
from bench.cores import EVERYWHERE
from bench.product import databases, serving

TARGET_S: Final = 2.0
STARTS: Final = 5


def ask(effort: Effort) -> Answer:
    """The first start of each is not counted: it migrates, and makes the demo."""
    starts = 2 if effort.is_quick else STARTS
    answer = Answer("Warm start to /readyz", ["database", "starts", "median s", "fastest s", "slowest s"])
    medians = []
    with databases() as kinds, tempfile.TemporaryDirectory(prefix="tablecast-bench-") as name:
        for kind, settings in kinds.items():
            times = sorted(_start(Path(name) / kind, settings[0]) for _ in range(starts + 1))[:-1]
            answer.rows.append([kind, starts, middle(times), times[0], times[-1]])
            answer.goals.append(at_most(f"warm start to /readyz, {kind}", TARGET_S, middle(times), " s"))
            medians.append(middle(times))
    answer.plots.append(
        Plot("bars", "Warm start to /readyz", "s", {"median": medians}, [str(row[0]) for row in answer.rows])
    )
    return answer


def _start(folder: Path, settings: dict[str, str]) -> float:
    folder.mkdir(exist_ok=True)
    began = time.monotonic()
    with serving(folder, settings, core=EVERYWHERE):
        return time.monotonic() - began
