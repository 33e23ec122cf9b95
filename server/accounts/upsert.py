"""One row, whether it is there already or not: in one statement, so that of two at the same moment none fails."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Insert


def put(connection: AsyncConnection, table: Table, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Insert:
    """Add a row; where its primary key is there, set `changed` in it instead."""
    keys = list(table.primary_key.columns)
    return (
        insert_into(connection.dialect, table).values(values).on_conflict_do_update(index_elements=keys, set_=changed)
    )


def insert_into(dialect: Dialect, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows `on_conflict_do_update`."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)
