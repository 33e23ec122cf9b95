"""Roles and permissions for tests, given without the routes that give them."""

import httpx2

from server.accounts.changes import changing
from server.accounts.roles import store
from server.accounts.roles.guard import CHANGED
from server.accounts.roles.rules import ADMIN_ID
from server.accounts.roles.store import Role
from server.app import Services
from tests.accounts.persons import Person, sign_up


async def give_role(services: Services, user_id: str, role_id: str) -> None:
    """As if an admin had."""
    async with changing(services.accounts) as change:
        await store.give(change.connection, user_id, role_id, services.kernel.clock.now())
        change.end([CHANGED])


async def make_role(services: Services, name: str, *permissions: str) -> str:
    """Its id."""
    now = services.kernel.clock.now()
    role = Role(services.kernel.new_id(), name, "of a test", False, now, now, permissions)
    async with changing(services.accounts) as change:
        await store.add_role(change.connection, role)
        change.end([CHANGED])
    return role.id


async def holder(client: httpx2.AsyncClient, services: Services, username: str, *permissions: str) -> Person:
    """A new person who has just these permissions, and what everybody has."""
    person = await sign_up(client, username)
    await give_role(services, person.id, await make_role(services, f"role-of-{username}", *permissions))
    return person


async def make_admin(client: httpx2.AsyncClient, services: Services, username: str = "admin-of-tests") -> Person:
    """A new person with the role `admin`."""
    person = await sign_up(client, username)
    await give_role(services, person.id, ADMIN_ID)
    return person
