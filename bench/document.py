"""The figures in docs/benchmarks.md: the goals that were missed, as the results have them, between two marks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bench.answer import Cell
from bench.report import origin, table
from bench.stamp import ROOT

PAGE: Final = ROOT / "docs" / "benchmarks.md"
BEGIN: Final = "<!-- written by `make bench`: begin -->"
END: Final = "<!-- written by `make bench`: end -->"

Held = Mapping[str, Mapping[str, Any]]


def write(held: Held, page: Path = PAGE) -> None:
    """Put what was missed into the page."""
    page.write_text(filled(page.read_text(encoding="utf-8"), held), encoding="utf-8")


def filled(text: str, held: Held) -> str:
    """The page's text with the figures of these results. Raises ValueError where the marks are missing."""
    head, begin, rest = text.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{BEGIN} and {END} must be on the page")
    return "\n".join([head + begin, "", *figures(held), end + tail])


def figures(held: Held) -> list[str]:
    """Where the results come from, and the goals that they miss."""
    rows = [row for key, told in held.items() for row in _missed(key, told)]
    missed = table(("question", "figure", "goal", "measured"), rows) if rows else ["Every goal was reached.", ""]
    return [*origin(held), *missed]


def _missed(key: str, told: Mapping[str, Any]) -> list[list[Cell]]:
    missed = (goal for goal in told["goals"] if goal["reached"] is False)
    return [[f"`{key}`", goal["what"], goal["target"], goal["value"]] for goal in missed]
