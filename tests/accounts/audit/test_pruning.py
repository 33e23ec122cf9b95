"""Retention: what is old goes, what is kept verifies."""

from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.pruning import Pruned, Pruning
from server.accounts.audit.store import TableAudit, read_page
from server.accounts.audit.tables import AuditRow
from server.accounts.audit.verifying import verify
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.database import Database
from server.kernel.limits import AUDIT_PAGE

KEEP, KEEP_ADDRESSES = timedelta(days=400), timedelta(days=90)
DAY_S = 86_400.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest_asyncio.fixture
async def pruning(services: Services, clock: ManualClock) -> Pruning:
    database = services.kernel.database
    return Pruning(database, TableAudit(clock, lambda count: b"s" * count), clock)


async def write(pruning: Pruning, count: int = 1) -> None:
    """Entries of this moment, in one transaction."""
    async with pruning.database.write() as connection:
        for _ in range(count):
            await pruning.audit.write(connection, AuditEvent("user_updated", "u1", address="192.0.2.7"))


async def addresses(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.count(AuditRow.address_salt)))).scalar_one())


async def test_nothing_old_is_nothing_to_do(pruning: Pruning) -> None:
    """No entry says that nothing happened."""
    await write(pruning, 2)
    assert await pruning.prune(KEEP, KEEP_ADDRESSES) == Pruned(0, 0)
    assert (await verify(pruning.database)).entries == 2


async def test_addresses_go_first(pruning: Pruning, clock: ManualClock) -> None:
    """After ninety days, with their salts; the entries stay, and the log says how many."""
    await write(pruning, 3)
    clock.advance(91 * DAY_S)
    await write(pruning)
    assert await pruning.prune(KEEP, KEEP_ADDRESSES) == Pruned(3, 0)
    assert await addresses(pruning.database) == 1
    verdict = await verify(pruning.database)
    assert (verdict.entries, verdict.fault) == (5, None)
    assert await pruning.prune(KEEP, KEEP_ADDRESSES) == Pruned(0, 0)


async def test_entries_go_later(pruning: Pruning, clock: ManualClock) -> None:
    """After four hundred days; the log begins later, says so, and verifies."""
    await write(pruning, 3)
    clock.advance(401 * DAY_S)
    await write(pruning, 2)
    assert await pruning.prune(KEEP, KEEP_ADDRESSES) == Pruned(3, 3)
    async with pruning.database.read() as connection:
        entries = await read_page(connection, 0, 10)
    assert [entry.seq for entry in entries] == [4, 5, 6, 7]
    assert (entries[-1].name, entries[-1].details["through"]) == ("audit_pruned", 3)
    assert (await verify(pruning.database)).fault is None


async def test_a_log_that_is_old_altogether_is_pruned_altogether(pruning: Pruning, clock: ManualClock) -> None:
    """What is left says that it was."""
    await write(pruning, AUDIT_PAGE + 5)
    clock.advance(500 * DAY_S)
    assert (await pruning.prune(KEEP, timedelta(days=600))).entries == AUDIT_PAGE + 5
    verdict = await verify(pruning.database)
    assert (verdict.entries, verdict.fault) == (1, None)


async def test_it_prunes_again_and_again(pruning: Pruning, clock: ManualClock) -> None:
    """The newest such entry speaks for the beginning, also when the one before it was pruned itself."""
    for _ in range(3):
        await write(pruning, 2)
        clock.advance(401 * DAY_S)
        await pruning.prune(KEEP, KEEP_ADDRESSES)
        assert (await verify(pruning.database)).fault is None


async def test_what_a_dead_prune_left_is_deleted_by_the_next(pruning: Pruning, clock: ManualClock) -> None:
    """Between saying where the log begins and deleting what lies before it, nothing is wrong."""
    await write(pruning, 3)
    clock.advance(401 * DAY_S)
    await pruning._begin_later(clock.now() - KEEP)
    assert (await verify(pruning.database)).fault is None
    assert (await pruning.prune(KEEP, KEEP_ADDRESSES)).entries == 3
