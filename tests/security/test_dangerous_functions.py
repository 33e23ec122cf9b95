"""Threat: a way to run what somebody sent, or a hash that can be forged, comes in with one careless line.

Checked by adding each of them to a file.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.kernel.settings import REPOSITORY

CALLS = frozenset({"eval", "exec", "compile", "__import__"})
ATTRIBUTES = frozenset({"os.system", "os.popen", "hashlib.md5", "hashlib.sha1", "yaml.load", "marshal.loads"})
MODULES = frozenset({"pickle", "shelve", "dill", "xml", "lxml", "xmlrpc"})
HASHES = frozenset({"md5", "sha1"})
"""As a name that `hmac` or `hashlib.new` is given."""
CIPHERS = "cryptography.hazmat.primitives.ciphers"
"""Where modes and paddings are chosen by hand; below it, `aead` has none to choose."""
ALLOWED = ["server/accounts/passwords/breaches.py hashlib.sha1", "server/accounts/second_factor/rules.py sha1"]
"""Lists of leaked passwords are sorted by their SHA-1, and nothing of ours is kept under it; authenticator apps know no
other HMAC than with SHA-1, whose collisions don't matter there."""
PAGES = re.compile(r"\{@html|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\b")


def names(node: ast.AST) -> Iterator[str]:
    """What a piece of code calls, imports or switches on that it must not."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield node.func.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield from {f"{node.value.id}.{node.attr}"} & ATTRIBUTES
    if isinstance(node, ast.keyword) and node.arg == "shell":
        yield "shell="
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower() in HASHES:
        yield node.value
    imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    yield from (name for name in imported if name.partition(".")[0] in MODULES or name == CIPHERS)


def test_the_server_runs_nothing_that_was_sent_and_hashes_with_nothing_weak() -> None:
    """No code from text, no shell, no parser that builds what it is told to, no MD5 or SHA-1, no cipher
    without authentication."""
    found = [
        f"{path.relative_to(REPOSITORY).as_posix()} {name}"
        for path in sorted((REPOSITORY / "server").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in names(node)
    ]
    assert found == ALLOWED


@pytest.mark.parametrize(
    "code",
    [
        "eval(x)",
        "import pickle",
        "from xml.dom import minidom",
        "hashlib.md5(x)",
        "run(x, shell=True)",
        "hmac.digest(x, y, 'sha1')",
        "from cryptography.hazmat.primitives.ciphers import modes",
    ],
)
def test_the_look_sees_each_of_them(code: str) -> None:
    """So an empty list above means that there is none."""
    assert [name for node in ast.walk(ast.parse(code)) for name in names(node)] != []


def sources() -> list[Path]:
    return [
        path
        for workspace in ("client", "overlay", "panel", "symbiote", "design")
        for path in sorted((REPOSITORY / workspace).rglob("*"))
        if path.suffix in {".ts", ".js", ".svelte", ".html"} and not {"node_modules", "dist", "test"} & set(path.parts)
    ]


def test_pages_show_text_as_text() -> None:
    """No page puts markup together from what people wrote, nor runs it."""
    assert len(sources()) > 50
    found = [path.relative_to(REPOSITORY) for path in sources() if PAGES.search(path.read_text(encoding="utf-8"))]
    assert found == []
