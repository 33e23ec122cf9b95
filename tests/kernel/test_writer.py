"""The writer's thread: whole transactions, and a connection that may be cut at any time."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from server.kernel.database import Database, at_the_end, open_database, parse_url
from server.kernel.errors import Unavailable
from server.kernel.logs import request_id
from server.kernel.writer import Writer
from tests.fixtures.waiting import somebody_waits


@pytest_asyncio.fixture
async def database(empty_database_url: str) -> AsyncIterator[Database]:
    """A database with one table, `marks(id)`."""
    database = open_database(empty_database_url)
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE marks (id INTEGER PRIMARY KEY)"))
    yield database
    await database.close()


@pytest_asyncio.fixture
async def server(server_database_url: str) -> AsyncIterator[Database]:
    """A PostgreSQL database."""
    database = open_database(server_database_url)
    yield database
    await database.close()


def mark(connection: Connection) -> int:
    connection.execute(text("INSERT INTO marks SELECT count(*) FROM marks"))
    return int(connection.execute(text("SELECT count(*) FROM marks")).scalar_one())


def mark_and_fail(connection: Connection) -> None:
    mark(connection)
    raise LookupError


def backend(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


async def cut(database: Database, pid: int) -> None:
    async with database.write() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


async def test_a_transaction_is_whole_or_nothing(database: Database) -> None:
    """What the work writes is there when it returns, and nothing of it when it raises."""
    assert await database.write_in_one(mark) == 1
    with pytest.raises(LookupError):
        await database.write_in_one(mark_and_fail)
    assert await database.write_in_one(mark) == 2
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM marks"))).scalar_one() == 2


def count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM marks")).scalar_one())


async def test_a_look_waits_for_no_transaction(database: Database) -> None:
    """While one is open that writes, what was committed before it is read."""
    await database.write_aside(mark)
    async with database.write() as connection:
        await connection.run_sync(mark)
        assert await database.look(count) == 1
    assert await database.look(count) == 2


async def test_no_command_waits_behind_a_person(server: Database) -> None:
    """A row that a sign-in waits for holds up no transaction of the table."""
    async with server.write() as connection:
        await connection.execute(text("CREATE TABLE marks (id INTEGER PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO marks VALUES (7)"))
    touch = text("UPDATE marks SET id = 7 WHERE id = 7")
    async with server.write() as holder:
        await holder.execute(touch)
        waiting = asyncio.ensure_future(server.write_aside(lambda connection: connection.execute(touch).rowcount))
        await somebody_waits(server)
        assert await server.write_in_one(count) == 1
        assert not waiting.done()
    assert await waiting == 1


@pytest.mark.parametrize("way", ["write_in_one", "write_aside"])
async def test_what_comes_at_the_end_comes_at_the_end(database: Database, way: str) -> None:
    """After all the work and in its transaction; of one that failed nothing is left for the next."""
    seen: list[tuple[int, list[str]]] = []

    def note(connection: Connection, items: Sequence[str]) -> None:
        seen.append((count(connection), list(items)))

    def work(connection: Connection) -> None:
        at_the_end(connection, note, "first")
        mark(connection)
        at_the_end(connection, note, "second")

    def fail(connection: Connection) -> None:
        work(connection)
        raise LookupError

    with pytest.raises(LookupError):
        await getattr(database, way)(fail)
    await getattr(database, way)(work)
    assert seen == [(1, ["first", "second"])]


async def test_the_request_that_asks_goes_along(database: Database) -> None:
    """What is logged and audited in the thread carries its number."""
    token = request_id.set("r-7")
    try:
        assert await database.write_aside(lambda _connection: request_id.get()) == "r-7"
    finally:
        request_id.reset(token)


async def test_one_statement_is_a_transaction_by_itself(database: Database) -> None:
    """It is there when it returns, with the row it answers; what it finds nothing for answers nothing."""
    add = text("INSERT INTO marks (id) SELECT :id WHERE :id < 9 RETURNING id")
    row = await database.write_at_once(add, {"id": 7})
    assert row is not None
    assert row.id == 7
    assert await database.write_at_once(add, {"id": 9}) is None
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT id FROM marks"))).scalars().all() == [7]


async def test_a_cut_connection_costs_one_answer(server: Database) -> None:
    """The transaction that met it is Unavailable, the next one has a new connection."""
    await cut(server, await server.write_in_one(backend))
    with pytest.raises(Unavailable):
        await server.write_in_one(backend)
    assert await server.write_in_one(backend) > 0


async def test_a_connection_that_was_cut_while_idle_costs_nothing(server: Database, server_database_url: str) -> None:
    """It is tried before it is used."""
    writer = Writer(create_engine(parse_url(server_database_url)), idle_s=0)
    first = await writer.write(backend)
    await cut(server, first)
    assert await writer.write(backend) != first
    await writer.close()


async def test_a_statement_that_never_ends_is_ended_by_the_server(server: Database) -> None:
    """Nobody could interrupt the thread from outside."""
    timeout = text("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
    assert await server.write_in_one(lambda connection: connection.execute(timeout).scalar_one()) == 10_000
