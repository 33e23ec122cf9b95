"""The engine: pragmas, transactions, times, and what an unreachable database becomes."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text

from server.kernel.database import Database, DatabaseUrlRefused, UtcDateTime, open_database, parse_url
from server.kernel.errors import Unavailable

_metadata = MetaData()
_marks = Table("marks", _metadata, Column("id", Integer, primary_key=True), Column("at", UtcDateTime()))
_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def _fresh(path: Path) -> Database:
    database = open_database(f"sqlite:///{path / 'test.db'}")
    async with database.write() as connection:
        await connection.run_sync(_metadata.create_all)
    return database


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return len((await connection.execute(select(_marks))).all())


@pytest.mark.parametrize("address", ["postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"])
def test_every_spelling_of_postgresql_is_understood(address: str) -> None:
    """Hosts print postgres:// as well as postgresql://; both lead to the same driver."""
    assert parse_url(address).drivername == "postgresql+psycopg"


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:"])
def test_an_unknown_address_is_refused_in_one_line(address: str) -> None:
    """The refusal is one line, and never repeats a password."""
    with pytest.raises(DatabaseUrlRefused) as refusal:
        parse_url(address)
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


async def test_sqlite_is_opened_durable(tmp_path: Path) -> None:
    """WAL, full sync and foreign keys hold on every connection."""
    database = await _fresh(tmp_path)
    async with database.read() as connection:
        found = [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in _PRAGMAS]
    assert found == list(_PRAGMAS.values())
    await database.close()


_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """A write block that raises is rolled back whole."""
    database = await _fresh(tmp_path)

    async def mark_and_fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert(_marks).values(id=1, at=_NOON))
            raise LookupError

    with pytest.raises(LookupError):
        await mark_and_fail()
    assert await _count(database) == 0
    await database.close()


async def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    """Many writers at once all succeed: none sees a locked database."""
    database = await _fresh(tmp_path)

    async def mark(number: int) -> None:
        async with database.write() as connection:
            await connection.execute(insert(_marks).values(id=number, at=_NOON))

    await asyncio.gather(*(mark(number) for number in range(20)))
    assert await _count(database) == 20
    await database.close()


async def test_times_come_back_aware_and_in_utc(tmp_path: Path) -> None:
    """What went in at any offset comes out as the same instant in UTC."""
    database = await _fresh(tmp_path)
    elsewhere = _NOON.astimezone(timezone(timedelta(hours=5)))
    async with database.write() as connection:
        await connection.execute(insert(_marks).values(id=1, at=elsewhere))
        found = (await connection.execute(select(_marks.c.at))).scalar_one()
    assert found == _NOON
    assert found.tzinfo is UTC
    await database.close()


def test_a_naive_time_is_refused(tmp_path: Path) -> None:
    """A time without a zone means nothing; storing one is a mistake in our code."""
    dialect = open_database(f"sqlite:///{tmp_path / 'test.db'}").engine.dialect
    with pytest.raises(ValueError, match="aware"):
        UtcDateTime().process_bind_param(_NOON.replace(tzinfo=None), dialect)
    assert UtcDateTime().process_bind_param(None, dialect) is None


async def test_an_unreachable_database_is_unavailable() -> None:
    """Callers see a problem that can be retried, not the driver's error."""
    database = open_database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await database.ping()
    await database.close()
