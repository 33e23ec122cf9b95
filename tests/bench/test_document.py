"""The figures in docs/benchmarks.md are those of bench/results."""

import re

import pytest

from bench.__main__ import ORDER
from bench.document import BEGIN, END, PAGE, figures, filled
from bench.report import KEPT, held_in

RESULT = {
    "run": "20261120-120000-a1b2",
    "revision": "2e24274a3f10",
    "goals": [
        {"what": "p99", "target": "≤ 2", "value": "3 ms", "reached": False},
        {"what": "p50", "target": "≤ 2", "value": "1 ms", "reached": True},
        {"what": "others", "target": "≥ 1", "value": "not here", "reached": None},
    ],
}


def test_only_misses_are_listed() -> None:
    """Each with its question, its goal and what was measured; what was not measured was not missed."""
    told = figures({"fanout": RESULT})
    assert "| `fanout` | p99 | ≤ 2 | 3 ms |" in told
    assert sum(line.startswith("| `") for line in told) == 1
    assert told[0].startswith("All of one run: 20261120-120000-a1b2")


def test_results_of_an_unknown_run_are_no_run() -> None:
    """Where nothing says which run it was, nothing says that it was one."""
    assert figures({"fanout": {"goals": []}})[0].startswith("**A mixture**")


def test_nothing_missed_is_said() -> None:
    """An empty table would look like a mistake."""
    assert "Every goal was reached." in figures({"fanout": {**RESULT, "goals": []}})


def test_the_words_around_the_figures_stay() -> None:
    """Only what is between the marks is written, and writing it twice changes nothing."""
    page = f"# Page\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nBehind.\n"
    once = filled(page, {"fanout": RESULT})
    assert "old" not in once
    assert once.startswith("# Page\n\nBefore.\n\n")
    assert once.endswith("\n\nBehind.\n")
    assert filled(once, {"fanout": RESULT}) == once
    with pytest.raises(ValueError, match="must be on the page"):
        filled("# Page\n", {})


def test_the_pages_figures_are_those_of_the_results() -> None:
    """`make bench` wrote them, or `make bench ARGS=--pages` does: nobody copies a figure by hand."""
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text, held_in(KEPT, ORDER)) == text, "run `make bench ARGS=--pages`"


def test_every_miss_has_its_reason_on_the_page() -> None:
    """A question that misses a goal has a paragraph that begins with its name, under "What is not reached"."""
    reasons = PAGE.read_text(encoding="utf-8").partition(END)[2]
    named = set(re.findall(r"^- \*\*`(\w+)`", reasons, re.MULTILINE))
    missed = {
        key
        for key, told in held_in(KEPT, ORDER).items()
        if any(goal["reached"] is False for goal in told["goals"])
    }  # fmt: skip
    assert missed <= named, f"docs/benchmarks.md must say what the limit of {sorted(missed - named)} is"
