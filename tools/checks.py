"""Run the checks: their output goes straight to the screen, their results are counted at the end."""

import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.console import ROOT, say
from tools.node_side import npm, npm_env, scripts, workspaces
from tools.python_side import BIN, PYTHON

RESULTS = ROOT / ".cache" / "results"
ALONE = "browser or chaos"
"""The marks of the tests that measure time or kill processes: they get the machine to themselves."""
NEEDY = f"postgres or redis or nats or slow or {ALONE}"
"""The marks of the tests that need more than Python and a temporary folder."""
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4")
"""More processes gain nothing: each has a PostgreSQL of its own to start."""
IN_PAIRS = ("-n", "2", "--dist", "loadscope")
"""Worlds that are destroyed mostly wait for one another; the tests of one file share what takes long to start."""
TYPE_SCRIPTS = ("types", "check")
FORBID_SKIPS = os.environ.get("TABLECAST_NO_SKIP") == "1"


def run(command: Sequence[str | Path]) -> bool:
    """Whether the command succeeds."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env={**os.environ, **npm_env()}).returncode == 0


def run_all(checks: Sequence[tuple[str, Sequence[str | Path]]]) -> int:
    """Run every check, also after one has failed; 1 when any did."""
    failed = []
    for name, command in checks:
        say(f"== {name}")
        if not run(command):
            failed.append(name)
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def lint() -> int:
    return run_all(
        [
            ("ruff check", [BIN / "ruff", "check", "."]),
            ("ruff format", [BIN / "ruff", "format", "--check", "."]),
            ("import-linter", [BIN / "lint-imports", "--no-logo"]),
        ]
    )


def types() -> int:
    pages = [
        (f"{script} of {name}", [npm(), "run", "--silent", script, "-w", name])
        for name in workspaces()
        for script in TYPE_SCRIPTS
        if script in scripts(name)
    ]
    return run_all([("mypy", [BIN / "mypy"]), *pages])


def test(arguments: Sequence[str]) -> int:
    """Pure tests first, and nothing more when they fail; then the pages', then those with real servers."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    if arguments:
        return 0 if pytest("chosen", arguments) else 1
    good = pytest("pure", ["-m", f"not ({NEEDY})", "--exitfirst", *SIDE_BY_SIDE])
    if good:
        for name in workspaces():
            if "test" in scripts(name):
                good = vitest(name) and good
        good = pytest("real", ["-m", f"({NEEDY}) and not ({ALONE})", *SIDE_BY_SIDE]) and good
        good = pytest("staged", ["-m", ALONE]) and good
    return 0 if tally() and good else 1


def chaos(times: int, arguments: Sequence[str]) -> int:
    """Destroy everything so many times in a row, and stop at the first time that something is lost."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    good = in_a_row(times, lambda: pytest("chaos", ["tests/chaos", *IN_PAIRS, *arguments]) and tally())
    return 0 if good else 1


def in_a_row(times: int, once: Callable[[], bool]) -> bool:
    """Whether it goes well so many times; after a failure it is not tried again, so that its traces stay."""
    for done in range(times):
        if not once():
            say(f"Failed: {done + 1} of {times}")
            return False
        say(f"{done + 1} of {times} in a row")
    return True


def pytest(name: str, arguments: Sequence[str]) -> bool:
    say(f"== pytest, {name} tests")
    return run([PYTHON, "-m", "pytest", "-q", "-rs", f"--junitxml={RESULTS / name}.xml", *arguments])


def vitest(workspace: str) -> bool:
    say(f"== vitest, {workspace}")
    report = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={RESULTS / workspace}.xml"]
    return run([npm(), "run", "--silent", "test", "-w", workspace, "--", *report])


def tally(results: Path = RESULTS, *, forbid_skips: bool = FORBID_SKIPS) -> bool:
    """Print what all runs together came to; whether some passed, none failed, and none was skipped against the rule."""
    count: Counter[str] = Counter()
    for report in sorted(results.glob("*.xml")):
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by our own runs
            kinds = {child.tag for child in case}
            count["failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"] += 1
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    say(f"\n{count['passed']} passed, {count['failed']} failed{skipped}")
    return bool(count) and count["failed"] == 0 and not (forbid_skips and count["skipped"])
