"""What each new connection is told before anybody uses it: pragmas, time limits, how SQLite's transactions begin."""

from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from server.kernel.limits import DATABASE_CONNECT_S, DATABASE_DEADLINE_S, TALLY_DEADLINE_S, WRITE_DEADLINE_S

WRITES: Final = "tablecast_writes"
"""The execution option of an engine whose transactions write."""
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL may lose acknowledged commits when the machine loses power
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {int(DATABASE_CONNECT_S * 1000)}",
)
_TIMES_TRANSACTIONS: Final = 170_000
"""The first PostgreSQL that knows `transaction_timeout`."""


def prepare_sqlite(engine: Engine) -> None:
    """Durable, with foreign keys, and with transactions that begin when we say so."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)


def let_tallies_be_fast(engine: Engine) -> None:
    """After `prepare_sqlite`: commits that do not wait for the disk."""
    event.listen(engine, "connect", _do_not_wait_for_the_disk)


def bound_writer(engine: Engine) -> None:
    """On PostgreSQL: nothing that such a connection asks or leaves open goes on for ever."""
    event.listen(engine, "connect", _set_timeouts)


def bound_tallies(engine: Engine) -> None:
    """On PostgreSQL: short questions, and commits that do not wait for the disk."""
    event.listen(engine, "connect", _set_tally)


def _set_timeouts(connection: Any, _record: object) -> None:
    """Nobody else can interrupt a writer's thread, nor end what a frozen process has left open."""
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
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
