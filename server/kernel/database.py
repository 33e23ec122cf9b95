"""The database: one engine for SQLite (embedded) or PostgreSQL (hosted), and the `Base` every table stands on.

Reads go through `read()`, writes through `write()`. Both are one transaction with a deadline, and both turn
"the database is away" into `Unavailable`, so that callers only see errors of their own making.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import DateTime, Executable, MetaData, Row, create_engine, event, exc, text
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from server.kernel.errors import Unavailable
from server.kernel.limits import (
    DATABASE_CONNECT_S,
    DATABASE_CONNECTIONS,
    DATABASE_DEADLINE_S,
    TALLY_DEADLINE_S,
    WRITE_DEADLINE_S,
)
from server.kernel.reader import Reader
from server.kernel.settings import Misconfigured
from server.kernel.writer import Writer

_NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL may lose acknowledged commits when the machine loses power
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {int(DATABASE_CONNECT_S * 1000)}",
)
Result = TypeVar("Result")
Item = TypeVar("Item")
AtTheEnd = Callable[[AsyncConnection, Sequence[Item]], Awaitable[None]]
_WRITES: Final = "tablecast_writes"
_LAST: Final = "tablecast_last"
_POSTGRES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_READ_ONLY: Final = "25006"
"""PostgreSQL's word for a server that only follows another one, as after a failover."""
_TIMES_TRANSACTIONS: Final = 170_000
"""The first PostgreSQL that knows `transaction_timeout`."""
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

    def __init__(self, engine: AsyncEngine, writer: Writer, tallies: Writer) -> None:
        self.engine = engine
        self._writer, self._tallies = writer, tallies
        self._reader = Reader(engine)
        self.writing_engine = engine.execution_options(**{_WRITES: True})
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
            last: dict[Any, list[Any]] = {}
            connection.info[_LAST] = last
            yield connection
            for work, items in last.items():
                await work(connection, items)

    async def write_at_once(self, statement: Executable, values: Mapping[str, Any]) -> Row[Any] | None:
        """One statement that is a transaction by itself, so nothing else travels; the row it answers, if any.

        Raises Unavailable.
        """
        async with _available(), self._turn or contextlib.nullcontext(), self._alone.begin() as connection:
            return (await connection.execute(statement, values)).one_or_none()

    async def write_in_one(self, work: Callable[[Connection], Result]) -> Result:
        """Like `write`, for work that needs nothing but the database: done in one hop to the writer's thread."""
        async with _available(), self._turn or contextlib.nullcontext():
            return await self._writer.write(work)

    async def tally(self, work: Callable[[Connection], Result]) -> Result:
        """Like `write_in_one`, for counters: on a connection of its own, whose commit does not wait for the disk.

        What it writes outlives the process; the machine's power cut may take the last second of it.
        """
        async with _available(), self._turn or contextlib.nullcontext():
            return await self._tallies.write(work)

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
        await self._tallies.close()
        await self._writer.close()
        await self.engine.dispose()


def at_the_end(connection: AsyncConnection, work: AtTheEnd[Item], item: Item) -> None:
    """Have `work` done with all such items of this transaction of `Database.write`, right before its commit.

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
        engine = create_async_engine(url, **pool, **options)
        writer, tallies = (
            create_engine(url.set(drivername="sqlite"), **options, execution_options={_WRITES: True}) for _ in range(2)
        )
        for each in (engine.sync_engine, writer, tallies):
            event.listen(each, "connect", _set_pragmas)
            event.listen(each, "begin", _begin_sqlite)
        event.listen(tallies, "connect", _do_not_wait_for_the_disk)
    else:
        options["connect_args"] = {"connect_timeout": int(DATABASE_CONNECT_S)}
        engine = create_async_engine(url, pool_pre_ping=True, **pool, **options)
        writer = create_engine(url, **options)
        tallies = create_engine(url, **options, isolation_level="AUTOCOMMIT")  # one statement, one round trip
        event.listen(writer, "connect", _set_timeouts)
        event.listen(tallies, "connect", _set_tally)
    return Database(engine, Writer(writer), Writer(tallies))


def _set_timeouts(connection: Any, _record: object) -> None:
    """Nobody else can interrupt the writer's thread, nor end what a frozen process has left open."""
    timeouts = {"statement_timeout": DATABASE_DEADLINE_S, "idle_in_transaction_session_timeout": WRITE_DEADLINE_S}
    if connection.info.server_version >= _TIMES_TRANSACTIONS:  # the other one sleeps after psycopg's `executemany`
        timeouts["transaction_timeout"] = WRITE_DEADLINE_S
    for name, seconds in timeouts.items():
        connection.execute(f"SET {name} = {int(seconds * 1000)}")
    connection.commit()


def _set_tally(connection: Any, _record: object) -> None:
    connection.execute("SET synchronous_commit = off")
    connection.execute(f"SET statement_timeout = {int(TALLY_DEADLINE_S * 1000)}")
    connection.commit()


def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL").close()  # the next commit that does wait takes these along


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes late and only before writes; without it `begin` below is the only one.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: a transaction that reads and then writes cannot fail half way.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
