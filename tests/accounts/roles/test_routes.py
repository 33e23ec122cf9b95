"""Roles and permissions over HTTP."""

import httpx2

from server.accounts.roles.rules import PERMISSIONS, ROLES
from server.app import Services
from tests.accounts.granting import holder


async def test_roles_and_permissions_are_listed(client: httpx2.AsyncClient, services: Services) -> None:
    """With what each allows; whoever may read them need not be an admin."""
    reader = await holder(client, services, "rowan", "roles.read")
    roles = await client.get("/v1/roles", headers=reader.headers)
    assert roles.status_code == 200
    listed = {role["name"]: set(role["permissions"]) for role in roles.json() if role["built_in"]}
    assert listed == {name: set(role.permissions) for name, role in ROLES.items()}
    permissions = await client.get("/v1/permissions", headers=reader.headers)
    assert {each["name"]: each["description"] for each in permissions.json()} == PERMISSIONS
    assert roles.headers["cache-control"] == permissions.headers["cache-control"] == "no-store"
