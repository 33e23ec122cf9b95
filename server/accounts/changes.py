"""A transaction that may end credentials or change rights: that is written with it, and announced after the commit.

Most of them are on the loop. What has to be quick is made in one stroke, in a thread: whatever it calls takes a plain
connection and awaits nothing. A change on the loop can have such a stroke done as a part of itself, so that there is
one way to sign in, whoever asks for it.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.revocations import revoke_in, revoke_now, rights_of
from server.accounts.service import Accounts

Result = TypeVar("Result")


@dataclass(slots=True)
class Stroke:
    """`connection` is the transaction, in whatever thread that is; `end` takes ids of sessions and of tokens."""

    connection: Connection
    ended: list[str] = field(default_factory=list)

    def end(self, subjects: Iterable[str]) -> None:
        self.ended += subjects


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

    async def in_one(self, work: Callable[[Stroke], Result]) -> Result:
        """Have `work` done as a part of this transaction."""
        return await self.connection.run_sync(lambda connection: work(Stroke(connection, self.ended)))


@contextlib.asynccontextmanager
async def changing(accounts: Accounts) -> AsyncIterator[Change]:
    """One transaction, committed when the block ends without an error. Raises Unavailable."""
    async with accounts.kernel.database.write() as connection:
        change = Change(connection)
        yield change
        await revoke_in(connection, change.ended, accounts.kernel.clock.now())
    _announce(accounts, change.ended)


async def change_in_one(accounts: Accounts, work: Callable[[Stroke], Result]) -> Result:
    """One transaction, committed when `work` returns: done in one hop to a thread. Raises Unavailable."""

    def whole(connection: Connection) -> tuple[Result, list[str]]:
        stroke = Stroke(connection)
        result = work(stroke)
        revoke_now(connection, stroke.ended, accounts.kernel.clock.now())
        return result, stroke.ended

    result, ended = await accounts.kernel.database.write_aside(whole)
    _announce(accounts, ended)
    return result


def _announce(accounts: Accounts, ended: Iterable[str]) -> None:
    for subject in ended:
        accounts.verified.forget(subject)
        accounts.revocations.announce(subject)
