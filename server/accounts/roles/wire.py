"""What travels about roles and permissions."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from server.accounts.roles.store import Role, StoredPermission
from server.accounts.tokens.wire import Model
from server.kernel.limits import MAX_PERMISSION, MAX_PERMISSIONS, MAX_ROLE_NAME
from server.play.text import ShortText

_WORD = "[a-z][a-z0-9_]*"
PermissionName = Annotated[str, StringConstraints(pattern=rf"^{_WORD}\.{_WORD}$", max_length=MAX_PERMISSION)]
"""`resource.action`."""
RoleName = Annotated[str, StringConstraints(pattern=rf"^[a-z][a-z0-9_-]{{1,{MAX_ROLE_NAME - 1}}}$")]


def _once_each(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("name each permission once")
    return names


PermissionNames = Annotated[list[PermissionName], Field(max_length=MAX_PERMISSIONS), AfterValidator(_once_each)]


class PermissionIn(Model):
    """A permission of your own, for programs that accept our access tokens."""

    name: PermissionName
    description: ShortText


class PermissionPatch(Model):
    """The words that say what it allows."""

    description: ShortText


class PermissionOut(Model):
    """Something that may be allowed. `built_in` ones are the server's own, and stay."""

    name: str
    description: str
    built_in: bool
    created_at: datetime

    @classmethod
    def of(cls, stored: StoredPermission) -> "PermissionOut":
        return cls(**{name: getattr(stored, name) for name in cls.model_fields})


class RoleIn(Model):
    """A role of your own. Only what you have yourself can be in it."""

    name: RoleName
    description: ShortText
    permissions: PermissionNames = []


class RolePatch(Model):
    """Only what is named changes, a null counts as not named; `permissions` is the whole list."""

    name: Annotated[RoleName, Field(description="Nobody else's.")] | None = None
    description: ShortText | None = None
    permissions: PermissionNames | None = None


class RoleOut(Model):
    """A name for a set of permissions. `built_in` ones come along, and stay."""

    id: str
    name: str
    description: str
    built_in: bool
    permissions: list[str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, role: Role) -> "RoleOut":
        values = {name: getattr(role, name) for name in cls.model_fields}
        return cls(**{**values, "permissions": list(role.permissions)})
