"""Many rows with one statement: what a group of commands writes, without a round of Python for each row.

PostgreSQL takes the rows as one JSON text and takes it apart itself: a seventh of the CPU that `executemany` costs
this process. SQLite's JSON is slower than binding values, so there they are bound, many rows to a statement: with one
statement for each row the writer's thread would ask for the interpreter at every row, and the loop needs it meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import JSON, Boolean, Table
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeEngine

from server.campaigns.rows import Values
from server.campaigns.tables import CampaignRow, CharacterRow, EpisodeRow, EventRow, LayoutRow, RosterRow
from server.kernel.database import UtcDateTime
from server.kernel.pipeline import Question

LOG: Final = EventRow.__tablename__
"""Only ever added to: a row that is there already is an error."""
TABLES: Final[Mapping[str, Table]] = {
    row.__tablename__: row.__table__  # type: ignore[misc]  # mapped to tables, not to joins
    for row in (CharacterRow, EpisodeRow, RosterRow, LayoutRow, EventRow)
}
_PIECES: Final = (256, 64, 16, 4, 1)
"""Rows of one statement for SQLite: the largest have some 6,500 values, of the 32,766 that it takes. With 64 at
most the writer asked for the interpreter four times as often: a tenth fewer commands a second."""
Place = tuple[str, int, int]
"""A campaign, where its log stood when something was decided, and where it stands with that."""
_PLACES: Final = CampaignRow.__tablename__
_MOVE_POSTGRES: Final = f"""
WITH wanted AS (
    SELECT value->>0 AS id, (value->>1)::bigint AS base, (value->>2)::bigint AS seq, nth
    FROM json_array_elements(%s::json) WITH ORDINALITY AS given (value, nth)
), held AS (
    SELECT id, wanted.seq FROM {_PLACES} JOIN wanted USING (id)
    WHERE {_PLACES}.seq = base ORDER BY nth FOR UPDATE OF {_PLACES}
)
UPDATE {_PLACES} SET seq = held.seq FROM held WHERE {_PLACES}.id = held.id
"""  # noqa: S608 - our own names
_MOVE_ALL_POSTGRES: Final = f"""
WITH moved AS ({_MOVE_POSTGRES} RETURNING 1) SELECT 1 / (count(*) = %s)::int FROM moved
"""  # noqa: S608 - our own names
NOT_ALL_MOVED: Final = "22012"
"""PostgreSQL's word for what `moving_all` then does: a division by zero."""
_KEPT: Final = frozenset({"created_seq", "created_at"})
"""What an existing row keeps: its age."""


def move(connection: Connection, places: Sequence[Place]) -> int:
    """Move the campaigns that nobody has moved since; how many those were. In the order of `places`, so that two
    processes which both give them by id never wait for each other."""
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql(*moving(places)).rowcount
    moved = 0
    for at, count in pieces(len(places)):
        values = tuple(value for place in places[at : at + count] for value in place)
        moved += connection.exec_driver_sql(_move_sqlite(count), values).rowcount
    return moved


def moving(places: Sequence[Place]) -> Question:
    """What `move` asks PostgreSQL."""
    return _MOVE_POSTGRES, (orjson.dumps(places).decode(),)


def moving_all(places: Sequence[Place]) -> Question:
    """The same, but it fails where one cannot be moved: then nothing that was asked behind it is carried out, and locks
    rows of a campaign that another process holds."""
    return _MOVE_ALL_POSTGRES, (orjson.dumps(places).decode(), len(places))


@cache
def _move_sqlite(count: int) -> str:
    places = ", ".join(["(?, ?, ?)"] * count)
    return f"UPDATE {_PLACES} SET seq = column3 FROM (VALUES {places}) WHERE id = column1 AND seq = column2"  # noqa: S608 - our own names


def put(connection: Connection, name: str, rows: Sequence[Values]) -> None:
    """Add these rows, all columns named in each; those that are there are replaced, but in the log."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(*putting(name, rows))
    else:
        bound = _binding(name, connection.dialect)
        for at, count in pieces(len(rows)):
            values = [value for row in rows[at : at + count] for value in bound.values(row)]
            connection.exec_driver_sql(bound.statement(count), tuple(values))


def putting(name: str, rows: Sequence[Values]) -> Question:
    """What `put` asks PostgreSQL."""
    return _postgres(name), (orjson.dumps(rows).decode(),)


def pieces(size: int) -> Iterator[tuple[int, int]]:
    """Where each piece begins, and its size: as few sizes as can be, so that SQLite knows every statement already."""
    at = 0
    while at < size:
        count = next(each for each in _PIECES if each <= size - at)
        yield at, count
        at += count


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

    head: str
    places: str
    tail: str
    columns: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def statement(self, rows: int) -> str:
        return f"{self.head}{', '.join([self.places] * rows)}{self.tail}"

    def values(self, row: Values) -> tuple[Any, ...]:
        return tuple([row[name] if store is None else store(row[name]) for name, store in self.columns])


@cache
def _binding(name: str, dialect: Dialect) -> _Binding:
    columns = TABLES[name].columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    places = ", ".join("?" for _ in columns)
    head = f"INSERT INTO {name} ({names}) VALUES "  # noqa: S608 - our own names
    stores = [(column.name, _store(column.type, dialect)) for column in columns]
    return _Binding(head, f"({places})", _replacing(name), stores)


def _store(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, JSON):
        return _json  # what SQLAlchemy makes of it too, after asking three times whether it is something else
    if isinstance(kind, Boolean):
        return None  # SQLite's driver knows truth as 0 and 1
    store = kind.dialect_impl(dialect).bind_processor(dialect)
    if store is not None and isinstance(kind, UtcDateTime):
        return lru_cache(maxsize=1)(store)  # a group is written at one time: thousands of rows say the same
    return store


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
