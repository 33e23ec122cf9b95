"""From somebody who asks to somebody with a role: every judgement on a campaign begins here."""

from dataclasses import replace

from server.accounts.members import store
from server.accounts.members.standing import Standing
from server.accounts.principal import Principal
from server.accounts.revocations import rights_of
from server.accounts.roles.guard import CHANGED, has
from server.accounts.rules import Thing, Verb, allow
from server.accounts.service import Accounts


async def seat(accounts: Accounts, principal: Principal, campaign_id: str) -> Principal:
    """The asker as they are in that campaign now. Only users have a role there to look up. Raises Unavailable.

    Who administers campaigns on this server is an owner in every one.
    """
    if principal.kind != "user":
        return principal
    standing = accounts.standings.get(principal.id, campaign_id) or await _look(accounts, principal.id, campaign_id)
    role = "owner" if await owns_all(accounts, principal) else standing.role
    return replace(principal, campaign_id=campaign_id, role=role, character_ids=standing.character_ids)


async def _look(accounts: Accounts, user_id: str, campaign_id: str) -> Standing:
    changes = accounts.standings.changes
    async with accounts.kernel.database.read() as connection:
        standing = await store.find_standing(connection, campaign_id, user_id)
    accounts.standings.put(user_id, campaign_id, standing, changes)
    return standing


async def owns_all(accounts: Accounts, principal: Principal) -> bool:
    """Whether this credential is an owner in every campaign. Raises Unavailable."""
    return await has(accounts, principal, "campaigns.administer")


async def admit(accounts: Accounts, principal: Principal, verb: Verb, campaign: Thing) -> Principal:
    """The asker with their role there, if they may. Raises what `allow` raises, and Unavailable."""
    seated = await seat(accounts, principal, campaign.campaign_id)
    allow(seated, verb, campaign)
    return seated


def news_about(seated: Principal) -> tuple[str, str]:
    """The subjects whose announcement says that a seated user may be something else by now."""
    return rights_of(seated.id), CHANGED


def is_current(accounts: Accounts, seated: Principal) -> bool:
    """Whether a seated user is still what was remembered of them last; False where nothing is."""
    known = accounts.standings.get(seated.id, seated.campaign_id or "")
    return known == Standing(seated.role, seated.character_ids)
