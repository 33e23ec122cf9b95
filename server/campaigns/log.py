"""Committing a group to the database."""

from collections.abc import Sequence

from server.campaigns.append import Raced, append_all, append_unmoved
from server.campaigns.claims import Check
from server.campaigns.writes import Write
from server.kernel.database import Database


class DatabaseLog:
    """The log of `campaigns/tables.py`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, writes: Sequence[Write]) -> set[str]:
        """One transaction; a second one where another process was faster, or took somebody's right.

        Raises Unavailable, IntegrityError, …
        """
        check = Check(writes)
        doubted = check.in_doubt()
        sure = [write for write in writes if write.campaign_id not in doubted]
        lost = await self._append(sure, check) if sure else set()
        check.hear()
        return doubted | lost

    async def _append(self, writes: Sequence[Write], check: Check) -> set[str]:
        try:
            return await self._database.write_in_one(lambda connection: append_all(connection, writes, check))
        except Raced:
            return await self._database.write_in_one(lambda connection: append_unmoved(connection, writes, check))
