"""What `python3 -m tools VERB` does, one function for each verb."""

import os
import subprocess
from collections.abc import Callable

from tools import checks
from tools.console import ROOT, StepFailed, say
from tools.lock import write_lock
from tools.locked import only_one
from tools.node_side import ensure_modules, ensure_pages
from tools.python_side import PYTHON, ensure_packages

INTERRUPTED = 130
"""What a shell answers for Ctrl-C."""


def set_up_to_serve() -> None:
    with only_one():
        ensure_packages(checks=False)
        ensure_pages()


def set_up_to_check() -> None:
    with only_one():
        ensure_packages(checks=True)
        ensure_modules()
        ensure_pages()


def module(name: str, arguments: list[str]) -> int:
    """Run one of our modules with the Python of .venv."""
    return subprocess.run([PYTHON, "-m", name, *arguments], cwd=ROOT, check=False).returncode


def serve(arguments: list[str]) -> int:
    return tablecast("serve", *arguments)


def rehearse(arguments: list[str]) -> int:
    return tablecast("demo", "--rehearse", *arguments)


def tablecast(*arguments: str) -> int:
    """Run one of the server's commands; with POSIX it does not come back."""
    set_up_to_serve()
    command = [str(PYTHON), "-m", "server", *arguments]
    if os.name != "posix":
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    # The server takes this process's place: Ctrl-C and kill reach it, and nobody in between cuts its goodbye short.
    os.chdir(ROOT)
    return os.execv(PYTHON, command)


def set_up(_arguments: list[str]) -> int:
    set_up_to_check()
    say("Ready: make test, make lint, make types")
    return 0


def lint(_arguments: list[str]) -> int:
    set_up_to_check()
    return checks.lint()


def types(_arguments: list[str]) -> int:
    set_up_to_check()
    return checks.types()


def test(arguments: list[str]) -> int:
    set_up_to_check()
    return checks.test(arguments)


def chaos(arguments: list[str]) -> int:
    """How many times in a row, and then what pytest is handed."""
    times = arguments[0] if arguments else "1"
    if not times.isascii() or not times.isdecimal() or int(times) < 1:
        say(f"Say how many times in a row as a number from 1 up, not {times!r}: make chaos TIMES=20")
        return 2
    set_up_to_check()
    return checks.chaos(int(times), arguments[1:])


def docs(_arguments: list[str]) -> int:
    set_up_to_check()
    return module("server.contract", [])


def lock(_arguments: list[str]) -> int:
    write_lock()
    return 0


def bench(arguments: list[str]) -> int:
    set_up_to_check()
    return module("bench", arguments)


VERBS: dict[str, Callable[[list[str]], int]] = {
    "serve": serve,
    "rehearse": rehearse,
    "setup": set_up,
    "lint": lint,
    "types": types,
    "test": test,
    "chaos": chaos,
    "docs": docs,
    "bench": bench,
    "lock": lock,
}


def main(arguments: list[str]) -> int:
    verb = VERBS.get(arguments[0]) if arguments else None
    if verb is None:
        say(f"Say one of: {', '.join(VERBS)}")
        return 2
    try:
        return verb(arguments[1:])
    except StepFailed:
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
