"""One function per verb on roles and permissions: authorise, decide, store, write it down."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker
from server.accounts.changes import Change, changing
from server.accounts.principal import Principal
from server.accounts.roles import store
from server.accounts.roles.guard import CHANGED, require, require_in
from server.accounts.roles.losing import settle_in
from server.accounts.roles.rules import OWNS_ALL, Granted, check_holds
from server.accounts.roles.store import Role, StoredPermission
from server.accounts.roles.tables import PermissionRow, RoleRow
from server.accounts.service import Accounts
from server.kernel.errors import AlreadyExists, Conflict, FieldError, Invalid, NotFound
from server.kernel.ids import is_id
from server.kernel.limits import MAX_PERMISSIONS, MAX_ROLES


async def list_roles(accounts: Accounts, principal: Principal) -> list[Role]:
    """Those that come along first."""
    await require(accounts, principal, "roles.read")
    async with accounts.kernel.database.read() as connection:
        return await store.list_roles(connection)


async def read_role(accounts: Accounts, principal: Principal, role_id: str) -> Role:
    """Raises NotFound."""
    await require(accounts, principal, "roles.read")
    if not is_id(role_id):
        raise NotFound
    async with accounts.kernel.database.read() as connection:
        return await store.find_role(connection, role_id) or _missing()


def _missing() -> Role:
    raise NotFound


@dataclass(frozen=True, slots=True)
class NewRole:
    """What a role begins with."""

    name: str
    description: str
    permissions: Sequence[str]


async def make_role(accounts: Accounts, asker: Asker, new: NewRole) -> Role:
    """Raises Forbidden for what the asker does not have, Invalid, AlreadyExists, Conflict above MAX_ROLES."""
    async with _changing(accounts, asker) as (change, granted):
        await _check_permissions(change, granted, new.permissions)
        if await store.count(change.connection, RoleRow) >= MAX_ROLES:
            raise Conflict(f"A server has at most {MAX_ROLES} roles; delete one first")
        now = accounts.kernel.clock.now()
        role_id = accounts.kernel.new_id()
        role = Role(role_id, new.name, new.description, False, now, now, tuple(sorted(new.permissions)))
        await store.add_role(change.connection, role)
        await _write_down(accounts, change, asker, f"role:{role_id}", added=role.permissions)
        return role


async def change_role(accounts: Accounts, asker: Asker, role_id: str, changes: dict[str, Any]) -> Role:
    """`changes` are of `name`, `description` and `permissions`. Raises as `make_role`, NotFound."""
    async with _changing(accounts, asker) as (change, granted):
        role = await _own_role(change, granted, role_id)
        fields = sorted(name for name, value in changes.items() if value != getattr(role, name))
        wanted: Sequence[str] = changes.pop("permissions", role.permissions)
        await _check_permissions(change, granted, wanted)
        await store.change_role(change.connection, role_id, {**changes, "updated_at": accounts.kernel.clock.now()})
        await store.set_permissions(change.connection, role_id, wanted)
        if OWNS_ALL in set(role.permissions) ^ set(wanted):
            await settle_in(accounts, change, await store.holders_of(change.connection, role_id), asker)
        before, after = set(role.permissions), set(wanted)
        await _write_down(accounts, change, asker, f"role:{role_id}", after - before, before - after, fields)
        return await store.find_role(change.connection, role_id) or _missing()


async def delete_role(accounts: Accounts, asker: Asker, role_id: str) -> None:
    """From everybody who has it, too. Raises NotFound, Conflict for one that comes along, Forbidden."""
    async with _changing(accounts, asker) as (change, granted):
        role = await _own_role(change, granted, role_id)
        holders = await store.holders_of(change.connection, role_id) if OWNS_ALL in role.permissions else []
        await store.delete_role(change.connection, role_id)
        await settle_in(accounts, change, holders, asker)
        await _write_down(accounts, change, asker, f"role:{role_id}", removed=role.permissions)


async def list_permissions(accounts: Accounts, principal: Principal) -> list[StoredPermission]:
    """By name."""
    await require(accounts, principal, "roles.read")
    async with accounts.kernel.database.read() as connection:
        return await store.list_permissions(connection)


async def make_permission(accounts: Accounts, asker: Asker, name: str, description: str) -> StoredPermission:
    """Only admins have it, until it is put into a role. Raises AlreadyExists, Conflict above MAX_PERMISSIONS."""
    async with _changing(accounts, asker) as (change, _granted):
        if await store.count(change.connection, PermissionRow) >= MAX_PERMISSIONS:
            raise Conflict(f"A server has at most {MAX_PERMISSIONS} permissions; delete one first")
        made = StoredPermission(name, description, False, accounts.kernel.clock.now())
        await store.add_permission(change.connection, made)
        await _write_down(accounts, change, asker, f"permission:{name}", added=[name])
        return made


async def describe_permission(accounts: Accounts, asker: Asker, name: str, description: str) -> StoredPermission:
    """Raises NotFound, Conflict for one that comes along, Forbidden."""
    async with _changing(accounts, asker) as (change, granted):
        await _own_permission(change, granted, name)
        await store.describe_permission(change.connection, name, description)
        await _write_down(accounts, change, asker, f"permission:{name}", fields=["description"])
        return await _own_permission(change, granted, name)


async def delete_permission(accounts: Accounts, asker: Asker, name: str) -> None:
    """Out of every role, too. Raises NotFound, Conflict for one that comes along, Forbidden."""
    async with _changing(accounts, asker) as (change, granted):
        await _own_permission(change, granted, name)
        await store.delete_permission(change.connection, name)
        await _write_down(accounts, change, asker, f"permission:{name}", removed=[name])


@contextlib.asynccontextmanager
async def _changing(accounts: Accounts, asker: Asker) -> AsyncIterator[tuple[Change, Granted]]:
    """A transaction by somebody who may write roles; afterwards every process reads them anew."""
    await require(accounts, asker.principal, "roles.write")
    try:
        async with changing(accounts) as change:
            yield change, await require_in(accounts, change.connection, asker.principal, "roles.write")
            change.end([CHANGED])
    except IntegrityError as error:
        raise AlreadyExists(errors=[FieldError("/name", "there is one of that name")]) from error


async def _check_permissions(change: Change, granted: Granted, wanted: Sequence[str]) -> None:
    known = await store.everything(change.connection)
    unknown = [number for number, name in enumerate(wanted) if name not in known]
    if unknown:
        errors = [FieldError(f"/permissions/{number}", "there is no such permission") for number in unknown]
        raise Invalid(errors=errors)
    check_holds(granted, wanted)


async def _own_role(change: Change, granted: Granted, role_id: str) -> Role:
    """One that may be changed, by somebody who has all that it allows."""
    if not is_id(role_id):
        raise NotFound
    role = await store.find_role(change.connection, role_id) or _missing()
    if role.built_in:
        raise Conflict("This role comes along and stays as it is; make one of your own")
    check_holds(granted, role.permissions)
    return role


async def _own_permission(change: Change, granted: Granted, name: str) -> StoredPermission:
    found = None if "\0" in name else await store.find_permission(change.connection, name)
    if found is None:
        raise NotFound
    if found.built_in:
        raise Conflict("This permission is the server's own and stays as it is")
    check_holds(granted, [name])
    return found


async def _write_down(
    accounts: Accounts,
    change: Change,
    asker: Asker,
    target: str,
    added: Iterable[str] = (),
    removed: Iterable[str] = (),
    fields: Iterable[str] = (),
) -> None:
    """`added` and `removed` are permissions; `fields` names what else is another now, as people typed it."""
    details = {"added": sorted(added), "removed": sorted(removed), "fields": sorted(fields)}
    event = AuditEvent.by(asker, "privilege_permissions_changed", target, details)
    await accounts.audit.write(change.connection, event)
