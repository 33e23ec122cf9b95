"""Several statements in one trip: answers, faults in the middle, a server that goes away. PostgreSQL only.

Checked by taking out: that nothing is sent behind a fault.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import cast

import psycopg
import pytest
from sqlalchemy import create_engine, exc, text
from sqlalchemy.engine import Connection

from server.kernel.database import parse_url
from server.kernel.pipeline import in_one_trip


@pytest.fixture
def connection(server_database_url: str) -> Iterator[Connection]:
    """To a database with a table `marks(id)` that holds 1 and 2."""
    engine = create_engine(parse_url(server_database_url))
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE marks (id integer PRIMARY KEY)"))
        connection.execute(text("INSERT INTO marks VALUES (1), (2)"))
        connection.commit()
        yield connection
    engine.dispose()


def marks(connection: Connection) -> list[int]:
    with connection.begin():
        return list(connection.execute(text("SELECT id FROM marks ORDER BY id")).scalars())


def test_all_are_answered_where_the_block_ends(connection: Connection) -> None:
    """Each by its own cursor, and all of it is part of the transaction."""
    with connection.begin() as transaction:
        with in_one_trip(connection) as ask:
            changed = ask("UPDATE marks SET id = id + 10 WHERE id = %s", (1,))
            found = ask("SELECT id FROM marks ORDER BY id", ())
            ask("INSERT INTO marks VALUES (%s)", (3,))
        assert (changed.rowcount, found.fetchall()) == (1, [(2,), (11,)])
        transaction.rollback()
    assert marks(connection) == [1, 2]


def test_a_fault_ends_it_and_what_came_before_is_answered(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """The driver's fault is raised as SQLAlchemy's, and nobody is warned of it; nothing behind it is carried out, and
    the connection goes on."""
    answered: list[int] = []

    def break_a_rule() -> None:
        with connection.begin():
            try:
                with in_one_trip(connection) as ask:
                    removed = ask("DELETE FROM marks WHERE id = %s", (1,))
                    ask("INSERT INTO marks VALUES (%s)", (2,))
                    ask("INSERT INTO marks VALUES (%s)", (4,))
            finally:
                answered.append(removed.rowcount)

    with pytest.raises(exc.IntegrityError) as fault:
        break_a_rule()
    assert "marks_pkey" in str(fault.value.orig)
    assert (answered, marks(connection), caplog.records) == ([1], [1, 2], [])


class Driver:
    """Stands for psycopg's connection where the second statement fails before the third is asked."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    @property
    def connection(self) -> "Driver":
        return self

    driver_connection = connection
    dialect = None

    def pipeline(self) -> AbstractContextManager[None]:
        return nullcontext()

    def cursor(self) -> "Driver":
        return self

    def execute(self, statement: str, _values: object) -> None:
        self.sent.append(statement)
        if statement == "second":
            raise psycopg.errors.UniqueViolation
        if statement == "third":
            raise psycopg.errors.PipelineAborted


def test_nothing_is_sent_behind_a_fault() -> None:
    """What comes of that would hide the fault."""
    driver = Driver()
    with pytest.raises(exc.IntegrityError), in_one_trip(cast(Connection, driver)) as ask:
        _ = [ask(statement, ()) for statement in ("first", "second", "third")]
    assert driver.sent == ["first", "second"]


def test_a_server_that_goes_away_is_said_as_elsewhere(connection: Connection) -> None:
    """The fault is one that means `try again`."""

    def be_cut_off() -> None:
        with connection.begin(), in_one_trip(connection) as ask:
            ask("SELECT pg_terminate_backend(pg_backend_pid())", ())
            ask("SELECT 1", ())

    with pytest.raises(exc.OperationalError):
        be_cut_off()
