"""docs/asvs.md is complete, and what it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

from server.kernel.settings import REPOSITORY

LEVEL_1 = {
    1: "2.1 2.2 2.3 2.4 2.5 3.1 3.2 5.1", 2: "1.1 2.1 2.2 3.1", 3: "2.1 2.2 3.1 4.1 4.2 5.1 5.2 5.3", 4: "1.1 4.1",
    5: "2.1 2.2 3.1 3.2", 6: "1.1 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 3.1 3.2 4.1 4.2", 7: "2.1 2.2 2.3 2.4 4.1 4.2",
    8: "1.1 2.1 2.2 3.1", 9: "1.1 1.2 1.3 2.1", 10: "4.1 4.2 4.3 4.4 4.5", 11: "3.1 3.2 4.1", 12: "1.1 2.1 2.2",
    13: "4.1", 14: "2.1 3.1", 15: "1.1 2.1 3.1",
}  # fmt: skip
"""Every requirement of level 1 of ASVS 5.0, by chapter: seventy."""
LEVEL_2 = {
    3: "3.2 3.3 3.4 4.3 4.4 4.5 4.6 5.4 5.5 7.1 7.2",
    4: "4.2 4.3 4.4", 5: "1.1 2.3 4.1 4.2 4.3",
    6: "1.2 1.3 2.9 2.10 2.11 2.12 3.3 3.4 4.3 4.4 5.1 5.2 5.3 5.4 5.5 6.1 6.2 6.3 8.1 8.2 8.3 8.4",
    7: "1.1 1.2 1.3 3.1 3.2 4.3 4.4 4.5 5.1 5.2 6.1 6.2", 9: "2.2 2.3 2.4",
    10: "1.1 1.2 2.1 2.2 3.1 3.2 3.3 3.4 4.6 4.7 4.8 4.9 4.10 4.11 5.1 5.2 5.3 5.4 5.5 6.1 6.2 7.1 7.2 7.3",
    16: "1.1 2.1 2.2 2.3 2.4 2.5 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3",
}  # fmt: skip
"""Of level 2 the chapters that this server is made of: of the fourth only sockets."""
OTHERWISE = ("By document: ", "Does not apply: ", "In part: ", "Open: ")
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[tuple[str, str, str]]:
    """Id, level, and by what it is held."""
    text = (REPOSITORY / "docs" / "asvs.md").read_text(encoding="utf-8")
    return [
        (cells[0], cells[1], cells[3])
        for line in text.splitlines()
        if re.match(r"\| \d", line)
        for cells in [[cell.strip() for cell in line.strip("|").split(" | ", 3)]]
    ]


def ids(wanted: dict[int, str]) -> set[str]:
    return {f"{chapter}.{each}" for chapter, listed in wanted.items() for each in listed.split()}


@cache
def found_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def test_every_requirement_has_its_row() -> None:
    """Level 1 whole, level 2 where it is promised; each once, and nothing else."""
    found = [(row[0], row[1]) for row in rows()]
    assert len(ids(LEVEL_1)) == 70
    assert sorted(found) == sorted({(each, "1") for each in ids(LEVEL_1)} | {(each, "2") for each in ids(LEVEL_2)})


def test_every_row_is_held_by_something() -> None:
    """By a test, or it says by what else, why not, or that it is missing."""
    assert [row[0] for row in rows() if not row[2].startswith(OTHERWISE) and not NODE.search(row[2])] == []


def test_every_test_that_is_named_is_there() -> None:
    """Whoever renames a test renames it here."""
    named = {(path, name) for _, _, held in rows() for path, name in NODE.findall(held)}
    assert len(named) > 100
    assert [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (REPOSITORY / path).exists() or name not in found_in(REPOSITORY / path)
    ] == []
