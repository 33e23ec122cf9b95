"""The log as a file: what a spreadsheet would carry out is shown instead."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from server.accounts.audit.exporting import COLUMNS, as_csv, as_json_lines, heading
from server.accounts.audit.wire import AuditOut

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.example")']


def entry(**changes: Any) -> AuditOut:
    values: dict[str, Any] = {
        "seq": 1,
        "at": datetime(2026, 11, 20, tzinfo=UTC),
        "name": "user_updated",
        "who": "u1",
        "who_name": None,
        "target": "user:u1",
        "outcome": "success",
        "session_id": None,
        "address": "192.0.2.7",
        "request_id": None,
        "details": {"fields": ["username"]},
        "hash": "00",
    }
    return AuditOut(**{**values, **changes})


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(heading() + text, newline="")))


def test_a_line_is_an_entry() -> None:
    """JSON lines: as many objects as entries, each on a line of its own."""
    lines = as_json_lines([entry(), entry(seq=2, target="a\nb")]).splitlines()
    assert [orjson.loads(line)["seq"] for line in lines] == [1, 2]


def test_the_columns_are_the_fields() -> None:
    """What is not there is an empty cell; details are JSON."""
    names, cells = read(as_csv([entry()]))
    assert tuple(names) == COLUMNS
    assert dict(zip(names, cells, strict=True)) | {"at": ""} == {
        **dict.fromkeys(COLUMNS, ""),
        "seq": "1",
        "name": "user_updated",
        "who": "u1",
        "target": "user:u1",
        "outcome": "success",
        "address": "192.0.2.7",
        "details": '{"fields":["username"]}',
        "hash": "00",
    }


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    """Wherever it stands it begins with an apostrophe, and is whole behind it."""
    changes = dict.fromkeys(("who", "who_name", "target", "session_id", "address", "request_id", "hash"), text)
    _, cells = read(as_csv([entry(**changes)]))
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert cells.count("'" + text) == len(changes)


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    """An entry cannot pretend to be two."""
    rows = read(as_csv([entry(target='a,"b"\r\n2,now')]))
    assert len(rows) == 2
    assert rows[1][COLUMNS.index("target")] == 'a,"b"\r\n2,now'
