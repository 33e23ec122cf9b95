"""The house rules that a program can check: who may import whom, and how large things may grow."""

import ast
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import quantiles

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[1]
MAX_FILE = 300
MAX_FUNCTION = 40
MAX_FUNCTION_P90 = 25
FORBIDDEN_NAMES = re.compile(r"^(utils?|helpers?|managers?|common|misc|stuff)$")
PLAY_MAY_IMPORT = {"server.kernel.errors", "server.kernel.limits"}
PLAY_IS_PURE_OF = {"asyncio", "random", "secrets", "time", "uuid", "socket", "subprocess", "threading", "logging"}
HUB_KNOWS_NOT = {"sqlalchemy", "alembic", "server.play", "server.campaigns", "server.media", "server.accounts"}
"""The hub moves finished bytes between topics and connections: no game, no SQL."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("server", include_external_packages=True, cache_dir=None)


def imports_of(room: str) -> set[str]:
    """Everything outside of it that the modules of a room import directly."""
    modules = {room, *graph().find_descendants(room)}
    found = {target for module in modules for target in graph().find_modules_directly_imported_by(module)}
    return {target for target in found if target not in modules}


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def functions(folder: str) -> Iterator[tuple[str, int]]:
    for path in files(folder):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines(node)


def lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.fixture
def loggers_stay_on() -> Iterator[None]:
    """The linter's own set-up of logging silences every logger that is there (`disable_existing_loggers`)."""
    there = [each for each in logging.Logger.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    on = [logger for logger in there if not logger.disabled]
    yield
    for logger in on:
        logger.disabled = False


@pytest.mark.usefixtures("loggers_stay_on")
def test_imports_point_only_downwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """app > campaigns > media > accounts > hub > play > kernel, and each new room has its place in that list."""
    monkeypatch.chdir(ROOT)
    assert read_configuration()["contracts_options"], "no import contracts in pyproject.toml"
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_play_stands_on_errors_and_limits_alone() -> None:
    """The rules of the table know no clock, no chance, no input or output, and of ours only errors and limits."""
    imported = imports_of("server.play")
    assert {name for name in imported if name.startswith("server.")} <= PLAY_MAY_IMPORT
    assert not imported & PLAY_IS_PURE_OF


def test_the_hub_knows_no_game_and_no_sql() -> None:
    """The hub can be read, tested and replaced without the rest of the house."""
    rooms = {".".join(name.split(".")[:2]) if name.startswith("server.") else name for name in imports_of("server.hub")}
    assert not rooms & HUB_KNOWS_NOT


@pytest.mark.parametrize("folder", ["server", "tests", "tools"])
def test_files_stay_short(folder: str) -> None:
    """A file has at most 300 lines."""
    sizes = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in files(folder)}
    assert {path: size for path, size in sizes.items() if size > MAX_FILE} == {}


@pytest.mark.parametrize("folder", ["server", "tests", "tools"])
def test_functions_stay_short(folder: str) -> None:
    """A function has at most 40 lines, its docstring included, and nine of ten have at most 25."""
    sizes = dict(functions(folder))
    assert {name: size for name, size in sizes.items() if size > MAX_FUNCTION} == {}
    assert quantiles(sizes.values(), n=10)[-1] <= MAX_FUNCTION_P90


def test_no_room_is_a_drawer_for_everything() -> None:
    """Nothing is called utils, helpers or manager: a name says what is inside."""
    named = [path.relative_to(ROOT) for folder in ("server", "tests", "tools") for path in (ROOT / folder).rglob("*")]
    assert [path for path in named if FORBIDDEN_NAMES.match(path.stem)] == []


def test_every_test_states_its_rule() -> None:
    """A test's docstring is the rule that it holds."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in files("tests")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_nothing_is_skipped() -> None:
    """Only the browser may be missing; every other test runs everywhere, and none is expected to fail."""
    skips = re.compile(r"pytest\.(skip|xfail|importorskip)\b|mark\.(skip|skipif|xfail)\b")
    found = [path.relative_to(ROOT).as_posix() for path in files("tests") if skips.search(path.read_text("utf-8"))]
    assert set(found) <= {"tests/fixtures/browser.py", "tests/test_architecture.py", "tests/tools/test_checks.py"}


def test_what_is_silenced_says_why() -> None:
    """A `type: ignore` or `noqa` names the rule and gives a reason on its line."""
    bare = re.compile(r"#\s*(type: ignore(?!\[)|noqa(?!:)|type: ignore\[[^]]*\]\s*$|noqa: [A-Z0-9, ]+\s*$)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("server", "tests", "tools")
        for path in files(folder)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line) and path != Path(__file__)
    ]
    assert found == []


def test_the_start_does_without_what_is_seldom_needed() -> None:
    """A warm start is under two seconds because the server's command imports none of these before they are used."""
    code = "import sys, server.commands.serve; print(*sorted(set(sys.argv[1:]) & set(sys.modules)))"
    heavy = ("alembic", "boto3", "PIL", "httpx2", "cryptography", "redis", "psycopg")
    found = subprocess.run([sys.executable, "-c", code, *heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
