"""Where answers are kept: a JSON file and plots for each question, and one page of tables made from all of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.answer import Answer, Cell, number
from bench.machine import describe
from bench.native import BUILD
from bench.plots import draw
from bench.stamp import UNKNOWN, Stamp

KEPT: Final = Path(__file__).with_name("results")
QUICK: Final = BUILD / "results"
"""Short runs are for looking at, not for keeping."""
MARKS: Final = {True: "yes", False: "**no**", None: "not measured"}


def keep(folder: Path, key: str, answer: Answer, stamp: Stamp, took_s: float) -> None:
    """Write the answer's files."""
    folder.mkdir(parents=True, exist_ok=True)
    told = asdict(answer) | asdict(stamp)
    del told["plots"]
    told |= {"measured": datetime.now(UTC).isoformat(timespec="minutes"), "took_s": round(took_s)}
    told["machine"] = describe().splitlines()
    told["pictures"] = []
    for nth, plot in enumerate(answer.plots):
        name = f"{key}.svg" if nth == 0 else f"{key}-{nth + 1}.svg"
        (folder / name).write_text(draw(plot), encoding="utf-8")
        told["pictures"].append({"file": name, "title": plot.title})
    (folder / f"{key}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def held_in(folder: Path, order: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By question, everything that is kept there, in that order."""
    files = ((key, folder / f"{key}.json") for key in order)
    return {key: json.loads(file.read_text(encoding="utf-8")) for key, file in files if file.exists()}


def write_page(folder: Path, order: Sequence[str]) -> Path:
    """One page of it."""
    held = held_in(folder, order)
    parts = ["# Results", "", "Written by `make bench`; docs/benchmarks.md says what they mean.", "", *origin(held)]
    runs = runs_of(held)
    goals = [_goal(goal, runs, told) for told in held.values() for goal in told["goals"]]
    if goals:
        parts += ["## Figures to reach", "", *table(("figure", "goal", "measured", "reached", *_apart(runs)), goals)]
    for told in held.values():
        parts += _section(told)
    page = folder / "README.md"
    page.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    return page


Origin = tuple[str, str]
"""A run and its revision."""


def runs_of(held: Mapping[str, Mapping[str, Any]]) -> dict[Origin, list[str]]:
    """The questions that each run answered, of those that are kept."""
    runs: dict[Origin, list[str]] = {}
    for key, told in held.items():
        runs.setdefault(_origin(told), []).append(key)
    return runs


def _origin(told: Mapping[str, Any]) -> Origin:
    return told.get("run", UNKNOWN), told.get("revision", UNKNOWN)


def origin(held: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Whether all of it is of one run, and which; a mixture is marked as one."""
    runs = runs_of(held)
    if len(runs) == 1 and UNKNOWN not in next(iter(runs)):
        return [f"All of one run: {run}, of revision {revision}." for run, revision in runs] + [""]
    said = "**A mixture**: figures of different runs or of unknown ones. Compare them within a run only."
    rows: list[list[Cell]] = [[number, *run, ", ".join(keys)] for number, (run, keys) in enumerate(runs.items(), 1)]
    return [said, "", *table(("", "run", "revision", "questions"), rows)] if runs else []


def _apart(runs: Mapping[Origin, object]) -> list[str]:
    """Runs are told apart where there are several."""
    return ["run"] * (len(runs) > 1)


def _goal(goal: Mapping[str, Any], runs: Mapping[Origin, object], told: Mapping[str, Any]) -> list[Cell]:
    place: list[Cell] = [list(runs).index(_origin(told)) + 1] * len(_apart(runs))
    return [goal["what"], goal["target"], goal["value"], MARKS[goal["reached"]], *place]


def _section(told: Mapping[str, Any]) -> list[str]:
    parts = [f"## {told['question']}", "", *table(told["columns"], told["rows"])]
    for note in told["notes"]:
        parts += [f"- {note}"]
    parts += [""] * bool(told["notes"])
    for picture in told["pictures"]:
        parts += [f"![{picture['title']}]({picture['file']})", ""]
    run, revision = _origin(told)
    where = f"Measured {told['measured']}, run {run}, revision {revision}: {'; '.join(told['machine'])}."
    return [*parts, where, ""]


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[str]:
    """In Markdown, with an empty line behind it."""
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
