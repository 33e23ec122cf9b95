"""One function per verb: make, see, rename and delete a group; change what somebody is in it, remove them, leave."""

from collections.abc import Mapping
from typing import NoReturn

from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.groups import store
from server.accounts.groups.rules import GroupRole
from server.accounts.groups.store import Group, GroupMember
from server.accounts.principal import Principal
from server.accounts.roles.guard import still_in
from server.accounts.service import Accounts
from server.kernel.errors import Conflict, Forbidden, NotFound
from server.kernel.ids import is_id
from server.kernel.limits import MAX_GROUPS

_ONE_STAYS = "A group keeps an owner: make somebody else one first, or delete the group"


async def list_groups(accounts: Accounts, principal: Principal) -> list[Group]:
    """One's own, oldest first."""
    async with accounts.kernel.database.read() as connection:
        return await store.list_groups(connection, principal.id)


async def make_group(accounts: Accounts, principal: Principal, name: str, caller: Caller) -> Group:
    """Whoever makes it owns it. Raises Conflict for who is in MAX_GROUPS."""
    now, group_id = accounts.kernel.clock.now(), accounts.kernel.new_id()
    async with changing(accounts) as change:
        await still_in(change.connection, principal)
        if await store.count_groups(change.connection, principal.id) >= MAX_GROUPS:
            raise Conflict(f"You are in {MAX_GROUPS} groups; leave one first")
        await store.add_group(change.connection, group_id, name, now)
        await store.put_member(change.connection, group_id, principal.id, "owner", now)
        await note(accounts, change, "group_created", principal, group_id, caller)
        return await _find(change, principal, group_id)


async def read_group(accounts: Accounts, principal: Principal, group_id: str) -> Group:
    """Raises NotFound for one that the asker is not in."""
    async with accounts.kernel.database.read() as connection:
        return await _find(Change(connection), principal, group_id)


async def rename_group(accounts: Accounts, principal: Principal, group_id: str, name: str, caller: Caller) -> Group:
    """Raises NotFound, Forbidden."""
    async with changing(accounts) as change:
        await own(change, principal, group_id)
        await store.rename_group(change.connection, group_id, name)
        await note(accounts, change, "group_updated", principal, group_id, caller)
        return await _find(change, principal, group_id)


async def delete_group(accounts: Accounts, principal: Principal, group_id: str, caller: Caller) -> None:
    """What it gave its people in campaigns goes with it. Raises NotFound, Forbidden."""
    async with changing(accounts) as change:
        await own(change, principal, group_id)
        change.unsettle(await store.people_in(change.connection, group_id))
        if not await store.delete_group(change.connection, group_id):
            _missing()
        await note(accounts, change, "group_deleted", principal, group_id, caller)


async def list_members(accounts: Accounts, principal: Principal, group_id: str) -> list[GroupMember]:
    """By name. Raises NotFound."""
    async with accounts.kernel.database.read() as connection:
        await _find(Change(connection), principal, group_id)
        return await store.list_members(connection, group_id)


async def change_role(
    accounts: Accounts, principal: Principal, group_id: str, user_id: str, role: GroupRole, caller: Caller
) -> GroupMember:
    """Raises NotFound, Forbidden; Conflict where the last owner would be none."""
    async with changing(accounts) as change:
        await own(change, principal, group_id)
        before = await _role(change, group_id, user_id, goes=role != "owner")
        await store.put_member(change.connection, group_id, user_id, role, accounts.kernel.clock.now())
        details = {"user_id": user_id, "from": before, "to": role}
        await note(accounts, change, "member_changed", principal, group_id, caller, details)
        members = await store.list_members(change.connection, group_id)
    return next(member for member in members if member.user_id == user_id)


async def remove(accounts: Accounts, principal: Principal, group_id: str, user_id: str, caller: Caller) -> None:
    """Oneself, or as an owner anybody. Raises NotFound, Forbidden; Conflict for the last owner."""
    async with changing(accounts) as change:
        await (_find if user_id == principal.id else own)(change, principal, group_id)
        before = await _role(change, group_id, user_id, goes=True)
        await store.remove_member(change.connection, group_id, user_id)
        change.unsettle([user_id])
        details = {"user_id": user_id, "from": before, "to": None}
        await note(accounts, change, "member_removed", principal, group_id, caller, details)


async def own(change: Change, principal: Principal, group_id: str) -> Group:
    """The group, if it is theirs. Raises NotFound, Forbidden."""
    await still_in(change.connection, principal)
    group = await _find(change, principal, group_id)
    if group.role != "owner":
        raise Forbidden("Only an owner of the group may do that")
    return group


async def _find(change: Change, principal: Principal, group_id: str) -> Group:
    found = await store.find_group(change.connection, group_id, principal.id) if is_id(group_id) else None
    return found or _missing()


def _missing() -> NoReturn:
    raise NotFound


async def _role(change: Change, group_id: str, user_id: str, *, goes: bool) -> GroupRole:
    """What they are. Raises NotFound; Conflict where they are the last owner and would be none."""
    owners = await store.lock_owners(change.connection, group_id)
    if goes and owners == [user_id]:
        raise Conflict(_ONE_STAYS)
    role = await store.find_role(change.connection, group_id, user_id) if is_id(user_id) else None
    return role or _missing()


async def note(
    accounts: Accounts,
    change: Change,
    name: EventName,
    principal: Principal,
    group_id: str,
    caller: Caller,
    details: Mapping[str, str | None] | None = None,
) -> None:
    """Write down what became of a group."""
    event = AuditEvent.by(Asker(principal, caller), name, f"group:{group_id}", details or {})
    await accounts.audit.write(change.connection, event)
