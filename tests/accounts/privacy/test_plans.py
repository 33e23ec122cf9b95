"""What a person left behind is found by indices: no table is read as a whole for one of its people.

But for the log of campaigns: an index of who did what costs each command a third more of its writing (ADR 17).
"""

from typing import Any

import pytest
from sqlalchemy import Select, select, text

from server.accounts.audit.tables import AuditRow
from server.accounts.privacy import holdings
from server.accounts.privacy.erasing import addresses_of
from server.accounts.privacy.holding import Holding
from server.app import Services
from server.campaigns import belongings

SOMEBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
READ_WHOLE = {"events", "provider_starts"}
"""The log, and what is forgotten after ten minutes anyway."""
HOLDINGS = [each for each in (*holdings.HOLDINGS, *belongings.HOLDINGS) if each.table.name not in READ_WHOLE]


async def scanned(services: Services, query: Select[Any]) -> list[str]:
    """The steps of the database's plan that read a whole table, where it has another choice."""
    database = services.kernel.database
    compiled = query.compile(database.engine.sync_engine, compile_kwargs={"literal_binds": True})
    async with database.read() as connection:
        if database.engine.dialect.name == "sqlite":
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
            return [row.detail for row in rows if row.detail.startswith("SCAN")]
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = await connection.exec_driver_sql(f"EXPLAIN {compiled}".replace("%", "%%"))
        return [row[0] for row in rows if "Seq Scan" in row[0]]


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda each: each.table.name)
async def test_what_is_exported_is_found_by_an_index(services: Services, holding: Holding) -> None:
    """Each of their rows, in whatever table."""
    assert await scanned(services, holding.table.select().where(holding.belongs(SOMEBODY))) == []


async def test_addresses_of_the_audit_log_are_found_by_indices(services: Services) -> None:
    """By who it was, to whom it was done, and in which of their sign-ins."""
    for theirs in addresses_of(SOMEBODY):
        assert await scanned(services, select(AuditRow.seq).where(theirs)) == []
