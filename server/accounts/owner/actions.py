"""One function per verb: make the link, see whether one is needed, make the owner's account with it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Caller
from server.accounts.changes import Change
from server.accounts.credential import OWNER_PREFIX, digest, has_shape, make_token
from server.accounts.owner import store
from server.accounts.people.actions import Registration, register
from server.accounts.people.store import User
from server.accounts.roles import store as roles
from server.accounts.roles.rules import ADMIN, ADMIN_ID
from server.accounts.service import Accounts
from server.accounts.sessions.opening import Opened
from server.accounts.sessions.store import KeptIn
from server.kernel.errors import Unauthenticated
from server.kernel.limits import OWNER_LINK_S

Adopt = Callable[[AsyncConnection, str], Awaitable[None]]
"""Takes a transaction and the owner's id: what waits for an owner is theirs. Campaigns live above accounts."""


async def needs_owner(accounts: Accounts) -> bool:
    """Whether nobody has the role `admin`."""
    async with accounts.kernel.database.read() as connection:
        return await roles.count_admins(connection) == 0


async def make_link(accounts: Accounts) -> str:
    """A token for a link to the panel: good once, for OWNER_LINK_S, and until the next one is made."""
    now = accounts.kernel.clock.now()
    text = make_token(OWNER_PREFIX, accounts.kernel.entropy)
    async with accounts.kernel.database.write() as connection:
        until = now + timedelta(seconds=OWNER_LINK_S)
        await store.put_link(connection, accounts.kernel.new_id(), digest(text), now, until)
    return text


async def become_owner(
    accounts: Accounts, text: str, new: Registration, caller: Caller, kept_in: KeptIn, adopt: Adopt
) -> Opened:
    """Sign up as an admin. Raises Unauthenticated, the second time too, and what signing up raises."""
    wanted = digest(text)
    if not has_shape(text) or not text.startswith(OWNER_PREFIX) or not await _is_good(accounts, wanted):
        raise _refusal()

    async def also(change: Change, user: User) -> None:
        now = accounts.kernel.clock.now()
        if not await store.use_link(change.connection, wanted, now):
            raise _refusal()
        await roles.give(change.connection, user.id, ADMIN_ID, now)
        change.unsettle([user.id])
        await adopt(change.connection, user.id)
        target, given = f"user:{user.id}", {"added": [ADMIN]}
        event = AuditEvent("privilege_permissions_changed", user.id, target, address=caller.address, details=given)
        await accounts.audit.write(change.connection, event)

    return await register(accounts, new, caller, kept_in, also)


async def _is_good(accounts: Accounts, wanted: bytes) -> bool:
    """Asked before a password is hashed: that costs too much to do it for anybody's guess."""
    async with accounts.kernel.database.read() as connection:
        return await store.is_good(connection, wanted, accounts.kernel.clock.now())


def _refusal() -> Unauthenticated:
    return Unauthenticated("This link was used or is too old; make a new one with `tablecast owner-link`")
