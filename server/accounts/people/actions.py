"""One function per verb: sign up, read and change one's own account, change the password, delete the account."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import NOBODY, Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.links.actions import write_to_claimed
from server.accounts.links.store import end_links
from server.accounts.passwords.policy import check_new_password
from server.accounts.people import store
from server.accounts.people.holder import gone, prove_password, read_me
from server.accounts.people.names import key_of
from server.accounts.people.newcomer import newcomer
from server.accounts.people.store import User
from server.accounts.people.words import Names, words_of
from server.accounts.principal import Principal
from server.accounts.privacy.erasing import leave_in
from server.accounts.roles.guard import keeping_an_admin, still_in
from server.accounts.second_factor.store import is_on
from server.accounts.service import Accounts
from server.accounts.sessions.actions import end_all_in
from server.accounts.sessions.opening import Opened, open_session
from server.accounts.sessions.store import KeptIn
from server.accounts.throttle import By
from server.accounts.tokens.minting import revoke_made_by_in
from server.kernel.errors import (
    AlreadyExists,
    FieldError,
    Forbidden,
)


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody typed to sign up, well-formed."""

    email: str
    username: str
    password: str = field(repr=False)
    full_name: str | None = None


Also = Callable[[Change, User], Awaitable[None]]
"""More to do with a new account in the transaction that makes it."""


async def _nothing(_change: Change, _user: User) -> None:
    """An account, and no more."""


async def register(
    accounts: Accounts, new: Registration, caller: Caller, kept_in: KeptIn, also: Also = _nothing
) -> Opened:
    """Sign up, and be signed in. Whether the address is known changes neither the answer nor its time.

    Raises AlreadyExists for a username, which is public; Invalid for a bad password; TooMany; Unavailable.
    """
    accounts.passwords.check_room()
    await accounts.throttle.hit("register", caller.tries())
    words = [word for word in (new.username, new.email, new.full_name) if word]
    await check_new_password(new.password, words, "/password", accounts.breaches)
    password_hash = await accounts.passwords.hash(new.password)
    user = newcomer(accounts.kernel, new.username, new.email, new.full_name, password_hash=password_hash)
    try:
        async with changing(accounts) as change:
            await store.add_user(change.connection, user)
            await write_to_claimed(accounts, change, user)
            event = AuditEvent("user_created", user.id, f"user:{user.id}", address=caller.address)
            await accounts.audit.write(change.connection, event)
            await also(change, user)
            return await change.in_one(lambda stroke: open_session(accounts, stroke, user, caller, kept_in))
    except IntegrityError as error:
        raise taken() from error


def taken() -> AlreadyExists:
    return AlreadyExists(errors=[FieldError("/username", "somebody else has it")])


async def has_second_factor(accounts: Accounts, user_id: str) -> bool:
    async with accounts.kernel.database.read() as connection:
        return await is_on(connection, user_id)


async def change_me(accounts: Accounts, principal: Principal, changes: Mapping[str, Any], caller: Caller) -> User:
    """`changes` are of `username` and `full_name`; what is so already is not changed, and not written down.

    Raises AlreadyExists for a username that is taken; TooMany.
    """
    now = await read_me(accounts, principal)
    changes = {name: value for name, value in changes.items() if value != getattr(now, name)}
    if not changes:
        return now
    await accounts.throttle.hit("profile", By(principal.id))
    values = {**changes, "updated_at": accounts.kernel.clock.now()}
    if "username" in changes:
        values["username_key"] = key_of(changes["username"])
    try:
        async with changing(accounts) as change:
            await still_in(change.connection, principal)
            user = await store.change_user(change.connection, principal.id, values) or gone()
            details = {"fields": sorted(changes)}
            event = AuditEvent.by(Asker(principal, caller), "user_updated", f"user:{principal.id}", details)
            await accounts.audit.write(change.connection, event)
            return user
    except IntegrityError as error:
        raise taken() from error


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The one that is, and the one that shall be."""

    current: str = field(repr=False)
    new: str = field(repr=False)


async def change_password(
    accounts: Accounts, names: Names, principal: Principal, asked: NewPassword, caller: Caller, kept_in: KeptIn
) -> Opened:
    """Every sign-in ends, and this device is signed in anew. Raises Forbidden where the current one is wrong."""
    user = await prove_password(accounts, principal, asked.current)
    words = await words_of(accounts, user, names)
    await check_new_password(asked.new, words, "/new_password", accounts.breaches)
    new_hash = await accounts.passwords.hash(asked.new)
    async with changing(accounts) as change:
        now = accounts.kernel.clock.now()
        if not await store.change_password(change.connection, user, new_hash, now):
            raise Forbidden("The password was changed a moment ago")
        await end_links(change.connection, user.id, ["reset", "email"])
        by = Asker(principal, caller)
        await end_all_in(accounts, change, user.id, "password", by)
        event = AuditEvent.by(by, "authn_password_change", f"user:{user.id}")
        await accounts.audit.write(change.connection, event)
        if user.email is not None:
            await accounts.mailer.post(change.connection, letters.password_changed(user.email, user.username))
        return await change.in_one(lambda stroke: open_session(accounts, stroke, user, caller, kept_in))


async def delete_me(accounts: Accounts, principal: Principal, password: str, caller: Caller) -> None:
    """The account, and every sign-in. Raises Forbidden where the password is wrong, Conflict for the last admin;
    Unauthenticated where it is gone, or this device was signed out, a moment ago."""
    user = await prove_password(accounts, principal, password)
    async with changing(accounts) as change, keeping_an_admin(change.connection):
        await still_in(change.connection, principal)
        await erase_in(accounts, change, user, principal, caller)
    accounts.erasures.wake()


async def erase_in(accounts: Accounts, change: Change, user: User, by: Principal, caller: Caller) -> None:
    """The account, and every sign-in, inside the transaction of `change`; its owner is told."""
    # Their own address is forgotten with all the others, in what is written now too.
    asker = Asker(by, NOBODY if by.id == user.id else caller)
    await end_all_in(accounts, change, user.id, "deleted", asker)
    await revoke_made_by_in(accounts, change, user.id, asker)
    await leave_in(accounts, change, user.id, asker)
    await store.delete_user(change.connection, user.id)
    change.unsettle([user.id])
    await accounts.audit.write(change.connection, AuditEvent.by(asker, "user_deleted", f"user:{user.id}"))
    if user.email is not None:
        await accounts.mailer.post(change.connection, letters.account_deleted(user.email, user.username))
