"""What is kept of an answer: one table, one plot, one page."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.__main__ import answered, main
from bench.answer import QUICK, Answer, Effort, Goal, Plot, at_most
from bench.native import LoadFailed
from bench.plots import draw
from bench.report import keep, show, write_page
from bench.stamp import Stamp

STAMP = Stamp("20261120-120000-a1b2", "2e24274a3f10")


@pytest.fixture
def answer() -> Answer:
    """Of a question with one goal that was reached, one that was not, and one that could not be measured."""
    found = Answer("How fast?", ["server", "deliveries/s", "p99 ms"], [["us", 123_456.7, 1.234], ["them", "–", None]])
    found.goals = [at_most("p99", 2, 1.234, " ms"), at_most("p50", 1, 3), Goal("others", "≥ 1", "not here", None)]
    found.notes.append("Of one run.")
    found.plots.append(Plot("bars", "Fan-out", "per second", {"1 in flight": [123_456.7, None]}, ["us & co", "them"]))
    return found


def test_an_answer_is_a_file_and_a_plot(tmp_path: Path, answer: Answer) -> None:
    """Everything but the plot's own figures is in the JSON, with the machine, the run and the revision."""
    keep(tmp_path, "fanout", answer, STAMP, 12.4)
    told = json.loads((tmp_path / "fanout.json").read_text(encoding="utf-8"))
    assert told["rows"] == answer.rows
    assert told["pictures"] == [{"file": "fanout.svg", "title": "Fan-out"}]
    assert "cores" in told["machine"][0]
    assert (told["run"], told["revision"], told["took_s"]) == (STAMP.run, STAMP.revision, 12)
    assert (tmp_path / "fanout.svg").exists()


def test_the_page_says_what_was_reached(tmp_path: Path, answer: Answer) -> None:
    """All goals in one table in front, then each question's own; misses are as plain as hits."""
    keep(tmp_path, "fanout", answer, STAMP, 12.4)
    page = write_page(tmp_path, ["missing", "fanout"]).read_text(encoding="utf-8")
    assert "| p99 | ≤ 2 | 1.23 ms | yes |" in page
    assert "| p50 | ≤ 1 | 3 | **no** |" in page
    assert "| others | ≥ 1 | not here | not measured |" in page
    assert "| us | 123,457 | 1.23 |\n| them | – | – |" in page
    assert "![Fan-out](fanout.svg)" in page
    assert page.index("## Figures to reach") < page.index("## How fast?")


def test_one_run_is_said_once(tmp_path: Path, answer: Answer) -> None:
    """Whose figures are all of one run may set them against each other, and reads which run it was."""
    keep(tmp_path, "fanout", answer, STAMP, 1)
    keep(tmp_path, "slow", answer, STAMP, 1)
    page = write_page(tmp_path, ["fanout", "slow"]).read_text(encoding="utf-8")
    assert f"All of one run: {STAMP.run}, of revision {STAMP.revision}." in page
    assert "mixture" not in page
    assert "| figure | goal | measured | reached |\n" in page


@pytest.mark.parametrize(
    "other", [Stamp("20261120-130000-c3d4", STAMP.revision), Stamp(STAMP.run, "2e24274a3f10 with changes")]
)
def test_a_mixture_is_marked_as_one(tmp_path: Path, answer: Answer, other: Stamp) -> None:
    """Another run or another revision: the page says so in front, which questions are whose, and whose each goal is."""
    keep(tmp_path, "fanout", answer, STAMP, 1)
    keep(tmp_path, "slow", answer, other, 1)
    keep(tmp_path, "memory", answer, STAMP, 1)
    page = write_page(tmp_path, ["fanout", "slow", "memory"]).read_text(encoding="utf-8")
    assert page.index("**A mixture**") < page.index("## Figures to reach")
    assert f"| 1 | {STAMP.run} | {STAMP.revision} | fanout, memory |" in page
    assert f"| 2 | {other.run} | {other.revision} | slow |" in page
    assert [line[-4:] for line in page.splitlines() if line.startswith("| p99 | ≤ 2")] == [" 1 |", " 2 |", " 1 |"]
    assert f"run {other.run}, revision {other.revision}" in page


def test_an_answer_of_before_runs_were_written_down_is_no_part_of_one(tmp_path: Path, answer: Answer) -> None:
    """What does not say which run it is of is of another one."""
    keep(tmp_path, "fanout", answer, STAMP, 1)
    keep(tmp_path, "slow", answer, STAMP, 1)
    file = tmp_path / "slow.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    del told["run"], told["revision"]
    file.write_text(json.dumps(told), encoding="utf-8")
    assert "| 2 | unknown | unknown | slow |" in write_page(tmp_path, ["fanout", "slow"]).read_text(encoding="utf-8")


def test_the_terminal_shows_the_same(answer: Answer) -> None:
    """Columns stand below each other; goals and notes follow."""
    shown = show(answer).splitlines()
    assert shown[2].index("deliveries/s") == shown[3].index("123,457")
    assert any("no  p50: 3 (≤ 1)" in line for line in shown)


@pytest.mark.parametrize(
    "plot",
    [
        Plot("bars", "A < B", "ms", {"one & two": [1.0, None, 3.0]}, ["a", "b", "c d"]),
        Plot("lines", "Growth", "µs", {"one": [(10, 1.0), (10_000, 2.0)], "two": [(10, 3.0)]}, x_title="sockets"),
        Plot("lines", "One point", "µs", {"one": [(1, 5.0)]}),
        Plot("bars", "Nothing", "ms", {}),
    ],
)
def test_a_plot_is_a_picture(plot: Plot) -> None:
    """Valid SVG whatever is in its names, with a mark for every value that there is."""
    root = ElementTree.fromstring(draw(plot))  # noqa: S314 - our own text
    marks = {"bars": "rect", "lines": "circle"}[plot.kind]
    drawn = [each for each in root.iter(f"{{http://www.w3.org/2000/svg}}{marks}") if len(each)]
    values = [point for points in plot.series.values() for point in points if point is not None]
    assert len(drawn) == len(values)


def test_one_question_that_fails_is_said_and_the_others_go_on(
    tmp_path: Path, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was kept of it before stays as it is."""
    keep(tmp_path, "fanout", answer, STAMP, 12.4)

    def fails(_effort: Effort) -> Answer:
        raise LoadFailed("not everyone arrived in time")

    assert not answered("fanout", tmp_path, QUICK, STAMP, lambda _name: fails)
    assert answered("slow", tmp_path, QUICK, STAMP, lambda _name: lambda _effort: answer)
    assert "fanout could not be measured: LoadFailed: not everyone arrived" in capsys.readouterr().err
    assert {file.name for file in tmp_path.glob("*.json")} == {"fanout.json", "slow.json"}
    assert (tmp_path / "README.md").read_text(encoding="utf-8").count("## How fast?") == 2


def test_a_name_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is compiled or started, with the names that there are."""
    assert main(["fanuot"]) == 2
    assert "fanuot; there are: fanout" in capsys.readouterr().err
