"""Run the benchmarks that are named, or all of them."""

import importlib
import sys

from bench.machine import describe
from server.kernel.logs import configure

NAMES = ("commands",)
"""Modules of this folder with a `main()`."""


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        sys.stderr.write(f"No benchmark is called {', '.join(unknown)}; there are: {', '.join(NAMES)}\n")
        return 2
    configure("WARNING", "console")  # a line for each campaign would bury the figures
    print(describe(), flush=True)
    for name in names or NAMES:
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
