"""The audit log as a file: JSON lines, or CSV that no spreadsheet takes for a program. Pure."""

import csv
import io
from collections.abc import Iterable
from typing import Final

import orjson

from server.accounts.audit.wire import AuditOut

COLUMNS: Final = tuple(AuditOut.model_fields)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would carry out (OWASP, CSV Injection)."""


def as_json_lines(entries: Iterable[AuditOut]) -> str:
    return "".join(entry.model_dump_json() + "\n" for entry in entries)


def heading() -> str:
    return _rows([COLUMNS])


def as_csv(entries: Iterable[AuditOut]) -> str:
    return _rows([_cell(value) for value in entry.model_dump(mode="json").values()] for entry in entries)


def _rows(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)  # lines end as RFC 4180 has it
    return text.getvalue()


def _cell(value: object) -> str:
    """With an apostrophe before what would be a formula: it is shown, and not carried out."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) else text
