"""What comes along, and who may give what."""

from typing import get_args

import pytest

from server.accounts.roles import store
from server.accounts.roles.rules import ADMIN, PERMISSIONS, ROLES, Granted, Permission, check_holds
from server.app import Services
from server.kernel.errors import Forbidden


async def test_a_migrated_database_has_what_the_code_names(services: Services) -> None:
    """Roles and permissions that come along, with their ids, words and grants: in the code and in the tables alike."""
    async with services.kernel.database.read() as connection:
        roles = await store.list_roles(connection)
        permissions = await store.list_permissions(connection)
    assert {each.name: each.description for each in permissions} == PERMISSIONS
    found = {role.name: (role.id, role.description, set(role.permissions)) for role in roles}
    assert found == {name: (each.id, each.description, set(each.permissions)) for name, each in ROLES.items()}
    assert all(role.built_in for role in roles)
    assert all(permission.built_in for permission in permissions)


def test_every_permission_is_explained_and_the_admin_has_it() -> None:
    """A permission without words cannot exist, nor one that nobody has."""
    assert set(PERMISSIONS) == set(get_args(Permission)) == set(ROLES[ADMIN].permissions)


def test_nobody_gives_what_they_have_not() -> None:
    """All of it has to be one's own; what is missing is named."""
    granted = Granted((), frozenset({"users.read", "roles.write"}))
    check_holds(granted, ["users.read"])
    with pytest.raises(Forbidden, match=r"audit\.read, users\.write"):
        check_holds(granted, ["users.read", "users.write", "audit.read"])
