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

from bench import document
from bench.answer import FULL, QUICK, Answer, Effort
from bench.fanning import Dishonest
from bench.machine import describe
from bench.native import LoadFailed, NoCompiler, build
from bench.peers.peer import Missing
from bench.questions import NAMES
from bench.report import KEPT, QUICK as ASIDE, held_in, keep, show, write_page
from bench.running import NotStarted
from bench.stamp import Stamp, new_stamp
from server.kernel.errors import Problem

FAULTS: Final = (
    Dishonest, LoadFailed, Missing, NotStarted, Problem, OSError, TimeoutError, ZeroDivisionError, httpx2.HTTPError,
    psutil.Error, subprocess.SubprocessError
)  # fmt: skip
"""What may go wrong with one question on a machine that is short of something; no reason not to ask the others."""

ORDER: Final = (*NAMES, "cold")


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    names = [*chosen.names, *chosen.only, *(["cold"] if chosen.cold else [])] or list(NAMES)
    unknown = sorted(set(names) - set(ORDER))
    if unknown:
        sys.stderr.write(f"No benchmark is called {', '.join(unknown)}; there are: {', '.join(NAMES)}, cold\n")
        return 2
    if chosen.pages:
        _write(KEPT)
        return 0
    try:
        build()
    except NoCompiler as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stamp = new_stamp()
    print(describe(), f"run {stamp.run}, revision {stamp.revision}", sep="\n", flush=True)
    folder, effort = (ASIDE, QUICK) if chosen.quick else (KEPT, FULL)
    began = time.monotonic()
    unanswered = [name for name in names if not answered(name, folder, effort, stamp, question)]
    print(f"\nAll of it: {folder / 'README.md'}, after {(time.monotonic() - began) / 60:.1f} minutes")
    if unanswered:
        sys.stderr.write(f"Without an answer, and as they were on that page: {', '.join(unanswered)}\n")
    return 1 if unanswered else 0


Ask = Callable[[Effort], Answer]


def answered(name: str, folder: Path, effort: Effort, stamp: Stamp, asks: Callable[[str], Ask]) -> bool:
    """Whether there is an answer; it is shown, and kept in the folder."""
    began = time.monotonic()
    try:
        answer = asks(name)(effort)
    except FAULTS as error:
        sys.stderr.write(f"\n{name} could not be measured: {type(error).__name__}: {error}\n")
        return False
    took_s = time.monotonic() - began
    print(show(answer), f"  ({name} took {took_s:.0f} s)", sep="\n", flush=True)
    keep(folder, name, answer, stamp, took_s)
    _write(folder)  # whoever stops it half way has what there is
    return True


def _write(folder: Path) -> None:
    """The page of what is kept there; of what is kept for good, the figures in docs/ too."""
    write_page(folder, ORDER)
    if folder == KEPT:
        document.write(held_in(folder, ORDER))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="the same")
    parser.add_argument("--quick", action="store_true", help="one short round, kept aside in bench/.build/results")
    parser.add_argument("--cold", action="store_true", help="from a clone to the first pixel, with cold caches")
    parser.add_argument("--pages", action="store_true", help="measure nothing: write the pages of what is kept again")
    return parser


def question(name: str) -> Ask:
    """The function that answers it."""
    return cast(Ask, importlib.import_module(f"bench.questions.{name}").ask)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
