"""From somebody who asks to somebody with a role: every judgement on a campaign begins here."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.members import store
from server.accounts.members.standing import Standing
from server.accounts.principal import Principal
from server.accounts.revocations import rights_of
from server.accounts.roles.guard import granted, granted_in, refuse_unenrolled, still_in
from server.accounts.roles.rules import OWNS_ALL
from server.accounts.rules import Thing, Verb, allow
from server.accounts.service import Accounts
from server.accounts.sessions.access import refusal
from server.accounts.tokens import store as tokens


async def seat(accounts: Accounts, principal: Principal, campaign_id: str) -> Principal:
    """The asker as they are in that campaign now. Only users have a role there to look up. Raises Unavailable.

    Who administers campaigns on this server is an owner in every one. Raises SecondFactorNeeded for who may nothing
    before they have one.
    """
    if principal.kind != "user":
        return principal
    turn = accounts.news.turn  # before looking: what is heard meanwhile may not be in it
    standing = accounts.standings.get(principal.id, campaign_id) or await _look(accounts, principal.id, campaign_id)
    found = await granted(accounts, principal)
    refuse_unenrolled(principal, found)
    role = "owner" if OWNS_ALL in found.permissions else standing.role
    return replace(principal, campaign_id=campaign_id, role=role, character_ids=standing.character_ids, judged=turn)


async def _look(accounts: Accounts, user_id: str, campaign_id: str) -> Standing:
    changes = accounts.standings.changes
    async with accounts.kernel.database.read() as connection:
        standing = await store.find_standing(connection, campaign_id, user_id)
    accounts.standings.put(user_id, campaign_id, standing, changes)
    return standing


async def admit(accounts: Accounts, principal: Principal, verb: Verb, campaign: Thing) -> Principal:
    """The asker with their role there, if they may. Raises what `allow` raises, and Unavailable."""
    seated = await seat(accounts, principal, campaign.campaign_id)
    allow(seated, verb, campaign)
    return seated


async def admit_in(
    accounts: Accounts, connection: AsyncConnection, principal: Principal, verb: Verb, campaign: Thing
) -> Principal:
    """The same inside the transaction that makes use of it, freshly read: what is remembered may be older than a
    change that another process made. Until it ends nobody else changes who owns the campaign.

    Raises Unauthenticated too, for who may not act at all any more.
    """
    await still_in(connection, principal)
    await store.lock_owners(connection, campaign.campaign_id)
    if principal.kind == "campaign_token":
        if not await tokens.is_living(connection, principal.id, accounts.kernel.clock.now()):
            raise refusal()
    elif principal.kind == "user":
        standing = await store.find_standing(connection, campaign.campaign_id, principal.id)
        found = await granted_in(accounts, connection, principal.id)
        refuse_unenrolled(principal, found)
        role = "owner" if OWNS_ALL in found.permissions else standing.role
        principal = replace(
            principal, campaign_id=campaign.campaign_id, role=role, character_ids=standing.character_ids
        )
    allow(principal, verb, campaign)
    return principal


def subjects_of(principal: Principal) -> frozenset[str]:
    """All whose announcement says that this credential may be worth something else by now, or nothing."""
    ended = principal.session_id or principal.id
    return frozenset((ended, rights_of(principal.id)) if principal.kind == "user" else (ended,))


def is_current(accounts: Accounts, seated: Principal) -> bool:
    """Whether a seated user is still what was remembered of them last; False where nothing is."""
    known = accounts.standings.get(seated.id, seated.campaign_id or "")
    return known == Standing(seated.role, seated.character_ids)
