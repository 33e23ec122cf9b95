"""A process that appends to the audit log of a database: `python -m tests.accounts.audit.appender URL WHO COUNT`."""

import asyncio
import secrets
import sys

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.store import TableAudit
from server.kernel.clock import SystemClock
from server.kernel.database import Database, open_database

HANDS = 4
"""Transactions that one process has open beside each other."""


async def append_many(database: Database, who: str, count: int) -> None:
    """`count` transactions from each of HANDS hands, some with two events; WHO counts up."""
    audit = TableAudit(SystemClock(), secrets.token_bytes)

    async def hand(number: int) -> None:
        for turn in range(count):
            async with database.write() as connection:
                for _ in range(1 + turn % 2):
                    event = AuditEvent("user_updated", f"{who}-{number}", "user:u1", address="192.0.2.1")
                    await audit.write(connection, event)

    await asyncio.gather(*(hand(number) for number in range(HANDS)))


async def main(url: str, who: str, count: int) -> None:
    database = open_database(url)
    await append_many(database, who, count)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
