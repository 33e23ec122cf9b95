"""Alembic's way up and down, on both databases, and that it leads to what the models say."""

from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

import server.accounts.tables
import server.campaigns.tables  # noqa: F401 - both fill the metadata
from server.kernel import schema
from server.kernel.database import Base, Database, open_database


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    database = open_database(empty_database_url)
    yield database
    await database.close()


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def test_the_schema_goes_up_down_and_up_again(empty: Database) -> None:
    """Downgrading to nothing leaves no table behind, and the way up works a second time."""
    async with empty.read() as connection:
        assert await connection.run_sync(_tables) == set()
    await schema.upgrade(empty)
    async with empty.read() as connection:
        full = await connection.run_sync(_tables)
    assert {"campaigns", "characters", "episodes", "events", "rosters", "layout_overrides"} <= full
    await schema.downgrade(empty, "base")
    async with empty.read() as connection:
        assert await connection.run_sync(_tables) == set()
    await schema.upgrade(empty)
    assert await schema.current(empty) == schema.head()


async def test_models_and_migrated_schema_are_equal(empty: Database) -> None:
    """Every table, column, type, index and constraint of the models is what the migrations make."""
    await schema.upgrade(empty)
    async with empty.read() as connection:
        assert await connection.run_sync(_differences) == []


def _index_columns(connection: Connection, table: str) -> set[tuple[str | None, ...]]:
    return {tuple(index["column_names"]) for index in inspect(connection).get_indexes(table)}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("characters", ("campaign_id", "created_seq")),
        ("episodes", ("campaign_id", "created_seq")),
        ("events", ("campaign_id", "type", "seq")),
        ("events", ("campaign_id", "character_id", "seq")),
        ("events", ("campaign_id", "episode_id", "seq")),
        ("events", ("campaign_id", "command_key")),
    ],
)
async def test_every_question_of_the_api_has_an_index(empty: Database, table: str, columns: tuple[str, ...]) -> None:
    """Lists and filters of the log never read a whole table."""
    await schema.upgrade(empty)
    async with empty.read() as connection:
        assert columns in await connection.run_sync(_index_columns, table)
