"""One function per verb: recognise a credential, make, list and revoke a campaign's tokens, sign in."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts import store
from server.accounts.principal import ANONYMOUS, SCOPE_ROLES, SERVER_ADMIN, Principal, Scope
from server.accounts.rules import Thing, allow
from server.accounts.service import Accounts
from server.accounts.store import StoredToken
from server.accounts.tokens import ONE_TIME_PREFIX, PREFIXES, digest, has_shape, make_token
from server.accounts.wire import SessionOut
from server.kernel.errors import Conflict, InvalidRequest, NotFound, Unauthenticated
from server.kernel.ids import is_id
from server.kernel.limits import (
    DEAD_TOKENS_KEPT_S,
    MAX_CREDENTIAL,
    MAX_TOKENS,
    SIGN_IN_LINK_S,
    SIGNED_IN_AT_ONCE,
    SIGNED_IN_S,
)
from server.kernel.logs import get

log = get(__name__)

SIGN_IN_NAME = "Sign-in link"
"""How tokens from sign-in links are listed."""
CREDENTIAL_HEADERS = ("authorization", "x-admin-token", "x-token")


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


async def identify(accounts: Accounts, headers: Mapping[str, str]) -> Principal:
    """Who sent these headers (lower-case names). A wrong credential is Unauthenticated, never anonymous."""
    sent = [name for name in CREDENTIAL_HEADERS if name in headers]
    if not sent:
        return ANONYMOUS
    if len(sent) > 1:
        raise InvalidRequest(f"Send one credential, not both {sent[0]} and {sent[1]}")
    text = headers[sent[0]]
    if sent[0] == "x-admin-token":
        return _server_admin(accounts, text) or _refuse()
    return await identify_token(accounts, _bearer(text) if sent[0] == "authorization" else text)


def _bearer(value: str) -> str:
    scheme, _, text = value.partition(" ")
    return text.strip() if scheme.lower() == "bearer" else _refuse()


async def identify_token(accounts: Accounts, text: str) -> Principal:
    """Who holds this token: a campaign's, or the server's own. Raises Unauthenticated."""
    if (admin := _server_admin(accounts, text)) is not None:
        return admin
    if not has_shape(text) or text.startswith(ONE_TIME_PREFIX):
        _refuse()
    principal = accounts.verified.get(digest(text)) or await _look_up(accounts, digest(text)) or _refuse()
    accounts.last_uses.note(principal.id)
    return principal


def _server_admin(accounts: Accounts, text: str) -> Principal | None:
    if len(text) > MAX_CREDENTIAL:
        return None
    return SERVER_ADMIN if hmac.compare_digest(digest(text), accounts.admin_digest) else None


def _refuse() -> NoReturn:
    raise Unauthenticated(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


async def _look_up(accounts: Accounts, wanted: bytes) -> Principal | None:
    async with accounts.kernel.database.read() as connection:
        found = await store.find_by_digest(connection, wanted)
    if found is None or not hmac.compare_digest(found.digest, wanted):
        return None
    if not found.is_living(accounts.kernel.clock.now()):
        return None
    role = SCOPE_ROLES[found.scope]
    principal = Principal("campaign_token", found.id, found.name, found.campaign_id, role, found.expires_at)
    accounts.verified.put(wanted, principal)
    return principal


def session(principal: Principal) -> SessionOut:
    """What a page needs to know about the credential it holds. Raises Unauthenticated without one."""
    if principal.kind == "anonymous":
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    return SessionOut(kind=principal.kind, name=principal.name, campaign=principal.campaign_id, role=principal.role)


async def list_tokens(accounts: Accounts, principal: Principal, campaign: Thing) -> list[StoredToken]:
    allow(principal, "manage_tokens", campaign)
    async with accounts.kernel.database.read() as connection:
        return await store.list_tokens(connection, campaign.campaign_id)


async def mint_token(accounts: Accounts, principal: Principal, campaign: Thing, new: NewToken) -> MintedToken:
    """Raises Conflict when the campaign has MAX_TOKENS living ones."""
    allow(principal, "manage_tokens", campaign)
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
    allow(principal, "manage_tokens", campaign)
    async with accounts.kernel.database.write() as connection:
        now = accounts.kernel.clock.now()
        if not is_id(token_id) or not await store.revoke_token(connection, campaign.campaign_id, token_id, now):
            raise NotFound
    _has_ended(accounts, token_id)
    log.info("token_revoked", token_id=token_id, campaign_id=campaign.campaign_id, by=principal.id)


def _has_ended(accounts: Accounts, token_id: str) -> None:
    accounts.verified.forget(token_id)
    accounts.revocations.announce(token_id)


async def make_sign_in(accounts: Accounts, principal: Principal, campaign: Thing) -> str:
    """A one-time token for a link to the panel: good once, for SIGN_IN_LINK_S."""
    allow(principal, "manage_tokens", campaign)
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
        _refuse()
    now = accounts.kernel.clock.now()
    async with accounts.kernel.database.write() as connection:
        campaign_id = await store.use_one_time(connection, digest(text), now)
        if campaign_id is None:
            raise Unauthenticated("This sign-in link was used or is too old; make a new one with `tablecast token`")
        keep = SIGNED_IN_AT_ONCE - 1
        ended = await store.revoke_oldest(connection, campaign_id, SIGN_IN_NAME, keep=keep, now=now)
        new = NewToken("admin", SIGN_IN_NAME, SIGNED_IN_S)
        minted = await mint_in(accounts, connection, campaign_id, new)
    for token_id in ended:
        _has_ended(accounts, token_id)
    log.info("signed_in", token_id=minted.stored.id, campaign_id=campaign_id)
    return minted


async def write_last_uses(accounts: Accounts) -> None:
    """Write down when tokens were last used; called from time to time, away from every request."""
    if uses := accounts.last_uses.take():
        async with accounts.kernel.database.write() as connection:
            await store.write_last_used(connection, uses)
