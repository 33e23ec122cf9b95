"""What comes after somebody was recognised, whether by a password or by another provider: their second factor, if they
have one, and then a sign-in. Nobody is signed in to an account that exists on any other way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NoReturn

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, Stroke, changing
from server.accounts.credential import digest, has_shape, make_token
from server.accounts.links.store import end_links, end_links_now
from server.accounts.people import store as people
from server.accounts.people.store import User
from server.accounts.second_factor import store
from server.accounts.second_factor.proving import Proof, prove_in
from server.accounts.second_factor.store import PendingSignIn, Way
from server.accounts.service import Accounts
from server.accounts.sessions.opening import Opened, open_session
from server.accounts.sessions.store import KeptIn
from server.accounts.sessions.threshold import Threshold, look_round
from server.accounts.throttle import By
from server.kernel.errors import InvalidGrant, Unauthenticated
from server.kernel.limits import SECOND_FACTOR_TOKEN_S
from server.kernel.prefixes import Prefix

PENDING_PREFIX: Final[Prefix] = "mfa_"


@dataclass(frozen=True, slots=True)
class Pending:
    """Recognised, and not signed in: the token with which the second factor is shown. It is good for nothing else."""

    user: User
    token: str = field(repr=False)


def let_in(
    accounts: Accounts, stroke: Stroke, user: User, caller: Caller, kept_in: KeptIn, way: Way
) -> Opened | Pending | None:
    """Inside the transaction of `stroke`. None where the account was disabled or got another password since `user` was
    read."""
    # Held first: whoever switches a second factor on at this moment waits for it, or is seen by it.
    held = people.hold_user_now(stroke.connection, user.id)
    if held is None or held.disabled_at is not None or held.password_hash != user.password_hash:
        return None
    found = look_round(stroke.connection, held.id, accounts.kernel.clock.now())
    if found.has_factor:
        return _ask_further(accounts, stroke, held, way)
    return _open(accounts, stroke, held, caller, kept_in, {"by": way}, found)


def _ask_further(accounts: Accounts, stroke: Stroke, user: User, way: Way) -> Pending:
    token, now = make_token(PENDING_PREFIX, accounts.kernel.entropy), accounts.kernel.clock.now()
    until = now + timedelta(seconds=SECOND_FACTOR_TOKEN_S)
    pending = PendingSignIn(accounts.kernel.new_id(), digest(token), user.id, way, now, until)
    store.add_pending(stroke.connection, pending)
    return Pending(user, token)


def _open(
    accounts: Accounts,
    stroke: Stroke,
    user: User,
    caller: Caller,
    kept_in: KeptIn,
    details: Mapping[str, str],
    found: Threshold,
) -> Opened:
    people.note_login(stroke.connection, user.id, accounts.kernel.clock.now())
    if found.has_links:  # whoever gets in asked for no new password
        end_links_now(stroke.connection, user.id, ["reset"])
    opened = open_session(accounts, stroke, user, caller, kept_in, found)
    by = Asker.person(user.id, user.username, caller, opened.session.id)
    event = AuditEvent.by(by, "authn_login_success", f"user:{user.id}", details)
    accounts.audit.write_now(stroke.connection, event)
    return opened


async def finish(accounts: Accounts, token: str, proof: Proof, caller: Caller, kept_in: KeptIn) -> Opened:
    """Sign in with the second factor. A wrong code does not use `token` up.

    Raises InvalidGrant where that is over, Unauthenticated for a wrong code, TooMany, Unavailable.
    """
    pending = await _find(accounts, token)
    by = await _tries(accounts, pending, caller)
    await accounts.throttle.hit("second_factor", by)
    async with changing(accounts) as change:
        opened = await _finish_in(accounts, change, pending, proof, caller, kept_in)
        if opened is None:
            target, details = f"user:{pending.user_id}", {"by": pending.way, "second": "wrong"}
            event = AuditEvent("authn_login_fail", None, target, "failure", address=caller.address, details=details)
            await accounts.audit.write(change.connection, event)
    if opened is None:
        raise Unauthenticated("The code is wrong, or was used before", headers={"WWW-Authenticate": "Bearer"})
    # Its own try only: a good code does not make room for guesses of whoever else knows the password.
    await accounts.throttle.forgive("second_factor", by, all_of_it=False)
    return opened


async def _tries(accounts: Accounts, pending: PendingSignIn, caller: Caller) -> By:
    """A device where they signed in before counts for itself: who only has the password keeps nobody out there. Before
    the second factor was on, or with another password, anybody may have signed in who had that."""
    device = accounts.devices.read(caller.device)
    if device is None:
        return caller.tries(pending.user_id)
    async with accounts.kernel.database.read() as connection:
        user = await people.find_user(connection, pending.user_id)
        factor = await store.find_factor(connection, pending.user_id)
    since = (user.password_changed_at if user else None, factor.enabled_at if factor else None)
    return caller.tries(pending.user_id, device.name if device.is_known_to(pending.user_id, *since) else None)


async def _find(accounts: Accounts, token: str) -> PendingSignIn:
    if not token.startswith(PENDING_PREFIX) or not has_shape(token):
        _over()
    async with accounts.kernel.database.read() as connection:
        return await store.find_pending(connection, digest(token), accounts.kernel.clock.now()) or _over()


def _over() -> NoReturn:
    raise InvalidGrant(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


async def _finish_in(
    accounts: Accounts, change: Change, pending: PendingSignIn, proof: Proof, caller: Caller, kept_in: KeptIn
) -> Opened | None:
    user = await people.hold_user(change.connection, pending.user_id)
    if user is None or user.disabled_at is not None:
        _over()
    proved = await prove_in(accounts, change, user, proof)
    if proved is None:
        return None
    await end_links(change.connection, user.id, ["factor"])  # it is not lost
    if not await store.burn_pending(change.connection, pending):
        _over()
    details, now = {"by": pending.way, "second": proved}, accounts.kernel.clock.now()

    def open_now(stroke: Stroke) -> Opened:
        found = look_round(stroke.connection, user.id, now)
        return _open(accounts, stroke, user, caller, kept_in, details, found)

    return await change.in_one(open_now)
