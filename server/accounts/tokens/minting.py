"""Making, replacing and ending tokens inside transactions that are open already."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import Asker
from server.accounts.changes import Change
from server.accounts.credential import PREFIXES, digest, make_token
from server.accounts.principal import Scope
from server.accounts.service import Accounts
from server.accounts.tokens import store
from server.accounts.tokens.store import StoredToken
from server.kernel.errors import Conflict
from server.kernel.limits import DEAD_TOKENS_KEPT_S, MAX_TOKENS


@dataclass(frozen=True, slots=True)
class NewToken:
    """What is asked for; without `life_s` it lives until it is revoked."""

    scope: Scope
    name: str
    life_s: float | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes or ends a token: the principal's `id`, sign-in and address, for the log, and the person behind it, if
    there is one."""

    id: str | None = None
    user_id: str | None = None
    address: str | None = None
    session_id: str | None = None

    @classmethod
    def of(cls, asker: Asker, user_id: str | None = None) -> "Maker":
        return cls(asker.principal.id, user_id, asker.caller.address, asker.principal.session_id)


@dataclass(frozen=True, slots=True)
class MintedToken:
    """A new token: `text` is shown now and never again."""

    text: str = field(repr=False)
    stored: StoredToken


async def maker_of(connection: AsyncConnection, asker: Asker) -> Maker:
    """Behind a token's principal stands whoever made that token."""
    principal = asker.principal
    if principal.kind == "user":
        return Maker.of(asker, principal.id)
    if principal.kind == "campaign_token":
        return Maker.of(asker, await store.maker_of(connection, principal.id))
    return Maker.of(asker)


async def mint_in(
    accounts: Accounts, connection: AsyncConnection, campaign_id: str, new: NewToken, by: Maker
) -> MintedToken:
    """Make a token: a campaign and its first token come together. Raises Conflict at MAX_TOKENS living ones."""
    until = None if new.life_s is None else accounts.kernel.clock.now() + timedelta(seconds=new.life_s)
    return await _mint(accounts, connection, campaign_id, new, by, until)


async def _mint(
    accounts: Accounts, connection: AsyncConnection, campaign_id: str, new: NewToken, by: Maker, until: datetime | None
) -> MintedToken:
    now = accounts.kernel.clock.now()
    await store.sweep(connection, campaign_id, now - timedelta(seconds=DEAD_TOKENS_KEPT_S))
    if await store.count_living(connection, campaign_id, now) >= MAX_TOKENS:
        raise Conflict(f"This campaign has {MAX_TOKENS} tokens; revoke one first")
    text = make_token(PREFIXES[new.scope], accounts.kernel.entropy)
    stored = StoredToken(
        accounts.kernel.new_id(), campaign_id, new.scope, new.name, digest(text), now, None, until, None, by.user_id
    )
    await store.add_token(connection, stored)
    await note(accounts, connection, "authn_token_created", stored, by)
    return MintedToken(text, stored)


async def replace_in(accounts: Accounts, change: Change, old: StoredToken, by: Maker) -> MintedToken:
    """Another token in the place of a living one, which ends: same scope, same name, same end."""
    await end_in(accounts, change, old, by, "rotated")
    new = NewToken(old.scope, old.name)
    return await _mint(accounts, change.connection, old.campaign_id, new, by, old.expires_at)


async def end_in(accounts: Accounts, change: Change, token: StoredToken, by: Maker, why: str) -> None:
    """It works no more, here and in every other process, and its sockets are closed."""
    await store.revoke_token(change.connection, token.id, accounts.kernel.clock.now())
    change.end([token.id])
    await note(accounts, change.connection, "authn_token_revoked", token, by, why)


async def revoke_made_by_in(
    accounts: Accounts, change: Change, user_id: str, by: Asker, campaign_id: str | None = None, why: str = "maker"
) -> None:
    """End what a person made, and what was made with it: in one campaign, where they lost the right to manage its
    tokens, or everywhere, where their account was disabled, deleted or taken back. Their sign-in links are worth
    nothing."""
    now = accounts.kernel.clock.now()
    for token in await store.revoke_made_by(change.connection, user_id, campaign_id, now):
        change.end([token.id])
        await note(accounts, change.connection, "authn_token_revoked", token, Maker.of(by), why)


async def note(
    accounts: Accounts,
    connection: AsyncConnection,
    name: EventName,
    token: StoredToken,
    by: Maker,
    why: str | None = None,
) -> None:
    """Write down what became of a token; its name is what somebody typed, and stays out."""
    details = {"campaign_id": token.campaign_id, "scope": token.scope, **({} if why is None else {"why": why})}
    event = AuditEvent(name, by.id, f"token:{token.id}", "success", by.session_id, by.address, details)
    await accounts.audit.write(connection, event)
