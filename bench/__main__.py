"""`make bench`, or `python -m bench NAME`: run what is named, or everything, and write the page of results."""

import argparse
import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast

import httpx2
import psutil

from bench.answer import FULL, QUICK, Answer, Effort
from bench.fanning import Dishonest
from bench.machine import describe
from bench.native import LoadFailed, NoCompiler, build
from bench.peers.peer import Missing
from bench.questions import NAMES
from bench.report import KEPT, QUICK as ASIDE, keep, show, write_page
from bench.running import NotStarted
from server.kernel.errors import Problem

FAULTS: Final = (
    Dishonest, LoadFailed, Missing, NotStarted, Problem, OSError, TimeoutError, ZeroDivisionError, httpx2.HTTPError,
    psutil.Error, subprocess.SubprocessError
)  # fmt: skip
"""What may go wrong with one question on a machine that is short of something; no reason not to ask the others."""


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    names = [*chosen.names, *chosen.only, *(["cold"] if chosen.cold else [])] or list(NAMES)
    unknown = sorted(set(names) - {*NAMES, "cold"})
    if unknown:
        sys.stderr.write(f"No benchmark is called {', '.join(unknown)}; there are: {', '.join(NAMES)}, cold\n")
        return 2
    try:
        build()
    except NoCompiler as error:
        sys.stderr.write(f"{error}\n")
        return 2
    print(describe(), flush=True)
    folder, effort = (ASIDE, QUICK) if chosen.quick else (KEPT, FULL)
    unanswered = [name for name in names if not answered(name, folder, effort, question)]
    print(f"\nAll of it: {folder / 'README.md'}")
    if unanswered:
        sys.stderr.write(f"Without an answer, and as they were on that page: {', '.join(unanswered)}\n")
    return 1 if unanswered else 0


Ask = Callable[[Effort], Answer]


def answered(name: str, folder: Path, effort: Effort, asks: Callable[[str], Ask]) -> bool:
    """Whether there is an answer; it is shown, and kept in the folder."""
    began = time.monotonic()
    try:
        answer = asks(name)(effort)
    except FAULTS as error:
        sys.stderr.write(f"\n{name} could not be measured: {type(error).__name__}: {error}\n")
        return False
    print(show(answer), f"  ({name} took {time.monotonic() - began:.0f} s)", sep="\n", flush=True)
    keep(folder, name, answer)
    write_page(folder, [*NAMES, "cold"])  # whoever stops it half way has what there is
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="the same")
    parser.add_argument("--quick", action="store_true", help="one short round, kept aside in bench/.build/results")
    parser.add_argument("--cold", action="store_true", help="from a clone to the first pixel, with cold caches")
    return parser


def question(name: str) -> Ask:
    """The function that answers it."""
    return cast(Ask, importlib.import_module(f"bench.questions.{name}").ask)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
