"""The guard of everything that needs a permission: looked up at each action, never taken from a token."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final, NoReturn

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.principal import Principal
from server.accounts.roles import store
from server.accounts.roles.rules import Granted, Permission, without_second_factor
from server.accounts.second_factor.store import is_on
from server.accounts.service import Accounts
from server.accounts.sessions.access import refusal
from server.kernel.errors import About, Conflict, Forbidden, SecondFactorNeeded, Unauthenticated

CHANGED: Final = "grants:all"
"""The subject of the revocation that says: what a role allows has changed, read again what people have been granted.

Whose standing at a table changes with it is announced by name: sockets don't listen to this one."""
NOTHING: Final = Granted((), frozenset())


async def granted(accounts: Accounts, principal: Principal) -> Granted:
    """What this credential may do on the whole server. Raises Unavailable."""
    if principal.kind == "server_admin":
        async with accounts.kernel.database.read() as connection:
            return Granted((), await store.everything(connection))
    if principal.kind != "user":
        return NOTHING
    if (known := accounts.grants.get(principal.id)) is not None:
        return known
    turn = accounts.grants.turn
    async with accounts.kernel.database.read() as connection:
        found = await granted_in(accounts, connection, principal.id)
    if not found.must_enrol:  # else whoever has just enrolled at another process would wait for its news
        accounts.grants.put(principal.id, found, turn)
    return found


async def granted_in(accounts: Accounts, connection: AsyncConnection, user_id: str) -> Granted:
    """What somebody may make use of. What their roles allow, whoever looks at them, is `store.granted_to`."""
    found = await store.granted_to(connection, user_id)
    limited = without_second_factor(found, accounts.kernel.settings.second_factor)
    if not limited.withheld and not limited.must_enrol:
        return found
    return found if await is_on(connection, user_id) else limited


async def check_enrolled(accounts: Accounts, principal: Principal) -> None:
    """Where everyone needs a second factor, a person without one may nothing but switch one on. Raises
    SecondFactorNeeded, Unavailable."""
    if principal.kind == "user" and accounts.kernel.settings.second_factor == "everyone":
        refuse_unenrolled(principal, await granted(accounts, principal))


def refuse_unenrolled(principal: Principal, found: Granted) -> None:
    """The same where what they have been granted is at hand. Raises SecondFactorNeeded."""
    if found.must_enrol:
        raise SecondFactorNeeded(
            "Switch on a second factor for your account first: this server asks everyone for one",
            about=About(principal.id, "second_factor"),
        )


async def has(accounts: Accounts, principal: Principal, permission: Permission) -> bool:
    """Whether it may, at this moment. Raises Unavailable."""
    if principal.kind == "server_admin":
        return True
    return permission in (await granted(accounts, principal)).permissions


def _refuse(principal: Principal, found: Granted, permission: Permission) -> NoReturn:
    about = About(principal.id, permission)
    if permission in found.withheld:
        raise SecondFactorNeeded(about=about)
    raise Forbidden(f"This needs the permission {permission}", about=about)


async def require(accounts: Accounts, principal: Principal, permission: Permission) -> None:
    """Raises Unauthenticated for nobody, Forbidden for whoever may not, Unavailable."""
    if await has(accounts, principal, permission):
        return
    if principal.kind == "anonymous":
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    _refuse(principal, await granted(accounts, principal), permission)


async def require_in(
    accounts: Accounts, connection: AsyncConnection, principal: Principal, permission: Permission
) -> Granted:
    """The same inside a transaction that changes who has what: freshly read, and nobody else changes it meanwhile.

    What they have, for `check_holds`. Raises Forbidden where it was taken a moment ago.
    """
    await store.lock(connection)
    if principal.kind == "server_admin":
        return Granted((), await store.everything(connection))
    await _check_acts(connection, principal)
    found = await granted_in(accounts, connection, principal.id)
    if permission not in found.permissions:
        _refuse(principal, found, permission)
    return found


async def still_in(connection: AsyncConnection, principal: Principal) -> None:
    """Inside a transaction: a person is there, not disabled and signed in, and remains so until it ends.

    Every lock on who may do what is taken after this one. Raises Unauthenticated.
    """
    await store.lock(connection, shared=True)
    await _check_acts(connection, principal)


async def _check_acts(connection: AsyncConnection, principal: Principal) -> None:
    if principal.kind == "user" and not await store.may_act(connection, principal.id, principal.session_id):
        raise refusal()


@contextlib.asynccontextmanager
async def keeping_an_admin(connection: AsyncConnection) -> AsyncIterator[None]:
    """What happens in this block leaves a server that has an admin with one. Raises Conflict, which undoes it."""
    await store.lock(connection)
    before = await store.count_admins(connection)
    yield
    if before and not await store.count_admins(connection):
        raise Conflict("This is the last admin; give somebody else that role first")
