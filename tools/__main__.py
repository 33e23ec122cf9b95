"""`python3 -m tools VERB`: the one entry of the Makefile. Plain enough for an old Python to print why not."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - pyproject.toml says so, and here is who reads it
    sys.exit(
        f"Tablecast needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).\n"
        "Install a newer one, or name it: make run PYTHON=python3.12"
    )

from tools.verbs import main

sys.exit(main(sys.argv[1:]))
