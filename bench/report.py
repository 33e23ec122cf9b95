"""Where answers are kept: a JSON file and plots for each question, and one page of tables made from all of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Cell, number
from bench.machine import describe
from bench.native import BUILD
from bench.plots import draw

KEPT: Final = Path(__file__).with_name("results")
QUICK: Final = BUILD / "results"
"""Short runs are for looking at, not for keeping."""
MARKS: Final = {True: "yes", False: "**no**", None: "not measured"}


def keep(folder: Path, key: str, answer: Answer) -> None:
    """Write the answer's files."""
    folder.mkdir(parents=True, exist_ok=True)
    told = asdict(answer)
    del told["plots"]
    told |= {"measured": datetime.now(UTC).isoformat(timespec="minutes"), "machine": describe().splitlines()}
    told["pictures"] = []
    for nth, plot in enumerate(answer.plots):
        name = f"{key}.svg" if nth == 0 else f"{key}-{nth + 1}.svg"
        (folder / name).write_text(draw(plot), encoding="utf-8")
        told["pictures"].append({"file": name, "title": plot.title})
    (folder / f"{key}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_page(folder: Path, order: Sequence[str]) -> Path:
    """One page of everything that is kept there, in that order."""
    held = [json.loads(file.read_text(encoding="utf-8")) for key in order if (file := folder / f"{key}.json").exists()]
    parts = ["# Results", "", "Written by `make bench`; docs/benchmarks.md says what they mean.", ""]
    goals = [goal for told in held for goal in told["goals"]]
    if goals:
        parts += ["## Figures to reach", "", *_table(("figure", "goal", "measured", "reached"), map(_goal, goals))]
    for told in held:
        parts += _section(told)
    page = folder / "README.md"
    page.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    return page


def _goal(goal: dict[str, Any]) -> list[Cell]:
    return [goal["what"], goal["target"], goal["value"], MARKS[goal["reached"]]]


def _section(told: dict[str, Any]) -> list[str]:
    parts = [f"## {told['question']}", "", *_table(told["columns"], told["rows"])]
    for note in told["notes"]:
        parts += [f"- {note}"]
    parts += [""] * bool(told["notes"])
    for picture in told["pictures"]:
        parts += [f"![{picture['title']}]({picture['file']})", ""]
    return [*parts, f"Measured {told['measured']}: {'; '.join(told['machine'])}.", ""]


def _table(columns: Sequence[str], rows: Any) -> list[str]:
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return [*lines, *(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows), ""]


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else number(cell)


def show(answer: Answer) -> str:
    """The answer for the terminal."""
    rows = [list(answer.columns), *([_cell(cell) for cell in row] for row in answer.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(answer.columns))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    goals = [
        f"  {MARKS[goal.reached].strip('*'):>12}  {goal.what}: {goal.value} ({goal.target})" for goal in answer.goals
    ]
    return "\n".join([f"\n{answer.question}", *lines, *goals, *(f"  {note}" for note in answer.notes)])
