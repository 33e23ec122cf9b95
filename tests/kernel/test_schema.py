"""The schema's way up and down, and what is said about a database that cannot be used."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from server.kernel import schema
from server.kernel.database import open_database
from server.kernel.reach import check_reachable, check_schema
from server.kernel.settings import Misconfigured
from tests.fixtures.postgres import Postgres
from tests.fixtures.web import FixedSettings


async def test_the_schema_goes_where_it_is_told(empty_database_url: str) -> None:
    """Up to the newest, down to any, and nowhere when it is there already."""
    database = open_database(empty_database_url)
    for to, stands in (("head", schema.head()), ("0001", "0001"), ("0001", "0001"), ("base", None), ("0001", "0001")):
        await schema.move(database, to)
        assert await schema.current(database) == stands
    with pytest.raises(schema.UnknownRevision, match="there are: base, 0001"):
        await schema.move(database, "0999")
    await database.close()


async def test_the_embedded_default_migrates_by_itself(tmp_path: Path) -> None:
    """Nobody who runs it on a laptop has to know what a migration is."""
    settings = FixedSettings(data_dir=tmp_path)
    database = open_database(settings.database_address)
    await check_schema(database, settings)
    assert await schema.current(database) == schema.head()
    await database.close()


async def test_another_database_is_left_alone(empty_database_url: str) -> None:
    """Its operator decides when: the start is refused, with the command to run."""
    database = open_database(empty_database_url)
    settings = FixedSettings(database_url=SecretStr(empty_database_url))
    with pytest.raises(Misconfigured, match="run: tablecast migrate"):
        await check_schema(database, settings)
    assert await schema.current(database) is None
    await database.close()


async def test_a_newer_database_is_not_touched(database_url: str) -> None:
    """An old server does not run on, and does not change, what a newer one made."""
    database = open_database(database_url)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Misconfigured, match="update the server"):
        await check_schema(database, FixedSettings())
    await database.close()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://u:canary@127.0.0.1:1/d", "127.0.0.1:1, database 'd' does not answer"),
        ("postgresql://u:canary@no-such-host.invalid/d", "cannot be found"),
    ],
)
async def test_an_unreachable_server_is_one_clear_line(address: str, says: str) -> None:
    """Who, and what to look at; never the password."""
    database = open_database(address)
    with pytest.raises(Misconfigured) as refusal:
        await check_reachable(database)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "canary" not in str(refusal.value)
    await database.close()


async def test_a_missing_database_is_said(postgres: Postgres) -> None:
    """The server answers, but has no such database."""
    database = open_database(postgres.url("nowhere"))
    with pytest.raises(Misconfigured, match="no such database"):
        await check_reachable(database)
    await database.close()


async def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    """A wrong path in DATABASE_URL does not end in a stack trace."""
    (tmp_path / "notes.txt").write_text("not a database at all, but longer than a header of one hundred bytes " * 3)
    database = open_database(f"sqlite:///{tmp_path / 'notes.txt'}")
    with pytest.raises(Misconfigured, match="not an SQLite database"):
        await check_reachable(database)
    await database.close()
