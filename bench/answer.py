"""What a benchmark finds out: a table, a plot, and whether it is as good as it should be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Final, Literal

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look: `rounds` are repeated, interleaved, and their median counts."""

    rounds: int
    seconds: float
    warm_s: float
    is_quick: bool = False

    def looking(self, window: int) -> "Effort":
        """As long as it takes for the slowest hundredth to rest on a dozen messages or more, also where only one is in
        flight and a second has some three hundred; with many in flight a shorter look has thousands."""
        return replace(self, seconds=self.seconds * (LONGER if window == 1 else SHORTER))


LONGER, SHORTER = 3.0, 2 / 3
FULL: Final = Effort(3, 1.5, 0.4)
"""All questions together in some twenty minutes of a quiet machine with two cores."""
QUICK: Final = Effort(1, 0.5, 0.2, is_quick=True)


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that was set before, and what became of it; None where it could not be measured here."""

    what: str
    target: str
    value: str
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Plot:
    """`bars`: each series has one value for each label. `lines`: each series has points (x, y), x on a log scale."""

    kind: Literal["bars", "lines"]
    title: str
    unit: str
    series: dict[str, list[Any]]
    labels: Sequence[str] = ()
    x_title: str = ""


@dataclass(slots=True)
class Answer:
    """`rows` are as wide as `columns`."""

    question: str
    columns: Sequence[str]
    rows: list[list[Cell]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)


def middle(values: Sequence[float]) -> float:
    """The median; 0 of nothing."""
    return median(values) if values else 0.0


def at_least(what: str, target: float, value: float, unit: str = "") -> Goal:
    """A goal that more is better for."""
    return Goal(what, f"≥ {number(target)}", f"{number(value)}{unit}", value >= target)


def at_most(what: str, target: float, value: float, unit: str = "") -> Goal:
    """A goal that less is better for."""
    return Goal(what, f"≤ {number(target)}", f"{number(value)}{unit}", value <= target)


def number(value: float) -> str:
    """As people read it: thousands apart, three figures that count."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
