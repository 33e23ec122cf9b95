"""The database: one engine for SQLite (embedded) or PostgreSQL (hosted), and the `Base` every table stands on.

Reads go through `read()`, writes through `write()`. Both are one transaction with a deadline, and both turn
"the database is away" into `Unavailable`, so that callers only see errors of their own making.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import DateTime, Executable, MetaData, Row, create_engine, exc, text
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from server.kernel.connections import WRITES, bound_tallies, bound_writer, let_tallies_be_fast, prepare_sqlite
from server.kernel.errors import Unavailable
from server.kernel.limits import DATABASE_CONNECT_S, DATABASE_CONNECTIONS, DATABASE_DEADLINE_S
from server.kernel.reader import Reader
from server.kernel.settings import Misconfigured
from server.kernel.writer import Writer, Writers

_NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Result = TypeVar("Result")
Item = TypeVar("Item")
AtTheEnd = Callable[[Connection, Sequence[Item]], None]
_LAST: Final = "tablecast_last"
_POSTGRES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_READ_ONLY: Final = "25006"
"""PostgreSQL's word for a server that only follows another one, as after a failover."""
_SQLITE: Final = frozenset({"sqlite", "sqlite+aiosqlite"})


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


_JSON: Final[dict[str, Any]] = {"json_serializer": _to_json, "json_deserializer": orjson.loads}
"""Every commit writes a few JSON columns: orjson takes a tenth of the time of `json`."""


class Base(DeclarativeBase):
    """The one metadata; constraints have names, so that migrations can drop them on both databases."""

    metadata = MetaData(naming_convention=_NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is taken off and put back; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are stored aware, in UTC")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class DatabaseUrlRefused(Misconfigured):
    """The address cannot be understood; the message is one line that says what is expected."""


def parse_url(address: str) -> URL:
    """The driver's URL for `sqlite:///path`, `postgres://…` or `postgresql://…`. Raises DatabaseUrlRefused."""
    try:
        url = make_url(address)
    except exc.ArgumentError as error:
        raise DatabaseUrlRefused("DATABASE_URL is not a URL") from error
    if url.drivername in _SQLITE:
        return _sqlite_url(url)
    if url.drivername in _POSTGRES:
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUrlRefused(f"DATABASE_URL begins with {url.drivername!r}: only sqlite and postgresql are known")


def _sqlite_url(url: URL) -> URL:
    if url.database in (None, "", ":memory:"):
        raise DatabaseUrlRefused("DATABASE_URL names no SQLite file; write sqlite:///path/to/tablecast.db")
    return url.set(drivername="sqlite+aiosqlite")


class Database:
    """Use `open_database`; `close()` when done."""

    def __init__(self, engine: AsyncEngine, writers: Writers) -> None:
        self.engine, self.writers = engine, writers
        self._reader = Reader(engine)
        self.writing_engine = engine.execution_options(**{WRITES: True})
        # SQLite's transactions see one moment anyway; PostgreSQL's default sees a new one with every statement.
        self._still = engine if self.is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        self._alone = self.writing_engine if self.is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        # SQLite has one writer. Waiting here is fair and instant; waiting inside SQLite polls, up to 100 ms a time.
        self._turn = asyncio.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads. Raises Unavailable."""
        async with _available(), self.engine.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One transaction whose reads all see the same moment. Raises Unavailable."""
        async with _available(), self._still.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed when the block ends without an error. Raises Unavailable.

        When the commit itself fails by losing the connection, nobody can know whether it happened.
        """
        async with _available(), self._turn or contextlib.nullcontext(), self.writing_engine.begin() as connection:
            await connection.run_sync(_begin)
            yield connection
            await connection.run_sync(_end)

    async def write_at_once(self, statement: Executable, values: Mapping[str, Any]) -> Row[Any] | None:
        """One statement that is a transaction by itself, so nothing else travels; the row it answers, if any.

        Raises Unavailable.
        """
        async with _available(), self._turn or contextlib.nullcontext(), self._alone.begin() as connection:
            return (await connection.execute(statement, values)).one_or_none()

    async def write_in_one(self, work: Callable[[Connection], Result]) -> Result:
        """Like `write`, for work that needs nothing but the database: done in one hop to the writer's thread."""
        async with _available(), self._turn or contextlib.nullcontext():
            return await self.writers.commands.write(lambda connection: _whole(connection, work))

    async def write_aside(self, work: Callable[[Connection], Result]) -> Result:
        """Like `write_in_one`, on another connection: no command waits behind a row that somebody else holds."""
        async with _available(), self._turn or contextlib.nullcontext():
            return await self.writers.aside.write(lambda connection: _whole(connection, work))

    async def look(self, work: Callable[[Connection], Result]) -> Result:
        """Like `read`, for a short question: done in one hop to a thread. Raises Unavailable.

        On PostgreSQL each of its statements sees its own moment.
        """
        async with _available():
            return await self.writers.looks.write(work)

    async def tally(self, work: Callable[[Connection], Result]) -> Result:
        """Like `write_in_one`, for counters: on a connection of its own, whose commit does not wait for the disk.

        What it writes outlives the process; the machine's power cut may take the last second of it.
        """
        async with _available(), self._turn or contextlib.nullcontext():
            return await self.writers.tallies.write(work)

    async def ask(self, question: str, values: tuple[Any, ...]) -> Sequence[Row[Any]]:
        """The rows that answer a question in plain SQL, for what is asked all the time. Raises Unavailable.

        `%s` marks a value on either database. PostgreSQL is asked on a connection kept at hand; SQLite has its own
        threads to wait for, and gains nothing.
        """
        async with _available():
            if not self.is_sqlite:
                return await self._reader.ask(question, values)
            async with self.engine.connect() as connection:
                return (await connection.exec_driver_sql(question.replace("%s", "?"), values)).all()

    async def ping(self) -> None:
        """Ask for nothing. Raises Unavailable."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self._reader.close()
        await self.writers.close()
        await self.engine.dispose()


def _begin(connection: Connection) -> None:
    connection.info[_LAST] = {}


def _end(connection: Connection) -> None:
    for work, items in connection.info[_LAST].items():
        work(connection, items)


def _whole(connection: Connection, work: Callable[[Connection], Result]) -> Result:
    _begin(connection)
    result = work(connection)
    _end(connection)
    return result


def at_the_end(connection: Connection, work: AtTheEnd[Item], item: Item) -> None:
    """Have `work` done with all such items of this transaction that writes, right before its commit.

    For what takes a lock that every writer needs: taken last, it is held shortest, and its holder waits for no other.
    """
    connection.info[_LAST].setdefault(work, []).append(item)


@contextlib.asynccontextmanager
async def _available() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(DATABASE_DEADLINE_S):
            yield
    except TimeoutError as error:
        raise Unavailable("The database did not answer in time; try again") from error
    except (exc.DBAPIError, exc.TimeoutError) as error:
        if not _is_away(error):
            raise
        raise Unavailable("The database cannot be reached; try again") from error


def _is_away(error: exc.DBAPIError | exc.TimeoutError) -> bool:
    """Whether the database is to blame and not what it was asked: then the same may work later."""
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError) or error.connection_invalidated:
        return True
    return getattr(error.orig, "sqlstate", None) == _READ_ONLY


def open_database(address: str) -> Database:
    """An engine for the address; nothing is contacted yet. Raises DatabaseUrlRefused."""
    url = parse_url(address)
    options = {**_JSON, "hide_parameters": True}  # a failing statement's values (names, digests) stay out of logs
    pool = {"pool_size": DATABASE_CONNECTIONS, "max_overflow": 0, "pool_timeout": DATABASE_DEADLINE_S}
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, options, pool)
    return _open_postgres(url, {**options, "connect_args": {"connect_timeout": int(DATABASE_CONNECT_S)}}, pool)


def _open_sqlite(url: URL, options: Mapping[str, Any], pool: Mapping[str, Any]) -> Database:
    engine, plain = create_async_engine(url, **pool, **options), url.set(drivername="sqlite")
    writer, aside, tallies = (create_engine(plain, **options, execution_options={WRITES: True}) for _ in range(3))
    looks = create_engine(plain, **options)
    for each in (engine.sync_engine, writer, aside, tallies, looks):
        prepare_sqlite(each)
    let_tallies_be_fast(tallies)
    return Database(engine, Writers(Writer(writer), Writer(aside), Writer(tallies), Writer(looks)))


def _open_postgres(url: URL, options: Mapping[str, Any], pool: Mapping[str, Any]) -> Database:
    engine = create_async_engine(url, pool_pre_ping=True, **pool, **options)
    writer, aside = (create_engine(url, **options) for _ in range(2))
    tallies = create_engine(url, **options, isolation_level="AUTOCOMMIT")  # one statement, one round trip
    for each in (writer, aside):
        bound_writer(each)
    bound_tallies(tallies)
    counting = Writer(tallies)
    return Database(engine, Writers(Writer(writer), Writer(aside), tallies=counting, looks=counting))
