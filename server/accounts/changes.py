"""A transaction that may end credentials or change rights: that is written with it, and announced after the commit."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.revocations import revoke_in, rights_of
from server.accounts.service import Accounts


@dataclass(slots=True)
class Change:
    """`connection` is the transaction; `end` takes ids of sessions and of campaigns' tokens."""

    connection: AsyncConnection
    ended: list[str] = field(default_factory=list)

    def end(self, subjects: Iterable[str]) -> None:
        self.ended += subjects

    def unsettle(self, user_ids: Iterable[str]) -> None:
        """What these people may do has changed: their sockets are seated anew, in every process."""
        self.ended += [rights_of(user_id) for user_id in user_ids]


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
