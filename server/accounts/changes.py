"""A transaction that may end credentials: what it ends is written with it, and announced once it is committed."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.revocations import revoke_in
from server.accounts.service import Accounts


@dataclass(slots=True)
class Change:
    """`connection` is the transaction; `end` takes ids of sessions and of campaigns' tokens."""

    connection: AsyncConnection
    ended: list[str] = field(default_factory=list)

    def end(self, subjects: Iterable[str]) -> None:
        self.ended += subjects


@contextlib.asynccontextmanager
async def changing(accounts: Accounts) -> AsyncIterator[Change]:
    """One transaction, committed when the block ends without an error. Raises Unavailable."""
    async with accounts.kernel.database.write() as connection:
        change = Change(connection)
        yield change
        await revoke_in(connection, change.ended, accounts.kernel.clock.now())
    for subject in change.ended:
        accounts.verified.forget(subject)
        accounts.revocations.announce(subject)
