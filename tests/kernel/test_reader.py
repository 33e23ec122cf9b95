"""The connection that is kept at hand for questions, and all that may happen to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.kernel.database import open_database, parse_url
from server.kernel.errors import Unavailable
from server.kernel.reader import Reader

WHO = "SELECT pg_backend_pid()"


@pytest_asyncio.fixture
async def engine(server_database_url: str) -> AsyncIterator[AsyncEngine]:
    """PostgreSQL."""
    engine = create_async_engine(parse_url(server_database_url), pool_pre_ping=True)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def reader(engine: AsyncEngine) -> AsyncIterator[Reader]:
    reader = Reader(engine)
    yield reader
    await reader.close()


async def asked(reader: Reader, question: str = WHO) -> int:
    ((answer,),) = await reader.ask(question, ())
    return int(answer)


async def cut(engine: AsyncEngine, pid: int) -> None:
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (pid,))


async def test_every_question_goes_over_the_connection_at_hand(reader: Reader) -> None:
    """Whoever asks at the same time waits for the one before, and is answered what they asked."""
    answers = await asyncio.gather(*(asked(reader, f"SELECT {number}") for number in range(5)))
    assert answers == [0, 1, 2, 3, 4]
    assert await asked(reader) == await asked(reader)


async def test_no_transaction_is_left_open(reader: Reader) -> None:
    """Each question sees its own moment: a later one sees what was committed since."""
    assert await asked(reader, "SELECT extract(epoch FROM now() - statement_timestamp())") == 0
    first = "SELECT (extract(epoch FROM now()) * 1000000)::bigint"
    assert await asked(reader, first) < await asked(reader, first)


async def test_a_connection_that_was_cut_costs_nothing(reader: Reader, engine: AsyncEngine) -> None:
    """The same question is asked on a new one."""
    first = await asked(reader)
    await cut(engine, first)
    assert await asked(reader) != first


async def test_what_is_wrong_with_a_question_is_said_at_once(reader: Reader) -> None:
    """A refusal is no loss of the connection, and nothing of it stays for the next question."""
    with pytest.raises(DBAPIError, match="no_such_table"):
        await reader.ask("SELECT * FROM no_such_table", ())
    assert await asked(reader, "SELECT 7") == 7


async def test_the_answer_to_a_question_that_was_given_up_reaches_nobody(reader: Reader) -> None:
    """The next one who asks gets an answer to their own question."""
    assert await asked(reader, "SELECT 1") == 1
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await reader.ask("SELECT 2 FROM pg_sleep(5)", ())
    async with asyncio.timeout(4):
        assert await asked(reader, "SELECT 3") == 3


async def test_one_that_lay_idle_is_given_back(engine: AsyncEngine) -> None:
    """The pool tries it before it lends it again."""
    reader = Reader(engine, idle_s=0)
    first = await asked(reader)
    await cut(engine, first)
    assert await asked(reader) != first
    await reader.close()


async def test_a_database_that_is_away_is_unavailable() -> None:
    """The question is the same error as any other read then."""
    database = open_database("postgresql://127.0.0.1:1/nowhere")
    with pytest.raises(Unavailable):
        await database.ask(WHO, ())
    await database.close()
