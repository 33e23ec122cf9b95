"""Counting what the checks came to, and forbidding skips where it is asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.checks import in_a_row, tally
from tools.verbs import main

ROOT = Path(__file__).resolve().parents[2]
ONE_OF_EACH = """<testsuites><testsuite>
<testcase name="good"/>
<testcase name="bad"><failure/></testcase>
<testcase name="broken"><error/></testcase>
<testcase name="left out"><skipped/></testcase>
</testsuite></testsuites>"""


def test_the_last_line_counts_every_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Errors count as failures, and every report in the folder counts."""
    (tmp_path / "a.xml").write_text(ONE_OF_EACH)
    (tmp_path / "b.xml").write_text('<testsuite><testcase name="good"/></testsuite>')
    assert not tally(tmp_path, forbid_skips=False)
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 2 failed, 1 skipped"


@pytest.mark.parametrize("forbidden", [False, True])
def test_a_skip_fails_only_where_it_is_forbidden(tmp_path: Path, forbidden: bool) -> None:
    """At a desk a test may be skipped, in CI not."""
    (tmp_path / "a.xml").write_text('<testsuite><testcase name="left out"><skipped/></testcase></testsuite>')
    assert tally(tmp_path, forbid_skips=forbidden) is not forbidden


def test_no_result_at_all_is_a_failure(tmp_path: Path) -> None:
    """A run that tested nothing has not passed."""
    assert not tally(tmp_path, forbid_skips=False)


def test_in_a_row_means_to_the_first_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """As often as was asked while all goes well; a failure is the end, and it is said which time it was."""
    results = iter([True, True, False, True])
    assert in_a_row(2, lambda: next(results))
    assert capsys.readouterr().out.splitlines() == ["1 of 2 in a row", "2 of 2 in a row"]
    assert not in_a_row(2, lambda: next(results))
    assert list(results) == [True]
    assert capsys.readouterr().out.splitlines() == ["Failed: 1 of 2"]


@pytest.mark.parametrize("times", ["0", "-1", "many", "²", ""])
def test_a_number_of_times_that_is_none_is_refused(times: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is set up, and with what to say instead: nothing at all would be a suite that never fails."""
    assert main(["chaos", times]) == 2
    assert "make chaos TIMES=20" in capsys.readouterr().out


@pytest.mark.parametrize("forbidden", ["0", "1"])
def test_pytest_turns_a_forbidden_skip_into_a_failure(tmp_path: Path, forbidden: str) -> None:
    """With TABLECAST_NO_SKIP=1 a test, a fixture or a whole file that skips itself fails the run."""
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text().replace("pytest_plugins", "_"))
    (tmp_path / "test_part.py").write_text("import pytest\n\ndef test_it():\n    pytest.skip('no reason')\n")
    (tmp_path / "test_file.py").write_text("import pytest\n\npytest.skip('no reason', allow_module_level=True)\n")
    for name in ("test_part.py", "test_file.py"):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name]
        env = {**os.environ, "TABLECAST_NO_SKIP": forbidden, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert (done.returncode in {0, 5}) is (forbidden == "0"), done.stdout
