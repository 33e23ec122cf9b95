"""`make bench`, or `python -m bench NAME`: run what is named, or everything, and write the page of results."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import cast

from bench.answer import FULL, QUICK, Answer, Effort
from bench.machine import describe
from bench.native import NoCompiler, build
from bench.questions import NAMES
from bench.report import KEPT, QUICK as ASIDE, keep, show, write_page


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
    for name in names:
        answer = question(name)(effort)
        print(show(answer), flush=True)
        keep(folder, name, answer)
        page = write_page(folder, [*NAMES, "cold"])
    print(f"\nAll of it: {page}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="the same")
    parser.add_argument("--quick", action="store_true", help="one short round, kept aside in bench/.build/results")
    parser.add_argument("--cold", action="store_true", help="from a clone to the first pixel, with cold caches")
    return parser


def question(name: str) -> Callable[[Effort], Answer]:
    """The function that answers it."""
    return cast(Callable[[Effort], Answer], importlib.import_module(f"bench.questions.{name}").ask)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
