"""One function per verb: make, list and revoke a campaign's tokens, sign in by a link."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.changes import changing
from server.accounts.credential import ONE_TIME_PREFIX, PREFIXES, digest, has_shape, make_token
from server.accounts.members.seating import admit
from server.accounts.principal import Principal, Scope
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.accounts.sessions.access import refusal
from server.accounts.tokens import store
from server.accounts.tokens.store import StoredToken
from server.accounts.tokens.wire import SessionOut
from server.kernel.errors import Conflict, NotFound, Unauthenticated
from server.kernel.ids import is_id
from server.kernel.limits import (
    DEAD_TOKENS_KEPT_S,
    MAX_TOKENS,
    SIGN_IN_LINK_S,
    SIGNED_IN_AT_ONCE,
    SIGNED_IN_S,
)
from server.kernel.logs import get

log = get(__name__)

SIGN_IN_NAME = "Sign-in link"
"""How tokens from sign-in links are listed."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """What is asked for; without `life_s` it lives until it is revoked."""

    scope: Scope
    name: str
    life_s: float | None = None


@dataclass(frozen=True, slots=True)
class MintedToken:
    """A new token: `text` is shown now and never again."""

    text: str
    stored: StoredToken


def session(principal: Principal) -> SessionOut:
    """What a page needs to know about the credential it holds. Raises Unauthenticated without one."""
    if principal.kind == "anonymous":
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    return SessionOut(kind=principal.kind, name=principal.name, campaign=principal.campaign_id, role=principal.role)


async def list_tokens(accounts: Accounts, principal: Principal, campaign: Thing) -> list[StoredToken]:
    await admit(accounts, principal, "manage_tokens", campaign)
    async with accounts.kernel.database.read() as connection:
        return await store.list_tokens(connection, campaign.campaign_id)


async def mint_token(accounts: Accounts, principal: Principal, campaign: Thing, new: NewToken) -> MintedToken:
    """Raises Conflict when the campaign has MAX_TOKENS living ones."""
    await admit(accounts, principal, "manage_tokens", campaign)
    async with accounts.kernel.database.write() as connection:
        minted = await mint_in(accounts, connection, campaign.campaign_id, new)
    told = {"token_id": minted.stored.id, "scope": new.scope, "campaign_id": campaign.campaign_id}
    log.info("token_minted", by=principal.id, **told)
    return minted


async def mint_in(accounts: Accounts, connection: AsyncConnection, campaign_id: str, new: NewToken) -> MintedToken:
    """Make a token inside a transaction that is already open: a campaign and its first token come together."""
    now = accounts.kernel.clock.now()
    await store.sweep(connection, campaign_id, now - timedelta(seconds=DEAD_TOKENS_KEPT_S))
    if await store.count_living(connection, campaign_id, now) >= MAX_TOKENS:
        raise Conflict(f"This campaign has {MAX_TOKENS} tokens; revoke one first")
    text = make_token(PREFIXES[new.scope], accounts.kernel.entropy)
    until = None if new.life_s is None else now + timedelta(seconds=new.life_s)
    token_id = accounts.kernel.new_id()
    stored = StoredToken(token_id, campaign_id, new.scope, new.name, digest(text), now, expires_at=until)
    await store.add_token(connection, stored)
    return MintedToken(text, stored)


async def revoke_token(accounts: Accounts, principal: Principal, campaign: Thing, token_id: str) -> None:
    """It stops working at once, and its live connections are told. Raises NotFound."""
    await admit(accounts, principal, "manage_tokens", campaign)
    async with changing(accounts) as change:
        now = accounts.kernel.clock.now()
        if not is_id(token_id) or not await store.revoke_token(change.connection, campaign.campaign_id, token_id, now):
            raise NotFound
        change.end([token_id])
    log.info("token_revoked", token_id=token_id, campaign_id=campaign.campaign_id, by=principal.id)


async def make_sign_in(accounts: Accounts, principal: Principal, campaign: Thing) -> str:
    """A one-time token for a link to the panel: good once, for SIGN_IN_LINK_S."""
    await admit(accounts, principal, "manage_tokens", campaign)
    now = accounts.kernel.clock.now()
    text = make_token(ONE_TIME_PREFIX, accounts.kernel.entropy)
    async with accounts.kernel.database.write() as connection:
        await store.add_one_time(
            connection,
            token_id=accounts.kernel.new_id(),
            campaign_id=campaign.campaign_id,
            digest=digest(text),
            now=now,
            until=now + timedelta(seconds=SIGN_IN_LINK_S),
        )
    return text


async def sign_in(accounts: Accounts, text: str) -> MintedToken:
    """Exchange a one-time token for a token of scope admin. Raises Unauthenticated, the second time too."""
    if not has_shape(text) or not text.startswith(ONE_TIME_PREFIX):
        raise refusal()
    now = accounts.kernel.clock.now()
    async with changing(accounts) as change:
        connection = change.connection
        campaign_id = await store.use_one_time(connection, digest(text), now)
        if campaign_id is None:
            raise Unauthenticated("This sign-in link was used or is too old; make a new one with `tablecast token`")
        keep = SIGNED_IN_AT_ONCE - 1
        change.end(await store.revoke_oldest(connection, campaign_id, SIGN_IN_NAME, keep=keep, now=now))
        new = NewToken("admin", SIGN_IN_NAME, SIGNED_IN_S)
        minted = await mint_in(accounts, connection, campaign_id, new)
    log.info("signed_in", token_id=minted.stored.id, campaign_id=campaign_id)
    return minted


async def write_last_uses(accounts: Accounts) -> None:
    """Write down when tokens were last used; called from time to time, away from every request."""
    if uses := accounts.last_uses.take():
        async with accounts.kernel.database.write() as connection:
            await store.write_last_used(connection, uses)
