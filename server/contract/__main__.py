"""`python -m server.contract`: write every generated file; `--check` only says which are out of date."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from server.contract.asyncapi import asyncapi
from server.contract.documents import security, settings_page
from server.contract.openapi import openapi
from server.contract.protocol import protocol
from server.contract.types import types

ROOT = Path(__file__).resolve().parents[2]


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "PROTOCOL.md": protocol,
    "docs/openapi.json": lambda: _json(openapi()),
    "docs/asyncapi.json": lambda: _json(asyncapi()),
    "client/src/generated/types.ts": types,
    "SECURITY.md": lambda: security(ROOT),
    "docs/settings.md": settings_page,
}


def stale(root: Path) -> list[str]:
    """The generated files that differ from what the models say now, by path from the root."""
    return [path for path, make in FILES.items() if not _is(root / path, make())]


def write(root: Path) -> None:
    """Bring every generated file up to date."""
    for path, make in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(make(), encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """0 when all is written or current; 1 when `--check` finds an old file."""
    if "--check" not in arguments:
        write(ROOT)
        return 0
    old = stale(ROOT)
    for path in old:
        sys.stderr.write(f"{path} is out of date: run `make docs`\n")
    return 1 if old else 0


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
