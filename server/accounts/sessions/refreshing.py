"""A refresh token is good once. Its second use means that two have it, and then neither keeps it (RFC 9700, 4.14).

One exception: an answer may get lost on its way. Within REFRESH_GRACE_S, and only while nobody has used the successor,
the spent token is taken once more: the unused successor is revoked and another one made, so that at most one is ever
live, which an index holds too.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.service import Accounts
from server.accounts.sessions import store
from server.accounts.sessions.exchanging import Successor, exchange
from server.accounts.sessions.opening import Opened, continue_session, opened
from server.accounts.sessions.refresh_token import RefreshToken, make_refresh_token, read_refresh_token
from server.accounts.sessions.store import Found, StoredRefresh
from server.kernel.errors import InvalidGrant
from server.kernel.limits import REFRESH_IDLE_S


async def refresh(accounts: Accounts, text: str, caller: Caller) -> Opened:
    """New tokens for a refresh token. Raises InvalidGrant, the same for whatever is wrong with it; TooMany."""
    token = read_refresh_token(text) or _refuse()
    await accounts.throttle.hit("refresh", caller.tries(token.session_id))
    return await _exchange(accounts, token) or await _spent(accounts, token, caller) or _refuse()


def _refuse() -> NoReturn:
    raise InvalidGrant(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


async def _exchange(accounts: Accounts, token: RefreshToken) -> Opened | None:
    """What nearly always happens, in as few steps as can be. None where the token is not live."""
    kernel = accounts.kernel
    now, made = kernel.clock.now(), make_refresh_token(token.session_id, kernel.entropy)
    successor = Successor(kernel.new_id(), made.digest, now, now + timedelta(seconds=REFRESH_IDLE_S))
    found = await exchange(kernel.database, token, successor)
    return None if found is None else opened(accounts, found.user, found.session, made, successor.after(found))


async def _spent(accounts: Accounts, token: RefreshToken, caller: Caller) -> Opened | None:
    """A token that is not live: unknown, too old, forgiven, or stolen."""
    async with changing(accounts) as change:
        now = accounts.kernel.clock.now()
        found = await store.find_token(change.connection, token.session_id, token.digest)
        if found is None or not found.session.is_living(now) or found.user.disabled_at is not None:
            return None
        spent = await store.read_token(change.connection, found.token.id)
        if spent.used_at is None and spent.revoked_at is None:  # nobody used it in time, which is no theft
            return None
        if await _forgive(accounts, change, spent, now):
            user, session, generation = found.user, found.session, _successor(spent)
            return await change.in_one(lambda stroke: continue_session(accounts, stroke, user, session, generation))
        await _end_stolen(accounts, change, found, caller, now)
        return None


def _successor(spent: StoredRefresh) -> int:
    """The generation that was handed out for this token, or instead of it."""
    return spent.generation + 1 if spent.used_at is not None else spent.generation


async def _forgive(accounts: Accounts, change: Change, spent: StoredRefresh, now: datetime) -> bool:
    """Whether this is only a lost answer; then the successor that nobody used is revoked."""
    at = spent.used_at or spent.revoked_at or now
    if (now - at).total_seconds() >= accounts.kernel.settings.refresh_grace_s:
        return False
    if await store.live_generation(change.connection, spent.session_id, now) != _successor(spent):
        return False
    return await store.supersede(change.connection, spent.session_id, now)


async def _end_stolen(accounts: Accounts, change: Change, found: Found, caller: Caller, now: datetime) -> None:
    session, user = found.session, found.user
    await store.end_session(change.connection, session.id, "reuse", now)
    change.end([session.id])
    by = Asker.person(user.id, user.username, caller, session.id)
    event = AuditEvent.by(by, "authn_token_reuse", f"session:{session.id}", outcome="failure")
    await accounts.audit.write(change.connection, event)
    if user.email is not None:
        await accounts.mailer.post(change.connection, letters.sign_in_stolen(user.email, user.username))
