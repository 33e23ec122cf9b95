"""One function per verb: read the log, export it, read a campaign's part of it."""

from collections.abc import AsyncIterator

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.reading import Told, Wanted, find_following, find_newest
from server.accounts.caller import Asker, Caller
from server.accounts.members.seating import admit
from server.accounts.principal import Principal
from server.accounts.roles.guard import require
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.accounts.throttle import By
from server.kernel.limits import AUDIT_PAGE


async def read_log(
    accounts: Accounts, principal: Principal, wanted: Wanted, before: int | None, limit: int
) -> list[Told]:
    """The newest first."""
    await require(accounts, principal, "audit.read")
    async with accounts.kernel.database.read() as connection:
        return await find_newest(connection, wanted, before, limit)


async def read_campaign(
    accounts: Accounts, principal: Principal, campaign: Thing, wanted: Wanted, before: int | None, limit: int
) -> list[Told]:
    """What happened to a campaign, its people and its tokens; the newest first."""
    await admit(accounts, principal, "see_audit", campaign)
    async with accounts.kernel.database.read() as connection:
        return await find_newest(connection, wanted, before, limit)


async def export(accounts: Accounts, principal: Principal, wanted: Wanted, caller: Caller) -> AsyncIterator[list[Told]]:
    """The oldest first, page after page; that it was taken is an entry of its own. No transaction stays open between
    two pages: whoever reads slowly holds nobody up. Raises Forbidden, TooMany."""
    await require(accounts, principal, "audit.read")
    await accounts.throttle.hit("export", By(principal.id))
    async with accounts.kernel.database.write() as connection:
        event = AuditEvent.by(Asker(principal, caller), "sensitive_read", "audit")
        await accounts.audit.write(connection, event)
    return _pages(accounts, wanted)


async def _pages(accounts: Accounts, wanted: Wanted) -> AsyncIterator[list[Told]]:
    after = 0
    while True:
        async with accounts.kernel.database.read() as connection:
            page = await find_following(connection, wanted, after, AUDIT_PAGE)
        if not page:
            return
        yield page
        after = page[-1].entry.seq
