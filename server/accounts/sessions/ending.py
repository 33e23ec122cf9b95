"""Ending one's devices. A device that was left open, or a stolen access token, does not sign its owner out elsewhere:
whoever did not sign in a moment ago is asked for the password once more (ASVS 7.5.2)."""

from server.accounts.changes import changing
from server.accounts.people.actions import prove_password, read_me
from server.accounts.principal import Principal
from server.accounts.service import Accounts
from server.accounts.sessions import store
from server.accounts.sessions.actions import end_all_in, end_in
from server.kernel.errors import NotFound, Reauthenticate
from server.kernel.ids import is_id
from server.kernel.limits import RECENT_SIGN_IN_S


async def end_device(accounts: Accounts, principal: Principal, session_id: str, password: str | None) -> None:
    """Sign one device out; the one that asks needs no password. Raises NotFound for what is not one's own, and what
    `check_recent` raises."""
    if session_id != principal.session_id:
        await check_recent(accounts, principal, password)
    if not is_id(session_id):
        raise NotFound
    async with changing(accounts) as change:
        if await store.owner_of(change.connection, session_id) != principal.id:
            raise NotFound
        await end_in(accounts, change, session_id, "ended", principal.id)


async def end_all_devices(accounts: Accounts, principal: Principal, password: str | None) -> None:
    """Sign every device out, this one too. Raises what `check_recent` raises."""
    await check_recent(accounts, principal, password)
    async with changing(accounts) as change:
        await end_all_in(accounts, change, principal.id, "ended")


async def check_recent(accounts: Accounts, principal: Principal, password: str | None) -> None:
    """Whether this device signed in within RECENT_SIGN_IN_S, or else the password. Raises Reauthenticate where none
    was sent, PasswordMissing where there is none, Forbidden where it is wrong, TooMany."""
    async with accounts.kernel.database.read() as connection:
        began = await store.began_at(connection, principal.session_id or "")
    now = accounts.kernel.clock.now()
    if began is not None and (now - began).total_seconds() < RECENT_SIGN_IN_S:
        return
    if password is None and (await read_me(accounts, principal)).password_hash is not None:
        raise Reauthenticate
    await prove_password(accounts, principal, password)
