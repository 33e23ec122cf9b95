"""Ending one's devices. A device that was left open, or a stolen access token, does not sign its owner out elsewhere:
whoever did not sign in a moment ago is asked for the password once more (ASVS 7.5.2)."""

from server.accounts.caller import Asker
from server.accounts.changes import changing
from server.accounts.people.holder import prove_recent
from server.accounts.service import Accounts
from server.accounts.sessions import store
from server.accounts.sessions.actions import end_all_in, end_in
from server.kernel.errors import NotFound
from server.kernel.ids import is_id


async def end_device(accounts: Accounts, by: Asker, session_id: str, password: str | None) -> None:
    """Sign one device out; the one that asks needs no password. Raises NotFound for what is not one's own, and what
    `prove_recent` raises."""
    principal = by.principal
    if session_id != principal.session_id:
        await prove_recent(accounts, principal, password)
    if not is_id(session_id):
        raise NotFound
    async with changing(accounts) as change:
        if await store.owner_of(change.connection, session_id) != principal.id:
            raise NotFound
        await end_in(accounts, change, session_id, "ended", by)


async def end_all_devices(accounts: Accounts, by: Asker, password: str | None) -> None:
    """Sign every device out, this one too. Raises what `prove_recent` raises."""
    await prove_recent(accounts, by.principal, password)
    async with changing(accounts) as change:
        await end_all_in(accounts, change, by.principal.id, "ended", by)
