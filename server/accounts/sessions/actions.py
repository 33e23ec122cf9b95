"""One function per verb: sign in, sign out, list one's devices."""

from dataclasses import dataclass, field

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, Stroke, change_in_one, changing
from server.accounts.people import store as people
from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.second_factor.store import end_pending
from server.accounts.service import Accounts
from server.accounts.sessions import store
from server.accounts.sessions.entering import Pending, let_in
from server.accounts.sessions.opening import Opened
from server.accounts.sessions.refresh_token import read_refresh_token
from server.accounts.sessions.store import Device, EndReason, KeptIn
from server.accounts.throttle import By
from server.kernel.errors import Unauthenticated

WRONG = "The name or the password is wrong"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed to sign in: a username or an address, and a password."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Recognised:
    """Whose password it is, and a newer hash of it where the old one is outdated; and whose name it is, anyway."""

    user: User | None
    new_hash: str | None = field(default=None, repr=False)
    meant: User | None = None


async def sign_in(accounts: Accounts, given: Credentials, caller: Caller, kept_in: KeptIn) -> Opened | Pending:
    """Whoever has a second factor is not in before they show it.

    Raises Unauthenticated, the same for every name that is wrong; TooMany; Unavailable.
    """
    accounts.passwords.check_room()
    key = key_of(given.name)
    by = await tries_of(accounts, key, caller)
    await accounts.throttle.hit("login", by)
    who = await _recognise(accounts, given)
    entered = await change_in_one(accounts, lambda stroke: _enter(accounts, stroke, who, caller, kept_in))
    if entered is None:
        raise Unauthenticated(WRONG, headers={"WWW-Authenticate": "Bearer"})
    await accounts.throttle.forgive("login", by, all_of_it=entered.user.is_named(key))
    return entered


async def tries_of(accounts: Accounts, key: str, caller: Caller) -> By:
    """What a try of theirs at this name counts for: a device counts for itself where it is known to the only account of
    that name, since that has the password that it has."""
    device = accounts.devices.read(caller.device)
    if device is None:
        return caller.tries(key)
    user_id = device.user_id
    user = await accounts.kernel.database.look(lambda connection: people.find_user_now(connection, user_id))
    # A claim is not enough: else whoever signs up with an address gets as many devices to guess at its owner with.
    is_known = user is not None and user.is_named(key) and device.is_known_to(user.id, user.password_changed_at)
    return caller.tries(key, device.name if is_known else None)


async def _recognise(accounts: Accounts, given: Credentials) -> _Recognised:
    """As many passwords are verified for a name that nobody has as for one that is known."""
    candidates = await _candidates(accounts, key_of(given.name))
    for user in candidates:
        known = user.password_hash if user and user.disabled_at is None else None
        if not await accounts.passwords.verify(known, given.password) or user is None or known is None:
            continue
        is_outdated = accounts.passwords.is_outdated(known)
        return _Recognised(user, await accounts.passwords.hash(given.password) if is_outdated else None, user)
    return _Recognised(None, meant=next((each for each in candidates if each is not None), None))


async def _candidates(accounts: Accounts, key: str) -> list[User | None]:
    if "\0" in key:  # PostgreSQL refuses a NUL even in a question
        return [None]
    return await accounts.kernel.database.look(lambda connection: people.find_candidates_now(connection, key))


def _enter(
    accounts: Accounts, stroke: Stroke, who: _Recognised, caller: Caller, kept_in: KeptIn
) -> Opened | Pending | None:
    """All that a sign-in writes, once the password was looked at."""
    user = who.user
    if user is not None and who.new_hash is not None:
        user = people.renew_hash(stroke.connection, user, who.new_hash)
    entered = let_in(accounts, stroke, user, caller, kept_in, "password") if user is not None else None
    if entered is None:
        _note_failure(accounts, stroke, who.meant, caller)
    return entered


def _note_failure(accounts: Accounts, stroke: Stroke, user: User | None, caller: Caller) -> None:
    # What was typed is left out: people type their password into the wrong field.
    target, details = f"user:{user.id}" if user else None, {"by": "password"}
    event = AuditEvent("authn_login_fail", None, target, "failure", address=caller.address, details=details)
    accounts.audit.write_now(stroke.connection, event)


async def sign_out(accounts: Accounts, by: Asker) -> None:
    """End one's own sign-in, by its access token. It may have ended already."""
    async with changing(accounts) as change:
        await end_in(accounts, change, by.principal.session_id or "", "logout", by)


async def sign_out_with(accounts: Accounts, refresh_text: str, caller: Caller) -> None:
    """End the sign-in of this refresh token, a spent one included. What is no token ends nothing."""
    token = read_refresh_token(refresh_text)
    if token is None:
        return
    async with changing(accounts) as change:
        found = await store.find_token(change.connection, token.session_id, token.digest)
        if found is not None:
            by = Asker.person(found.user.id, found.user.username, caller, token.session_id)
            await end_in(accounts, change, token.session_id, "logout", by)


async def list_devices(accounts: Accounts, principal: Principal) -> list[Device]:
    """The living ones, the most recently used first."""
    async with accounts.kernel.database.read() as connection:
        return await store.living_sessions(connection, principal.id, accounts.kernel.clock.now())


async def end_all_in(
    accounts: Accounts, change: Change, user_id: str, reason: EndReason, by: Asker, but: str | None = None
) -> None:
    """Sign a person out everywhere, inside the transaction that gives the reason: a new password, a lost right.

    Sign-ins that wait for a second factor end too; `but` is the one that goes on.
    """
    await people.hold_user(change.connection, user_id)  # nobody is let in meanwhile
    await end_pending(change.connection, user_id)
    ended = await store.end_sessions(change.connection, user_id, reason, accounts.kernel.clock.now(), but)
    change.end(ended)
    if ended:
        event = AuditEvent.by(by, "authn_token_revoked", f"user:{user_id}", {"why": reason})
        await accounts.audit.write(change.connection, event)


async def end_in(accounts: Accounts, change: Change, session_id: str, reason: EndReason, by: Asker) -> None:
    """Sign one device out, inside the transaction of `change`. It may have ended already."""
    if not await store.end_session(change.connection, session_id, reason, accounts.kernel.clock.now()):
        return
    change.end([session_id])
    event = AuditEvent.by(by, "authn_token_revoked", f"session:{session_id}", {"why": reason})
    await accounts.audit.write(change.connection, event)
