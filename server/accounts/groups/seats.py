"""Groups in campaigns: everybody in one has at least its role there, from the moment it is seated until it goes."""

from server.accounts.caller import Caller
from server.accounts.changes import changing
from server.accounts.groups import store
from server.accounts.groups.actions import note
from server.accounts.groups.store import SeatedGroup
from server.accounts.members.rules import InvitedRole
from server.accounts.members.seating import admit, admit_in
from server.accounts.principal import Principal
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.kernel.errors import Conflict, NotFound
from server.kernel.ids import is_id
from server.kernel.limits import MAX_SEATED_GROUPS


async def list_seated(accounts: Accounts, principal: Principal, campaign: Thing) -> list[SeatedGroup]:
    """By name."""
    await admit(accounts, principal, "see_members", campaign)
    async with accounts.kernel.database.read() as connection:
        return await store.list_seated(connection, campaign.campaign_id)


async def seat_group(
    accounts: Accounts, principal: Principal, campaign: Thing, group_id: str, role: InvitedRole, caller: Caller
) -> SeatedGroup:
    """Seat it, or change its role. Raises NotFound for a group that the asker is not in and that has no seat there yet,
    Conflict where there are too many."""
    await admit(accounts, principal, "manage_members", campaign)
    campaign_id = campaign.campaign_id
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, "manage_members", campaign)
        seated = {each.group_id: each for each in await store.list_seated(change.connection, campaign_id)}
        if group_id not in seated:
            known = is_id(group_id) and await store.find_role(change.connection, group_id, principal.id)
            if not known:
                raise NotFound
            if len(seated) >= MAX_SEATED_GROUPS:
                raise Conflict(f"{MAX_SEATED_GROUPS} groups sit here already; take one out first")
        await store.put_seat(change.connection, campaign_id, group_id, role, accounts.kernel.clock.now())
        change.unsettle(await store.people_in(change.connection, group_id))
        details = {
            "campaign_id": campaign_id,
            "from": seated[group_id].role if group_id in seated else None,
            "to": role,
        }
        await note(accounts, change, "group_updated", principal, group_id, caller, details)
        now = await store.list_seated(change.connection, campaign_id)
    return next(each for each in now if each.group_id == group_id)


async def unseat_group(
    accounts: Accounts, principal: Principal, campaign: Thing, group_id: str, caller: Caller
) -> None:
    """Raises NotFound where it has no seat there."""
    await admit(accounts, principal, "manage_members", campaign)
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, "manage_members", campaign)
        if not is_id(group_id) or not await store.remove_seat(change.connection, campaign.campaign_id, group_id):
            raise NotFound
        change.unsettle(await store.people_in(change.connection, group_id))
        details: dict[str, str | None] = {"campaign_id": campaign.campaign_id, "to": None}
        await note(accounts, change, "group_updated", principal, group_id, caller, details)
