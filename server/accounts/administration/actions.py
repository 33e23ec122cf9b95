"""One function per verb on other people's accounts: authorise, decide, store, write it down."""

from dataclasses import dataclass

from server.accounts.administration import store
from server.accounts.administration.store import Wanted
from server.accounts.people import store as people
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.roles import store as roles
from server.accounts.roles.guard import require
from server.accounts.roles.store import Role
from server.accounts.service import Accounts
from server.kernel.errors import NotFound
from server.kernel.ids import is_id


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, and the names of the roles that they were given."""

    user: User
    roles: list[str]


async def list_people(accounts: Accounts, principal: Principal, wanted: Wanted) -> list[Person]:
    """In the order in which they signed up."""
    await require(accounts, principal, "users.read")
    async with accounts.kernel.database.read() as connection:
        found = await store.find_people(connection, wanted)
        names = await roles.names_of(connection, [user.id for user in found])
    return [Person(user, names.get(user.id, [])) for user in found]


async def read_person(accounts: Accounts, principal: Principal, user_id: str) -> Person:
    """Raises NotFound."""
    await require(accounts, principal, "users.read")
    if not is_id(user_id):
        raise NotFound
    async with accounts.kernel.database.read() as connection:
        user = await people.find_user(connection, user_id)
        if user is None:
            raise NotFound
        names = await roles.names_of(connection, [user_id])
    return Person(user, names.get(user_id, []))


async def list_roles(accounts: Accounts, principal: Principal, user_id: str) -> list[Role]:
    """Everybody's role, and those that the person was given. Raises NotFound."""
    await require(accounts, principal, "roles.read")
    if not is_id(user_id):
        raise NotFound
    async with accounts.kernel.database.read() as connection:
        if await people.find_user(connection, user_id) is None:
            raise NotFound
        return await roles.roles_of(connection, user_id)
