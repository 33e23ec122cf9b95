"""For tests of two who want the same at the same moment."""

import asyncio

from sqlalchemy import text

from server.app import Services

_WAITING = text("SELECT 1 FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0 LIMIT 1")


async def somebody_waits(services: Services) -> None:
    """Until a transaction waits for another one's lock; on SQLite one waits for the other's end anyway."""
    async with asyncio.timeout(10):
        while not services.kernel.database.is_sqlite:
            async with services.kernel.database.read() as connection:
                if (await connection.execute(_WAITING)).scalar_one_or_none():
                    return
