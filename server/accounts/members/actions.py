"""One function per verb: see one's own place and everybody's, change a role, remove somebody, leave."""

from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.members import store
from server.accounts.members.rules import MemberRole
from server.accounts.members.seating import admit, admit_in, seat
from server.accounts.members.store import Member
from server.accounts.principal import Principal
from server.accounts.rules import VERBS, Thing, Verb, allow
from server.accounts.service import Accounts
from server.accounts.tokens.minting import revoke_made_by_in
from server.kernel.errors import Conflict, NotFound
from server.kernel.ids import is_id
from server.kernel.limits import MAX_MEMBERS


async def list_members(accounts: Accounts, principal: Principal, campaign: Thing) -> list[Member]:
    """Everybody, by name."""
    await admit(accounts, principal, "see_members", campaign)
    async with accounts.kernel.database.snapshot() as connection:
        return await store.list_members(connection, campaign.campaign_id)


async def add_in(accounts: Accounts, change: Change, campaign_id: str, user_id: str, role: MemberRole) -> None:
    """Give somebody a first role of their own, inside a transaction that says why. Raises Conflict where it is full."""
    if await store.count_members(change.connection, campaign_id) >= MAX_MEMBERS:
        raise Conflict(f"This campaign has {MAX_MEMBERS} members; remove one first")
    await store.put_member(change.connection, campaign_id, user_id, role, accounts.kernel.clock.now())
    change.unsettle([user_id])


async def change_role(
    accounts: Accounts, principal: Principal, campaign: Thing, user_id: str, role: MemberRole, caller: Caller
) -> Member:
    """Raises NotFound for who is no member, Conflict where the last owner would be none."""
    await admit(accounts, principal, "manage_members", campaign)
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, "manage_members", campaign)
        member = await _find(change, campaign, user_id)
        before = await _own_role(change, campaign, user_id, goes=role != "owner")
        if before is None:
            await add_in(accounts, change, campaign.campaign_id, user_id, role)
        elif before != role:
            await store.put_member(change.connection, campaign.campaign_id, user_id, role, accounts.kernel.clock.now())
            change.unsettle([user_id])
            if role not in VERBS["manage_tokens"].roles:
                await revoke_made_by_in(accounts, change, user_id, Asker(principal, caller), campaign.campaign_id)
        details = {"user_id": user_id, "from": before, "to": role}
        await _note(accounts, change, "member_changed", principal, campaign, details, caller)
        return await _find(change, campaign, member.user_id)


async def remove(accounts: Accounts, principal: Principal, campaign: Thing, user_id: str, caller: Caller) -> None:
    """Take somebody's own role away, or leave. Raises NotFound; Conflict for the last owner, and for who is here
    through a group only."""
    seated = await seat(accounts, principal, campaign.campaign_id)
    verb: Verb = "see_members" if user_id == principal.id else "manage_members"
    allow(seated, verb, campaign)
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, verb, campaign)
        member = await _find(change, campaign, user_id)
        before = await _own_role(change, campaign, user_id, goes=True)
        if before is None:
            raise Conflict("They are here through a group: leave the group, or take it out of the campaign")
        await store.remove_member(change.connection, campaign.campaign_id, member.user_id)
        await revoke_made_by_in(accounts, change, user_id, Asker(principal, caller), campaign.campaign_id)
        change.unsettle([user_id])
        await _note(
            accounts, change, "member_removed", principal, campaign, {"user_id": user_id, "from": before}, caller
        )


async def _find(change: Change, campaign: Thing, user_id: str) -> Member:
    members = await store.list_members(change.connection, campaign.campaign_id) if is_id(user_id) else []
    for member in members:
        if member.user_id == user_id:
            return member
    raise NotFound


async def _own_role(change: Change, campaign: Thing, user_id: str, *, goes: bool) -> MemberRole | None:
    """Raises Conflict where they are the last owner and would be none."""
    owners = await store.lock_owners(change.connection, campaign.campaign_id)
    if goes and owners == [user_id]:
        raise Conflict("A campaign keeps an owner: make somebody else one first")
    return await store.find_role(change.connection, campaign.campaign_id, user_id, lock=True)


async def _note(
    accounts: Accounts,
    change: Change,
    name: EventName,
    principal: Principal,
    campaign: Thing,
    details: dict[str, str | None],
    caller: Caller,
) -> None:
    event = AuditEvent.by(Asker(principal, caller), name, f"campaign:{campaign.campaign_id}", details)
    await accounts.audit.write(change.connection, event)
