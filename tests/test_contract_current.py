"""The generated files say what the models say."""

from pathlib import Path

from server.contract.__main__ import FILES, ROOT, main, stale, write
from server.contract.types import problem_codes, problems
from server.kernel.errors import Problem


def test_every_generated_file_is_current() -> None:
    """What `make docs` would write is what is in the repository."""
    assert stale(ROOT) == []


def test_a_missing_file_is_out_of_date_until_it_is_written(tmp_path: Path) -> None:
    """A fresh folder has nothing current; writing makes all of it so."""
    assert stale(tmp_path) == list(FILES)
    write(tmp_path)
    assert stale(tmp_path) == []


def test_check_answers_zero_when_all_is_current() -> None:
    """The exit code is what CI looks at."""
    assert main(["--check"]) == 0


def test_what_else_is_imported_does_not_matter() -> None:
    """A program's own problems, as the rehearsal's, are no part of the protocol."""

    class Elsewhere(Problem):
        code = "elsewhere"

    assert Elsewhere not in problems()
    assert "elsewhere" not in problem_codes()
