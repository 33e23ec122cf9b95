"""One function per verb on other people's accounts: authorise, decide, store, write it down."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.administration import store
from server.accounts.administration.store import Wanted
from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import Asker
from server.accounts.changes import Change, changing
from server.accounts.people import store as people
from server.accounts.people.actions import erase_in, taken
from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.roles import store as roles
from server.accounts.roles.guard import keeping_an_admin, require, require_in
from server.accounts.roles.losing import settle_in
from server.accounts.roles.rules import EVERYBODYS_ID, check_holds
from server.accounts.roles.store import Role
from server.accounts.second_factor import store as factors
from server.accounts.second_factor.lost import mail_link_in
from server.accounts.service import Accounts
from server.accounts.sessions.actions import end_all_in
from server.accounts.throttle import By
from server.accounts.tokens.minting import revoke_made_by_in
from server.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from server.kernel.ids import is_id


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, the names of the roles that they were given, and whether they have a second factor."""

    user: User
    roles: list[str]
    second_factor: bool = False


async def list_people(accounts: Accounts, principal: Principal, wanted: Wanted) -> list[Person]:
    """In the order in which they signed up."""
    await require(accounts, principal, "users.read")
    async with accounts.kernel.database.read() as connection:
        found = await store.find_people(connection, wanted)
        ids = [user.id for user in found]
        names, secured = await roles.names_of(connection, ids), await factors.who_have(connection, ids)
    return [Person(user, names.get(user.id, []), user.id in secured) for user in found]


async def read_person(accounts: Accounts, principal: Principal, user_id: str) -> Person:
    """Raises NotFound."""
    await require(accounts, principal, "users.read")
    return await _found(accounts, user_id)


async def _found(accounts: Accounts, user_id: str) -> Person:
    if not is_id(user_id):
        raise NotFound
    async with accounts.kernel.database.read() as connection:
        user = await people.find_user(connection, user_id)
        if user is None:
            raise NotFound
        names, secured = await roles.names_of(connection, [user_id]), await factors.is_on(connection, user_id)
    return Person(user, names.get(user_id, []), secured)


async def list_roles(accounts: Accounts, principal: Principal, user_id: str) -> list[Role]:
    """Everybody's role, and those that the person was given. Raises NotFound."""
    await require(accounts, principal, "roles.read")
    if not is_id(user_id):
        raise NotFound
    async with accounts.kernel.database.read() as connection:
        if await people.find_user(connection, user_id) is None:
            raise NotFound
        return await roles.roles_of(connection, user_id)


async def change_person(accounts: Accounts, asker: Asker, user_id: str, changes: Mapping[str, Any]) -> Person:
    """`changes` are of `disabled`, `username` and `full_name`; their holder is told.

    A disabled person is signed out everywhere at once, and can't sign in. Raises NotFound, Forbidden, Conflict;
    AlreadyExists for a username that is taken; TooMany.
    """
    names = {name: value for name, value in changes.items() if name != "disabled"}
    if names:
        await require(accounts, asker.principal, "users.write")
        await accounts.throttle.hit("people", By(asker.principal.id))
    try:
        async with _changing(accounts, asker, user_id) as (change, user):
            user = await _rename_in(accounts, change, asker, user, names)
            if "disabled" in changes:
                await _set_disabled_in(accounts, change, asker, user, changes["disabled"])
    except IntegrityError as error:
        raise taken() from error
    return await _found(accounts, user_id)


async def _rename_in(
    accounts: Accounts, change: Change, asker: Asker, user: User, names: Mapping[str, str | None]
) -> User:
    """What is so already is not changed, and not written down. Raises IntegrityError."""
    values: dict[str, Any] = {name: value for name, value in names.items() if value != getattr(user, name)}
    if not values:
        return user
    fields = sorted(values)
    if "username" in values:
        values["username_key"] = key_of(values["username"])
    values["updated_at"] = accounts.kernel.clock.now()
    renamed = await people.change_user(change.connection, user.id, values) or _missing()
    await write_down(accounts, change, asker, "user_updated", user.id, {"fields": fields})
    if renamed.email is not None:
        await accounts.mailer.post(change.connection, letters.account_renamed(renamed.email, renamed.username))
    return renamed


async def _set_disabled_in(accounts: Accounts, change: Change, asker: Asker, user: User, disabled: bool) -> None:
    now = accounts.kernel.clock.now()
    await store.set_disabled(change.connection, user.id, (user.disabled_at or now) if disabled else None, now)
    if disabled:
        await end_all_in(accounts, change, user.id, "disabled", asker)
        await revoke_made_by_in(accounts, change, user.id, asker)
    await write_down(accounts, change, asker, "user_disabled" if disabled else "user_enabled", user.id, {})
    if user.email is not None and disabled is (user.disabled_at is None):
        letter = letters.account_disabled if disabled else letters.account_enabled
        await accounts.mailer.post(change.connection, letter(user.email, user.username))


async def delete_person(accounts: Accounts, asker: Asker, user_id: str) -> None:
    """As if they had done it themselves. Raises NotFound, Forbidden, Conflict for the last admin."""
    async with _changing(accounts, asker, user_id) as (change, user):
        await erase_in(accounts, change, user, asker.principal, asker.caller)
    accounts.erasures.wake()


async def mail_factor_link(accounts: Accounts, asker: Asker, user_id: str) -> None:
    """For whoever lost the app and the recovery codes: with the link, and their password, they remove it themselves.

    Raises NotFound, Forbidden for one's own, which takes the password and a code; Conflict where there is none, or no
    address.
    """
    if asker.principal.id == user_id:
        raise Forbidden("Switch your own off on your account's page, with your password and a code")
    async with _changing(accounts, asker, user_id) as (change, user):
        await mail_link_in(accounts, change, user, asker.principal, asker.caller)


async def give_role(accounts: Accounts, asker: Asker, user_id: str, role_id: str) -> list[Role]:
    """Their roles with this one. Raises NotFound, Invalid for no role, Forbidden for one that allows more."""
    await require(accounts, asker.principal, "roles.write")
    async with changing(accounts) as change:
        granted = await require_in(accounts, change.connection, asker.principal, "roles.write")
        await _person_in(change, user_id)
        role = await roles.find_role(change.connection, role_id)
        if role is None:
            raise Invalid(errors=[FieldError("/role_id", "there is no such role")])
        _check_is_given(role)
        check_holds(granted, role.permissions)
        if await roles.give(change.connection, user_id, role_id, accounts.kernel.clock.now()):
            await write_down(accounts, change, asker, "privilege_permissions_changed", user_id, {"added": [role.name]})
            change.unsettle([user_id])
        return await roles.roles_of(change.connection, user_id)


async def take_role(accounts: Accounts, asker: Asker, user_id: str, role_id: str) -> None:
    """At once in every process; their sockets are seated anew. Raises as `give_role`, Conflict for the last admin."""
    await require(accounts, asker.principal, "roles.write")
    async with changing(accounts) as change, keeping_an_admin(change.connection):
        granted = await require_in(accounts, change.connection, asker.principal, "roles.write")
        await _person_in(change, user_id)
        role = await roles.find_role(change.connection, role_id) if is_id(role_id) else None
        if role is None:
            raise NotFound
        _check_is_given(role)
        check_holds(granted, role.permissions)
        if not await roles.take(change.connection, user_id, role_id):
            raise NotFound
        await write_down(accounts, change, asker, "privilege_permissions_changed", user_id, {"removed": [role.name]})
        await settle_in(accounts, change, [user_id], asker)


def _check_is_given(role: Role) -> None:
    if role.id == EVERYBODYS_ID:
        raise Conflict("Everybody who has an account has this role")


@contextlib.asynccontextmanager
async def _changing(accounts: Accounts, asker: Asker, user_id: str) -> AsyncIterator[tuple[Change, User]]:
    """A transaction on somebody's account, by whoever may, and has all that they have; an admin remains."""
    await require(accounts, asker.principal, "users.write")
    async with changing(accounts) as change, keeping_an_admin(change.connection):
        granted = await require_in(accounts, change.connection, asker.principal, "users.write")
        user = await _person_in(change, user_id)
        check_holds(granted, (await roles.granted_to(change.connection, user_id)).permissions)
        yield change, user


async def _person_in(change: Change, user_id: str) -> User:
    return (await people.find_user(change.connection, user_id) if is_id(user_id) else None) or _missing()


def _missing() -> User:
    raise NotFound


async def write_down(
    accounts: Accounts, change: Change, asker: Asker, name: EventName, user_id: str, details: dict[str, Any]
) -> None:
    """What was done to somebody, in the transaction that did it."""
    event = AuditEvent.by(asker, name, f"user:{user_id}", details)
    await accounts.audit.write(change.connection, event)
