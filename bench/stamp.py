"""Which run of which code an answer comes from. Figures of one run can be set against each other, those of two cannot:
machines have moods, and code changes."""

import secrets
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
UNKNOWN: Final = "unknown"
WRITTEN: Final = (":!bench/results", ":!docs/benchmarks.md")
"""What a run writes by itself is no change of what it measures."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """`run` is the same for all that one command measured; `revision` is the commit, and whether it was changed."""

    run: str
    revision: str


def new_stamp() -> Stamp:
    """A run that begins now, of the code as it is now."""
    began = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Stamp(f"{began}-{secrets.token_hex(2)}", revision(ROOT))


def revision(folder: Path) -> str:
    """The commit that is checked out there, and "with changes" where files differ from it."""
    commit = _git(folder, "rev-parse", "--short=12", "HEAD")
    if commit is None:
        return UNKNOWN
    changed = _git(folder, "status", "--porcelain", "--", ".", *WRITTEN)
    return f"{commit} with changes" if changed else commit


def _git(folder: Path, *words: str) -> str | None:
    """What git says; None where there is none, or no repository."""
    command = ["git", "-C", str(folder), *words]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
