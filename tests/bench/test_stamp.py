"""Which code a run measured."""

import subprocess
from pathlib import Path

import pytest

from bench.stamp import UNKNOWN, new_stamp, revision


def git(folder: Path, *words: str) -> str:
    """What git says there."""
    command = ["git", "-C", str(folder), "-c", "user.name=Rowan", "-c", "user.email=rowan@table.example", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """With one commit: some code, and a page of results."""
    for name in ("server.py", "bench/results/README.md", "docs/benchmarks.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    return tmp_path


def test_the_revision_is_the_commit(repository: Path) -> None:
    """As it can be checked out again."""
    assert git(repository, "rev-parse", "HEAD").startswith(revision(repository))


@pytest.mark.parametrize("name", ["server.py", "another.py"])
def test_changed_code_is_not_the_commits(repository: Path, name: str) -> None:
    """Changed or not yet known to git: the revision says that this is not what was committed."""
    (repository / name).write_text("two\n", encoding="utf-8")
    assert revision(repository).endswith(" with changes")


@pytest.mark.parametrize("name", ["bench/results/README.md", "bench/results/fanout.json", "docs/benchmarks.md"])
def test_what_a_run_writes_is_no_change(repository: Path, name: str) -> None:
    """The second question of a run is of the same code as the first."""
    (repository / name).write_text("two\n", encoding="utf-8")
    assert not revision(repository).endswith(" with changes")


def test_without_a_repository_it_is_not_known(tmp_path: Path) -> None:
    """An unpacked archive can be measured too."""
    assert revision(tmp_path) == UNKNOWN


def test_each_run_has_a_name_of_its_own() -> None:
    """Two runs of one second are two."""
    assert new_stamp().run != new_stamp().run
