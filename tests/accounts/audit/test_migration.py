"""What was written before there was a chain is taken into it, and comes back out of it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import text

from server.accounts.audit.verifying import verify
from server.kernel import schema
from server.kernel.database import Database, open_database

BEFORE = "0004"
ADD = text(
    "INSERT INTO audit_events (at, name, who, target, outcome, address, details)"
    " VALUES ('2026-11-01 20:00:00.000125+00', 'user_created', 'u1', 'user:u1', 'success', '192.0.2.7', '{}')"
)


@pytest_asyncio.fixture
async def old(empty_database_url: str) -> AsyncIterator[Database]:
    """A database as it was before, with a log of two entries of which one in between is missing."""
    opened = open_database(empty_database_url)
    await schema.upgrade(opened, BEFORE)
    async with opened.write() as connection:
        for _ in range(3):
            await connection.execute(ADD)
        await connection.execute(text("DELETE FROM audit_events WHERE seq = 2"))
    yield opened
    await opened.close()


async def test_old_entries_are_chained(old: Database) -> None:
    """They are numbered anew, and the log verifies from the first one on."""
    await schema.upgrade(old)
    verdict = await verify(old)
    assert (verdict.entries, verdict.fault) == (2, None)


async def test_the_way_back_keeps_the_entries(old: Database) -> None:
    """A downgrade leaves a log that grows as it did before."""
    await schema.upgrade(old)
    await schema.downgrade(old, BEFORE)
    async with old.write() as connection:
        await connection.execute(text("DELETE FROM audit_events WHERE seq = 1"))
        assert (await connection.execute(text("SELECT count(*) FROM audit_events"))).scalar_one() == 1
