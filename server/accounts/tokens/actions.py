"""One function per verb: make, list, rotate and revoke a campaign's tokens, sign in by a link."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.caller import NOBODY, Asker, Caller
from server.accounts.changes import changing
from server.accounts.credential import ONE_TIME_PREFIX, digest, has_shape, make_token
from server.accounts.links.proof import check_proved
from server.accounts.members.seating import admit, admit_in
from server.accounts.principal import Principal
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.accounts.sessions.access import refusal
from server.accounts.tokens import store
from server.accounts.tokens.minting import Maker, MintedToken, NewToken, end_in, maker_of, mint_in, replace_in
from server.accounts.tokens.store import StoredLink, StoredToken
from server.accounts.tokens.wire import SessionOut
from server.kernel.errors import Conflict, NotFound, Unauthenticated
from server.kernel.ids import is_id
from server.kernel.limits import SIGN_IN_LINK_S, SIGNED_IN_AT_ONCE, SIGNED_IN_S

SIGN_IN_NAME = "Sign-in link"
"""How tokens from sign-in links are listed."""


def session(principal: Principal) -> SessionOut:
    """What a page needs to know about the credential it holds. Raises Unauthenticated without one."""
    if principal.kind == "anonymous":
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    return SessionOut(kind=principal.kind, name=principal.name, campaign=principal.campaign_id, role=principal.role)


async def list_tokens(accounts: Accounts, principal: Principal, campaign: Thing) -> list[StoredToken]:
    await admit(accounts, principal, "manage_tokens", campaign)
    async with accounts.kernel.database.read() as connection:
        return await store.list_tokens(connection, campaign.campaign_id)


async def mint_token(
    accounts: Accounts, principal: Principal, campaign: Thing, new: NewToken, caller: Caller = NOBODY
) -> MintedToken:
    """Raises Conflict when the campaign has MAX_TOKENS living ones."""
    await admit(accounts, principal, "manage_tokens", campaign)
    await check_proved(accounts, principal)
    async with accounts.kernel.database.write() as connection:
        await admit_in(accounts, connection, principal, "manage_tokens", campaign)
        by = await maker_of(connection, Asker(principal, caller))
        return await mint_in(accounts, connection, campaign.campaign_id, new, by)


async def rotate_token(
    accounts: Accounts, principal: Principal, campaign: Thing, token_id: str, caller: Caller = NOBODY
) -> MintedToken:
    """Another token in its place; the old one stops working at once. Raises NotFound, Conflict for a dead one."""
    await admit(accounts, principal, "manage_tokens", campaign)
    await check_proved(accounts, principal)
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, "manage_tokens", campaign)
        old = await _find(change.connection, campaign, token_id)
        if not old.is_living(accounts.kernel.clock.now()):
            raise Conflict("This token has ended; make a new one")
        by = await maker_of(change.connection, Asker(principal, caller))
        return await replace_in(accounts, change, old, by)


async def revoke_token(
    accounts: Accounts, principal: Principal, campaign: Thing, token_id: str, caller: Caller = NOBODY
) -> None:
    """It stops working at once, and its live connections are told; a second time changes nothing. Raises NotFound."""
    await admit(accounts, principal, "manage_tokens", campaign)
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, "manage_tokens", campaign)
        token = await _find(change.connection, campaign, token_id)
        if token.revoked_at is None:
            await end_in(accounts, change, token, Maker.of(Asker(principal, caller)), "revoked")


async def _find(connection: AsyncConnection, campaign: Thing, token_id: str) -> StoredToken:
    token = await store.find_token(connection, campaign.campaign_id, token_id) if is_id(token_id) else None
    if token is None:
        raise NotFound
    return token


async def make_sign_in(accounts: Accounts, principal: Principal, campaign: Thing) -> str:
    """A one-time token for a link to the panel: good once, for SIGN_IN_LINK_S."""
    await admit(accounts, principal, "manage_tokens", campaign)
    await check_proved(accounts, principal)
    now = accounts.kernel.clock.now()
    text = make_token(ONE_TIME_PREFIX, accounts.kernel.entropy)
    until = now + timedelta(seconds=SIGN_IN_LINK_S)
    async with accounts.kernel.database.write() as connection:
        await admit_in(accounts, connection, principal, "manage_tokens", campaign)
        by = await maker_of(connection, Asker(principal, NOBODY))  # nothing is written down before it is used
        link = StoredLink(accounts.kernel.new_id(), campaign.campaign_id, digest(text), now, until, by.user_id)
        await store.add_one_time(connection, link)
    return text


async def sign_in(accounts: Accounts, text: str, caller: Caller = NOBODY) -> MintedToken:
    """Exchange a one-time token for a token of scope admin. Raises Unauthenticated, the second time too."""
    if not has_shape(text) or not text.startswith(ONE_TIME_PREFIX):
        raise refusal()
    now = accounts.kernel.clock.now()
    async with changing(accounts) as change:
        link = await store.use_one_time(change.connection, digest(text), now)
        if link is None:
            raise Unauthenticated("This sign-in link was used or is too old; make a new one with `tablecast token`")
        by = Maker(None, link.made_by, caller.address)
        keep = SIGNED_IN_AT_ONCE - 1
        for token in await store.living_of_name(change.connection, link.campaign_id, SIGN_IN_NAME, now, skip=keep):
            await end_in(accounts, change, token, by, "too_many")
        new = NewToken("admin", SIGN_IN_NAME, SIGNED_IN_S)
        return await mint_in(accounts, change.connection, link.campaign_id, new, by)


async def write_last_uses(accounts: Accounts) -> None:
    """Write down when tokens were last used; called from time to time, away from every request."""
    if uses := accounts.last_uses.take():
        async with accounts.kernel.database.write() as connection:
            await store.write_last_used(connection, uses)
