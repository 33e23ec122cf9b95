"""One function per verb on one's own second factor: look, begin, confirm, new recovery codes, switch off."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from server.accounts import letters
from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.people import store as people
from server.accounts.people.holder import prove_password
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.roles.guard import granted
from server.accounts.second_factor import rules, store
from server.accounts.second_factor.proving import Proof, open_secret, prove_in, step_of
from server.accounts.second_factor.removing import reckon_in, remove_in
from server.accounts.second_factor.store import Factor
from server.accounts.service import Accounts
from server.accounts.sessions.access import refusal
from server.accounts.sessions.actions import end_all_in
from server.kernel.errors import Conflict, FieldError, Invalid
from server.kernel.limits import ENROL_S
from server.kernel.mail import Mail


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is with somebody's second factor. `needed`: some of what their roles allow does not count before."""

    enabled_at: datetime | None
    recovery_codes: int
    needed: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """A new secret, as text and for a QR code; shown now and never again."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def read_factor(accounts: Accounts, principal: Principal) -> Standing:
    """How it is now."""
    withheld = (await granted(accounts, principal)).withheld
    async with accounts.kernel.database.read() as connection:
        factor = await store.find_factor(connection, principal.id)
        left = await store.count_codes(connection, principal.id)
    return Standing(factor.enabled_at if factor else None, left, bool(withheld))


async def begin(accounts: Accounts, principal: Principal, password: str) -> Begun:
    """Nothing is on before a code of it was confirmed. Raises Forbidden, TooMany; Conflict where one is on."""
    await prove_password(accounts, principal, password)
    secret, now = accounts.kernel.entropy(rules.SECRET_BYTES), accounts.kernel.clock.now()
    async with changing(accounts) as change:
        user = await _hold(change, principal)
        if await store.is_on(change.connection, user.id):
            raise Conflict("A second factor is on already; switch it off first")
        await store.begin_factor(change.connection, Factor(user.id, accounts.factor_seal.close(secret), 0, now))
    issuer = f"Tablecast {urlsplit(accounts.kernel.settings.base_url).hostname}"  # one may play on several servers
    return Begun(rules.secret_text(secret), rules.otpauth_uri(secret, issuer, user.username))


async def confirm(accounts: Accounts, principal: Principal, code: str, caller: Caller) -> list[str]:
    """It is on from now on; other devices are signed out. The recovery codes. Raises Invalid, Conflict, TooMany."""
    await accounts.throttle.hit("second_factor", caller.tries(principal.id))
    async with _noting_wrong(accounts, principal, caller), changing(accounts) as change:
        user = await _hold(change, principal)
        factor = await _begun(accounts, change, user)
        step = step_of(accounts, open_secret(accounts, factor), code)
        now = accounts.kernel.clock.now()
        if step is None or not await store.enable_factor(change.connection, factor, step, now):
            raise _Wrong("code")
        codes = await _new_codes(accounts, change, user)
        by = Asker(principal, caller)
        await end_all_in(accounts, change, user.id, "second_factor", by, principal.session_id)
        await reckon_in(accounts, change, user.id, by)
        await _tell(accounts, change, principal, caller, "authn_factor_enabled", letters.second_factor_on, user)
    await accounts.throttle.forgive("second_factor", caller.tries(principal.id), all_of_it=False)
    return codes


async def renew_codes(accounts: Accounts, principal: Principal, password: str, code: str, caller: Caller) -> list[str]:
    """New recovery codes; the older ones work no more. Raises Forbidden, Invalid, TooMany."""
    async with _proving(accounts, principal, password, Proof(code), caller) as (change, user):
        codes = await _new_codes(accounts, change, user)
        await _tell(accounts, change, principal, caller, "authn_recovery_codes_made", letters.recovery_codes_made, user)
    return codes


async def disable(accounts: Accounts, principal: Principal, password: str, proof: Proof, caller: Caller) -> None:
    """It is off from now on; other devices are signed out. Raises Forbidden, Invalid, TooMany."""
    async with _proving(accounts, principal, password, proof, caller) as (change, user):
        await end_all_in(accounts, change, user.id, "second_factor", Asker(principal, caller), principal.session_id)
        await remove_in(accounts, change, user, principal, caller)


@contextlib.asynccontextmanager
async def _proving(
    accounts: Accounts, principal: Principal, password: str, proof: Proof, caller: Caller
) -> AsyncIterator[tuple[Change, User]]:
    """A transaction on one's own second factor: password and code come first, and nobody else changes it meanwhile."""
    await prove_password(accounts, principal, password)
    await accounts.throttle.hit("second_factor", caller.tries(principal.id))
    async with _noting_wrong(accounts, principal, caller), changing(accounts) as change:
        user = await _hold(change, principal)
        if not await store.is_on(change.connection, user.id):
            raise Conflict("No second factor is on")
        if await prove_in(accounts, change, user, proof) is None:
            raise _Wrong("code" if proof.code is not None else "recovery_code")
        yield change, user
    await accounts.throttle.forgive("second_factor", caller.tries(principal.id), all_of_it=False)


async def _hold(change: Change, principal: Principal) -> User:
    user = await people.hold_user(change.connection, principal.id)
    if user is None or user.disabled_at is not None:
        raise refusal()
    return user


async def _begun(accounts: Accounts, change: Change, user: User) -> Factor:
    factor = await store.find_factor(change.connection, user.id)
    oldest = accounts.kernel.clock.now() - timedelta(seconds=ENROL_S)
    if factor is None or factor.enabled_at is not None or factor.created_at < oldest:
        raise Conflict("Nothing waits for a code here, or too long ago; begin anew")
    return factor


async def _new_codes(accounts: Accounts, change: Change, user: User) -> list[str]:
    kernel = accounts.kernel
    codes = rules.make_recovery_codes(kernel.entropy)
    digests = [rules.recovery_digest(code) for code in codes]
    await store.replace_codes(change.connection, user.id, digests, kernel.new_id, kernel.clock.now())
    return codes


class _Wrong(Exception):
    """The code of this name does not fit; nothing of the transaction stays."""


@contextlib.asynccontextmanager
async def _noting_wrong(accounts: Accounts, principal: Principal, caller: Caller) -> AsyncIterator[None]:
    try:
        yield
    except _Wrong as wrong:
        async with changing(accounts) as change:
            target = f"user:{principal.id}"
            event = AuditEvent.by(Asker(principal, caller), "authn_factor_fail", target, outcome="failure")
            await accounts.audit.write(change.connection, event)
        raise Invalid(errors=[FieldError(f"/{wrong}", "this is wrong, or was used before")]) from None


async def _tell(
    accounts: Accounts,
    change: Change,
    principal: Principal,
    caller: Caller,
    name: EventName,
    letter: Callable[[str, str], Mail],
    user: User,
) -> None:
    """The audit log, and its owner."""
    event = AuditEvent.by(Asker(principal, caller), name, f"user:{principal.id}")
    await accounts.audit.write(change.connection, event)
    if user.email is not None:
        await accounts.mailer.post(change.connection, letter(user.email, user.username))
