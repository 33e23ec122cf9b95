"""Queries on roles and permissions. Each takes the transaction it runs in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.people.tables import UserRow
from server.accounts.roles.rules import ADMIN_ID, EVERYBODYS_ID, Granted
from server.accounts.roles.tables import PermissionRow, RolePermissionRow, RoleRow, UserRoleRow
from server.accounts.sessions.tables import SessionRow

_PERMISSIONS: Final = cast(Table, PermissionRow.__table__)
_ROLES: Final = cast(Table, RoleRow.__table__)
_ROLE_PERMISSIONS: Final = cast(Table, RolePermissionRow.__table__)
_USER_ROLES: Final = cast(Table, UserRoleRow.__table__)
_USERS: Final = cast(Table, UserRow.__table__)
_SESSIONS: Final = cast(Table, SessionRow.__table__)


@dataclass(frozen=True, slots=True)
class StoredPermission:
    """A permission as it is kept."""

    name: str
    description: str
    built_in: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Role:
    """A role with what it allows."""

    id: str
    name: str
    description: str
    built_in: bool
    created_at: datetime
    updated_at: datetime
    permissions: tuple[str, ...] = ()


_OF_A_ROLE: Final = [name for name in Role.__dataclass_fields__ if name != "permissions"]


async def list_permissions(connection: AsyncConnection) -> list[StoredPermission]:
    """By name."""
    found = await connection.execute(select(_PERMISSIONS).order_by(_PERMISSIONS.c.name))
    return [StoredPermission(**row._mapping) for row in found]


async def find_permission(connection: AsyncConnection, name: str) -> StoredPermission | None:
    row = (await connection.execute(select(_PERMISSIONS).where(_PERMISSIONS.c.name == name))).one_or_none()
    return None if row is None else StoredPermission(**row._mapping)


async def add_permission(connection: AsyncConnection, permission: StoredPermission) -> None:
    """Raises IntegrityError where the name is taken."""
    values = {name: getattr(permission, name) for name in StoredPermission.__dataclass_fields__}
    await connection.execute(insert(_PERMISSIONS).values(values))


async def describe_permission(connection: AsyncConnection, name: str, description: str) -> None:
    await connection.execute(update(_PERMISSIONS).where(_PERMISSIONS.c.name == name).values(description=description))


async def delete_permission(connection: AsyncConnection, name: str) -> None:
    """Out of every role, too."""
    await connection.execute(delete(_PERMISSIONS).where(_PERMISSIONS.c.name == name))


async def list_roles(connection: AsyncConnection) -> list[Role]:
    """Those that come along first, then in the order in which they were made."""
    return await _roles(connection, None)


async def find_role(connection: AsyncConnection, role_id: str) -> Role | None:
    found = await _roles(connection, _ROLES.c.id == role_id)
    return found[0] if found else None


async def roles_of(connection: AsyncConnection, user_id: str) -> list[Role]:
    """Everybody's role, and those that the person was given."""
    given = select(_USER_ROLES.c.role_id).where(_USER_ROLES.c.user_id == user_id)
    return await _roles(connection, or_(_ROLES.c.id == EVERYBODYS_ID, _ROLES.c.id.in_(given)))


async def names_of(connection: AsyncConnection, user_ids: Iterable[str]) -> dict[str, list[str]]:
    """The names of the roles that people were given, by person."""
    query = (
        select(_USER_ROLES.c.user_id, _ROLES.c.name)
        .join(_ROLES, _ROLES.c.id == _USER_ROLES.c.role_id)
        .where(_USER_ROLES.c.user_id.in_(list(user_ids)))
        .order_by(_ROLES.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.user_id, []).append(row.name)
    return found


async def _roles(connection: AsyncConnection, where: ColumnElement[bool] | None) -> list[Role]:
    query = select(_ROLES).order_by(_ROLES.c.id)
    rows = (await connection.execute(query if where is None else query.where(where))).all()
    allowed = await _allowed_by(connection, [row.id for row in rows])
    return [
        Role(**{name: getattr(row, name) for name in _OF_A_ROLE}, permissions=tuple(allowed.get(row.id, ())))
        for row in rows
    ]


async def _allowed_by(connection: AsyncConnection, role_ids: list[str]) -> dict[str, list[str]]:
    query = (
        select(_ROLE_PERMISSIONS)
        .where(_ROLE_PERMISSIONS.c.role_id.in_(role_ids))
        .order_by(_ROLE_PERMISSIONS.c.permission)
    )
    found: dict[str, list[str]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.role_id, []).append(row.permission)
    if ADMIN_ID in role_ids:
        found[ADMIN_ID] = [permission.name for permission in await list_permissions(connection)]
    return found


async def granted_to(connection: AsyncConnection, user_id: str) -> Granted:
    roles = await roles_of(connection, user_id)
    permissions = frozenset(name for role in roles for name in role.permissions)
    return Granted(tuple(role.name for role in roles), permissions)


async def everything(connection: AsyncConnection) -> frozenset[str]:
    """Every permission that there is."""
    return frozenset(permission.name for permission in await list_permissions(connection))


async def count(connection: AsyncConnection, what: type[RoleRow] | type[PermissionRow]) -> int:
    return int((await connection.execute(select(func.count()).select_from(what))).scalar_one())


async def add_role(connection: AsyncConnection, role: Role) -> None:
    """Raises IntegrityError where the name is taken."""
    await connection.execute(insert(_ROLES).values({name: getattr(role, name) for name in _OF_A_ROLE}))
    await set_permissions(connection, role.id, role.permissions)


async def change_role(connection: AsyncConnection, role_id: str, values: dict[str, Any]) -> None:
    """Raises IntegrityError where the new name is taken."""
    await connection.execute(update(_ROLES).where(_ROLES.c.id == role_id).values(values))


async def set_permissions(connection: AsyncConnection, role_id: str, permissions: Iterable[str]) -> None:
    """The whole set; all of them exist."""
    await connection.execute(delete(_ROLE_PERMISSIONS).where(_ROLE_PERMISSIONS.c.role_id == role_id))
    if rows := [{"role_id": role_id, "permission": name} for name in permissions]:
        await connection.execute(insert(_ROLE_PERMISSIONS), rows)


async def delete_role(connection: AsyncConnection, role_id: str) -> None:
    """From everybody who has it, too."""
    await connection.execute(delete(_ROLES).where(_ROLES.c.id == role_id))


async def give(connection: AsyncConnection, user_id: str, role_id: str, now: datetime) -> bool:
    """False where they have it already."""
    if await _has(connection, user_id, role_id):
        return False
    await connection.execute(insert(_USER_ROLES).values(user_id=user_id, role_id=role_id, since=now))
    return True


async def take(connection: AsyncConnection, user_id: str, role_id: str) -> bool:
    """False where they don't have it."""
    mine = and_(_USER_ROLES.c.user_id == user_id, _USER_ROLES.c.role_id == role_id)
    return (await connection.execute(delete(_USER_ROLES).where(mine))).rowcount == 1


async def _has(connection: AsyncConnection, user_id: str, role_id: str) -> bool:
    mine = and_(_USER_ROLES.c.user_id == user_id, _USER_ROLES.c.role_id == role_id)
    return (await connection.execute(select(_USER_ROLES.c.role_id).where(mine))).one_or_none() is not None


async def holders_of(connection: AsyncConnection, role_id: str) -> list[str]:
    """The ids of those who were given it."""
    query = select(_USER_ROLES.c.user_id).where(_USER_ROLES.c.role_id == role_id)
    return [row.user_id for row in await connection.execute(query)]


async def lock(connection: AsyncConnection, *, shared: bool = False) -> None:
    """From here to its end this transaction is the only one that changes who has what: the last admin is counted.

    With `shared` nobody changes it meanwhile; others that only rely on it go on.
    """
    await connection.execute(select(_ROLES.c.id).where(_ROLES.c.id == ADMIN_ID).with_for_update(read=shared))


async def may_act(connection: AsyncConnection, user_id: str, session_id: str | None) -> bool:
    """Whether the account is there and not disabled, and the sign-in, if one is named, has not ended."""
    query = select(_USERS.c.id).where(_USERS.c.id == user_id, _USERS.c.disabled_at.is_(None))
    if session_id is not None:
        query = query.join(_SESSIONS, _SESSIONS.c.user_id == _USERS.c.id)
        query = query.where(_SESSIONS.c.id == session_id, _SESSIONS.c.ended_at.is_(None))
    return (await connection.execute(query)).one_or_none() is not None


async def count_admins(connection: AsyncConnection) -> int:
    """People with the role `admin` who may sign in."""
    query = (
        select(func.count())
        .select_from(_USER_ROLES)
        .join(_USERS, _USERS.c.id == _USER_ROLES.c.user_id)
        .where(_USER_ROLES.c.role_id == ADMIN_ID, _USERS.c.disabled_at.is_(None))
    )
    return int((await connection.execute(query)).scalar_one())
