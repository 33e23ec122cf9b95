"""Committing a group to the database."""

from collections.abc import Sequence

from server.campaigns.append import Raced, append_all, append_unmoved
from server.campaigns.writes import Write
from server.kernel.database import Database


class DatabaseLog:
    """The log of `campaigns/tables.py`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, writes: Sequence[Write]) -> set[str]:
        """One transaction; a second one where another process was faster. Raises Unavailable, IntegrityError, …"""
        try:
            async with self._database.write() as connection:
                return await connection.run_sync(append_all, writes)
        except Raced:
            async with self._database.write() as connection:
                return await connection.run_sync(append_unmoved, writes)
