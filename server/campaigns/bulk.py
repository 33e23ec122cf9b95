"""Many rows with one statement: what a group of commands writes, without a round of Python for each row.

PostgreSQL takes the rows as one JSON text and takes it apart itself: a seventh of the CPU that `executemany` costs
this process. SQLite's JSON is slower than binding values, so there each row is bound, past SQLAlchemy's own rounds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import Table
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeEngine

from server.campaigns.rows import Values
from server.campaigns.tables import CharacterRow, EpisodeRow, EventRow, LayoutRow, RosterRow
from server.kernel.database import UtcDateTime

LOG: Final = EventRow.__tablename__
"""Only ever added to: a row that is there already is an error."""
TABLES: Final[Mapping[str, Table]] = {
    row.__tablename__: row.__table__  # type: ignore[misc]  # mapped to tables, not to joins
    for row in (CharacterRow, EpisodeRow, RosterRow, LayoutRow, EventRow)
}
_KEPT: Final = frozenset({"created_seq", "created_at"})
"""What an existing row keeps: its age."""


def put(connection: Connection, name: str, rows: Sequence[Values]) -> None:
    """Add these rows, all columns named in each; those that are there are replaced, but in the log."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_postgres(name), (orjson.dumps(rows).decode(),))
    else:
        bound = _binding(name, connection.dialect)
        connection.exec_driver_sql(bound.statement, [bound.values(row) for row in rows])


@cache
def _postgres(name: str) -> str:
    columns = ", ".join(f'"{column.name}"' for column in TABLES[name].columns)
    rows = f"SELECT {columns} FROM json_populate_recordset(NULL::{name}, %s::json)"  # noqa: S608 - our own names
    return f"INSERT INTO {name} ({columns}) {rows}{_replacing(name)}"


def _replacing(name: str) -> str:
    if name == LOG:
        return ""
    table = TABLES[name]
    keys = [column.name for column in table.primary_key]
    changed = [column.name for column in table.columns if column.name not in {*keys, *_KEPT}]
    values = ", ".join(f'"{column}" = excluded."{column}"' for column in changed)
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {values}"


@dataclass(frozen=True, slots=True)
class _Binding:
    """A statement, and how each of its values is stored."""

    statement: str
    columns: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values(self, row: Values) -> tuple[Any, ...]:
        return tuple([row[name] if store is None else store(row[name]) for name, store in self.columns])


@cache
def _binding(name: str, dialect: Dialect) -> _Binding:
    columns = TABLES[name].columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    places = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {name} ({names}) VALUES ({places}){_replacing(name)}"  # noqa: S608 - our own names
    return _Binding(statement, [(column.name, _store(column.type, dialect)) for column in columns])


def _store(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    store = kind.dialect_impl(dialect).bind_processor(dialect)
    if store is not None and isinstance(kind, UtcDateTime):
        return lru_cache(maxsize=1)(store)  # a group is written at one time: thousands of rows say the same
    return store
