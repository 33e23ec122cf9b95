"""People with roles and permissions for tests, made without the routes that are tested."""

from server.accounts.caller import NOBODY
from server.accounts.changes import changing
from server.accounts.people.names import key_of
from server.accounts.people.store import User, add_user
from server.accounts.roles import store
from server.accounts.roles.guard import CHANGED
from server.accounts.roles.rules import ADMIN_ID
from server.accounts.roles.store import Role
from server.accounts.second_factor.store import Factor, begin_factor, enable_factor
from server.accounts.sessions.opening import open_session
from server.app import Services
from tests.accounts.persons import Person


async def give_role(services: Services, user_id: str, role_id: str) -> None:
    """As if an admin had."""
    async with changing(services.accounts) as change:
        await store.give(change.connection, user_id, role_id, services.kernel.clock.now())
        change.unsettle([user_id])


async def make_role(services: Services, name: str, *permissions: str) -> str:
    """Its id."""
    now = services.kernel.clock.now()
    role = Role(services.kernel.new_id(), name, "of a test", False, now, now, permissions)
    async with changing(services.accounts) as change:
        await store.add_role(change.connection, role)
        change.end([CHANGED])
    return role.id


async def enter(services: Services, username: str) -> Person:
    """A new person, signed in; without a password, since hashing one takes most of a test's time."""
    now = services.kernel.clock.now()
    address = f"{username}@table.example"
    user = User(
        services.kernel.new_id(), username, key_of(username), now, now, email=address, email_key=key_of(address)
    )
    async with changing(services.accounts) as change:
        await add_user(change.connection, user)
        opened = await change.in_one(lambda stroke: open_session(services.accounts, stroke, user, NOBODY, "body"))
    tokens = {"access_token": opened.access_token, "refresh_token": opened.refresh_token, "user": {"id": user.id}}
    return Person(username, tokens)


async def secure(services: Services, user_id: str) -> None:
    """A second factor is on, whose app nobody has."""
    now = services.kernel.clock.now()
    factor = Factor(user_id, services.accounts.factor_seal.close(b"of a test"), 0, now)
    async with changing(services.accounts) as change:
        await begin_factor(change.connection, factor)
        await enable_factor(change.connection, factor, 0, now)


async def holder(services: Services, username: str, *permissions: str) -> Person:
    """A new person who has just these permissions, and what everybody has."""
    person = await enter(services, username)
    await give_role(services, person.id, await make_role(services, f"role-of-{username}", *permissions))
    return person


async def make_admin(services: Services, username: str = "admin-of-tests") -> Person:
    """A new person with the role `admin`."""
    person = await enter(services, username)
    await give_role(services, person.id, ADMIN_ID)
    return person
