"""Appending: one chain, whoever writes, and nothing of what was not committed."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from typing import get_args

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.accounts.audit.chain import Entry
from server.accounts.audit.events import MEANINGS, AuditEvent, EventName
from server.accounts.audit.store import TableAudit, append, read_page
from server.accounts.audit.verifying import Known, verify
from server.app import Services
from server.kernel import schema
from server.kernel.clock import ManualClock
from server.kernel.database import Database, open_database
from server.kernel.errors import Unavailable
from tests.accounts.audit.appender import HANDS, append_many
from tests.accounts.audit.test_chain import AT
from tests.fixtures.process import PATIENCE_S, ROOT

COUNT = 12
WRITTEN = HANDS * COUNT * 3 // 2
"""Entries of one process: every second transaction has two."""


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def audit() -> TableAudit:
    return TableAudit(ManualClock(), lambda count: b"s" * count)


async def write(database: Database, audit: TableAudit, *names: EventName) -> None:
    """Each in a transaction of its own."""
    for name in names:
        async with database.write() as connection:
            await audit.write(connection, AuditEvent(name, "u1", "user:u1", address="192.0.2.7", details={"n": 1}))


def test_every_name_has_a_meaning() -> None:
    """What can be written is documented, and nothing else is."""
    assert set(get_args(EventName)) == set(MEANINGS)
    assert all(len(name) <= 64 for name in MEANINGS)


async def test_an_empty_log_is_as_written(database: Database) -> None:
    """There is nothing to find fault with."""
    verdict = await verify(database)
    assert (verdict.entries, verdict.fault) == (0, None)


async def test_entries_follow_each_other(database: Database, audit: TableAudit) -> None:
    """Numbered from one without a gap, and verified as they come back from the database."""
    await write(database, audit, "user_created", "user_updated", "user_deleted")
    async with database.read() as connection:
        assert [entry.seq for entry in await read_page(connection, 0, 10)] == [1, 2, 3]
    assert (await verify(database)).entries == 3
    assert (await verify(database)).fault is None


async def test_what_is_rolled_back_was_not_written(database: Database, audit: TableAudit) -> None:
    """Neither the entry nor its number stays, also for the next user of the same connection."""
    with contextlib.suppress(LookupError):
        async with database.write() as connection:
            await audit.write(connection, AuditEvent("user_created", "u1"))
            raise LookupError
    await write(database, audit, "user_updated")
    async with database.read() as connection:
        assert [(entry.seq, entry.name) for entry in await read_page(connection, 0, 10)] == [(1, "user_updated")]


async def test_two_processes_and_two_connections_write_one_chain(database_url: str, database: Database) -> None:
    """Two other processes and this one append at once, several transactions each: one chain, no gap, nothing lost."""
    module = ("-m", "tests.accounts.audit.appender", database_url)
    start = asyncio.create_subprocess_exec
    others = [await start(sys.executable, *module, who, str(COUNT), cwd=ROOT) for who in ("a", "b")]
    await append_many(database, "c", COUNT)
    async with asyncio.timeout(PATIENCE_S):
        assert [await other.wait() for other in others] == [0, 0]
    verdict = await verify(database)
    assert (verdict.entries, verdict.fault) == (3 * WRITTEN, None)


async def test_the_lock_waits_for_nobody(server_database_url: str, audit: TableAudit) -> None:
    """Two transactions that audit first and then want each other's rows in the same order do not deadlock.

    One holds a row and audits while the other, which has audited already, waits for that row: were the chain's lock
    taken when the event is handed in, each would wait for the other.
    """
    database = open_database(server_database_url)
    await schema.upgrade(database)
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER)"))
        await connection.execute(text("INSERT INTO things VALUES (1, 0)"))
    touch = text("UPDATE things SET n = n + 1 WHERE id = 1")
    holds = asyncio.Event()

    async def first() -> None:
        async with database.write() as connection:
            await connection.execute(touch)
            holds.set()
            await asyncio.wait_for(has_audited.wait(), PATIENCE_S)
            await audit.write(connection, AuditEvent("user_updated", "first"))

    async def second() -> None:
        await asyncio.wait_for(holds.wait(), PATIENCE_S)
        async with database.write() as connection:
            await audit.write(connection, AuditEvent("user_updated", "second"))
            has_audited.set()
            await connection.execute(touch)

    has_audited = asyncio.Event()
    await asyncio.gather(first(), second())
    async with database.read() as connection:
        assert [entry.who for entry in await read_page(connection, 0, 10)] == ["first", "second"]
    await database.close()


async def test_an_open_transaction_that_has_audited_holds_up_nobody(
    server_database_url: str, audit: TableAudit
) -> None:
    """While one that has handed in its event works on, another one commits its own."""
    database = open_database(server_database_url)
    await schema.upgrade(database)
    async with database.write() as slow:
        await audit.write(slow, AuditEvent("user_updated", "slow"))
        await write(database, audit, "user_created")
    async with database.read() as connection:
        assert [entry.name for entry in await read_page(connection, 0, 10)] == ["user_created", "user_updated"]
    await database.close()


async def test_who_froze_with_the_lock_in_hand_is_ended(server_database_url: str, audit: TableAudit) -> None:
    """PostgreSQL ends a transaction that was left at the lock, before the deadline of whoever waits behind it."""
    database, frozen = open_database(server_database_url), open_database(server_database_url)
    await schema.upgrade(database)
    with contextlib.suppress(DBAPIError, Unavailable):
        async with frozen.write() as connection:
            await connection.run_sync(append, [Entry(0, AT, "user_updated", "frozen", None, "success", None, None, {})])
            await write(database, audit, "user_created")
            await connection.execute(text("SELECT 1"))
    async with database.read() as connection:
        assert [entry.who for entry in await read_page(connection, 0, 10)] == ["u1"]
    for each in (database, frozen):
        await each.close()


async def test_a_noted_entry_must_still_be_there(database: Database, audit: TableAudit) -> None:
    """Who rewrites the log from the first entry on is found out by a note that was kept elsewhere."""
    await write(database, audit, "user_created", "user_updated")
    async with database.read() as connection:
        second = (await read_page(connection, 1, 1))[0]
    assert (await verify(database, Known(2, second.hash))).fault is None
    assert (await verify(database, Known(2, bytes(32)))).fault == "entry 2 is not the one that was noted down"
    assert (await verify(database, Known(3, second.hash))).fault == "entry 3, which was noted down, is missing"


async def test_what_people_do_is_chained(services: Services, audit: TableAudit) -> None:
    """The server's own log is this one."""
    await write(services.kernel.database, audit, "user_created")
    assert isinstance(services.accounts.audit, TableAudit)
    assert (await verify(services.kernel.database)).entries == 1


def test_every_name_is_written_by_somebody() -> None:
    """The list in SECURITY.md promises nothing that no code writes."""
    sources = [
        path for path in (ROOT / "server").rglob("*.py") if path.name != "events.py" and "contract" not in path.parts
    ]
    whole = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert [name for name in MEANINGS if f'"{name}"' not in whole] == []
