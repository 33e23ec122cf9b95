"""One function per verb on roles and permissions: authorise, decide, store, write it down."""

from server.accounts.principal import Principal
from server.accounts.roles import store
from server.accounts.roles.guard import require
from server.accounts.roles.store import Role, StoredPermission
from server.accounts.service import Accounts


async def list_roles(accounts: Accounts, principal: Principal) -> list[Role]:
    """Those that come along first."""
    await require(accounts, principal, "roles.read")
    async with accounts.kernel.database.read() as connection:
        return await store.list_roles(connection)


async def list_permissions(accounts: Accounts, principal: Principal) -> list[StoredPermission]:
    """By name."""
    await require(accounts, principal, "roles.read")
    async with accounts.kernel.database.read() as connection:
        return await store.list_permissions(connection)
