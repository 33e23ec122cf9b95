"""The virtual environment in .venv and the packages in it."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tools.console import ROOT, StepFailed, run_step, say
from tools.stamps import digest, is_current, mark

VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PACKAGES = (
    VENV / ("Lib" if os.name == "nt" else f"lib/python{sys.version_info[0]}.{sys.version_info[1]}") / "site-packages"
)
EXTRAS = ("lint", "test")
CONSTRAINTS = ROOT / "tools" / "constraints.txt"
PIP = (
    "https://files.pythonhosted.org/packages/07/25/ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/"
    "pip-26.3-py3-none-any.whl",
    "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13",
)
"""Fetched only where Python comes without its own (Debian and Ubuntu without python3-venv): address and SHA-256."""
PIP_DEADLINE_S = 60.0
NO_VENV = (
    "This Python cannot make a virtual environment. On Debian and Ubuntu:  sudo apt install python3-venv\n"
    "On Fedora:  sudo dnf install python3-pip      Then run make again."
)
OFFLINE = (
    "Packages come from PyPI. Is the network there? Behind a mirror or proxy set PIP_INDEX_URL, HTTPS_PROXY or\n"
    "PIP_CERT as pip's documentation says, then run make again: it goes on where it stopped."
)
PIP_ENV: Mapping[str, str] = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUTF8": "1"}


def ensure_packages(*, checks: bool) -> None:
    """Have .venv with what pyproject.toml names, at the versions of constraints.txt; with `checks` its extras too."""
    ensure_venv()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    key = digest([repr(sorted(project.items())), CONSTRAINTS, sys.version])
    runtime, whole = VENV / ".packages", VENV / ".packages-with-extras"
    if is_current(whole, key) or (not checks and is_current(runtime, key)):
        return
    target, expect = (f".[{','.join(EXTRAS)}]", "about a minute") if checks else (".", "about 30 s")
    pip_install("Installing Python packages", expect + " the first time", ["-e", target])
    mark(whole if checks else runtime, key)


def ensure_package(name: str, what: str, expect: str) -> None:
    """Have one more package, at the version of constraints.txt."""
    if not list(PACKAGES.glob(f"{name.replace('-', '_')}-*.dist-info")):
        pip_install(what, expect, [name])


def pip_install(what: str, expect: str, packages: list[str]) -> None:
    command = [PYTHON, "-m", "pip", "install", "--constraint", CONSTRAINTS, *packages]
    run_step(what, expect, command, hint=OFFLINE, env=PIP_ENV)


def ensure_venv() -> None:
    key = digest([sys.version, str(Path(sys.base_prefix).resolve())])
    stamp = VENV / ".made-for"
    if PYTHON.exists() and is_current(stamp, key):
        return
    if VENV.exists():
        say("  .venv was made by another Python: making it anew")
        shutil.rmtree(VENV)
    command = [sys.executable, "-m", "venv", "--without-pip", VENV]
    run_step("Making a virtual environment", "a second", command, hint=NO_VENV, env={})
    if importlib.util.find_spec("ensurepip") is None or not install_own_pip():
        install_fetched_pip()
    mark(stamp, key)


def install_own_pip() -> bool:
    """Python's own copy of pip; Debian takes it out of the standard library."""
    done = subprocess.run([PYTHON, "-m", "ensurepip", "--default-pip"], capture_output=True, cwd=ROOT, check=False)
    return done.returncode == 0


def install_fetched_pip() -> None:
    wheel = VENV / PIP[0].rpartition("/")[2]
    say("  This Python has no pip of its own: fetching it from PyPI")
    try:
        wheel.write_bytes(fetch(*PIP))
    except (urllib.error.URLError, ValueError, TimeoutError) as error:
        say(f"\nIt could not be fetched: {error}\n{NO_VENV}")
        raise StepFailed("no pip") from error
    command = [PYTHON, wheel / "pip", "install", "--no-index", wheel]
    run_step("Installing pip", "seconds", command, hint=NO_VENV, env=PIP_ENV)
    wheel.unlink()


def fetch(address: str, sha256: str) -> bytes:
    """The file at the address; ValueError when it is not the one that is meant."""
    with urllib.request.urlopen(address, timeout=PIP_DEADLINE_S) as answer:  # noqa: S310 - a constant https address
        data: bytes = answer.read()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"{address} is not the file that was expected")
    return data
