"""Run a long step with one line on the screen, its output in a log, and the end of that log when it fails."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / ".cache" / "logs"
TAIL = 30
"""Lines of a log that are shown when its step fails: an error of pip or npm with what led to it."""
WIDTH = 300
"""Characters of such a line: pip can name a thousand versions in one."""


class StepFailed(Exception):
    """A step ended badly; what is to be said has been said."""


def say(text: str) -> None:
    print(text, flush=True)


def run_step(what: str, expect: str, command: Sequence[object], *, hint: str, env: Mapping[str, str]) -> None:
    """Run `command`, showing `what` and how long it may take; on failure its log's end and `hint`, then StepFailed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{re.sub('[^a-z]+', '-', what.lower())}.log"
    line = f"  {what} ({expect})"
    started = time.monotonic()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        code = watch(process, line, started)
    if code != 0:
        fail(f"{what} failed (exit code {code})", log, hint)
    say(f"\r{line}: done in {time.monotonic() - started:.0f} s")


def watch(process: subprocess.Popen[bytes], line: str, started: float) -> int:
    """Wait for the process, counting the seconds where somebody looks on."""
    live = sys.stdout.isatty()
    print(line + " ...", end="" if live else "\n", flush=True)
    while True:
        try:
            return process.wait(1.0)
        except subprocess.TimeoutExpired:
            if live:
                print(f"\r{line} ... {time.monotonic() - started:.0f} s", end="", flush=True)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise


def fail(problem: str, log: Path, hint: str) -> None:
    say(f"\n{problem}. The end of {log.relative_to(ROOT)}:\n")
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:]:
        say(f"    {line[:WIDTH]}")
    say(f"\n{hint}")
    raise StepFailed(problem)
