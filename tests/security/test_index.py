"""The index of the abuse suite is whole: a threat without a file is forgotten, and so is a file that nobody finds."""

import ast
import re
from pathlib import Path

import pytest

from server.kernel.settings import REPOSITORY

HERE = Path(__file__).parent
ROW = re.compile(
    r"^\| (?P<threat>[^|]+) \| `(?P<file>test_\w+\.py)` \| (?P<defence>[^|]+) \| [^|]+ \| `(?P<test>test_\w+)` \|$"
)
ROWS = [
    found.groupdict() for line in (HERE / "README.md").read_text("utf-8").splitlines() if (found := ROW.match(line))
]
FILES = sorted(path.name for path in HERE.glob("test_*.py") if path.name != "test_index.py")


def test_every_threat_has_its_file_and_every_file_its_row() -> None:
    """Each once; a line that looks like a row is one."""
    lines = (HERE / "README.md").read_text("utf-8").splitlines()
    assert sorted(row["file"] for row in ROWS) == FILES
    assert len(ROWS) == len([line for line in lines if line.startswith("| ") and "`test_" in line])
    assert len({row["threat"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_what_a_row_names_is_there(row: dict[str, str]) -> None:
    """The defence's files, and the test that was seen failing; and the file itself says what was taken out."""
    module = ast.parse((HERE / row["file"]).read_text("utf-8"))
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert row["test"] in {function.name for function in functions}
    for named in re.findall(r"`([\w/]+\.py)`", row["defence"]):
        places = (REPOSITORY / "server" / named, REPOSITORY / "server" / "accounts" / named)
        assert any(place.is_file() for place in places), named
    said = " ".join((ast.get_docstring(module) or "").split())
    assert re.search(r"Taken out to see (it|the tests) fail: |Checked by ", said), "say what was taken out"
