"""Following an invitation: seeing where it leads, accepting or declining it."""

import re
from dataclasses import dataclass
from typing import Final

from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.credential import digest
from server.accounts.groups import store as groups
from server.accounts.groups.rules import GroupRole
from server.accounts.invitations import store
from server.accounts.invitations.making import PREFIX, note, role_there
from server.accounts.invitations.store import Invitation, Place
from server.accounts.invitations.worth import judged
from server.accounts.members import store as members
from server.accounts.members.actions import add_in
from server.accounts.members.rules import MemberRole, is_more
from server.accounts.principal import Principal
from server.accounts.roles.guard import still_in
from server.accounts.service import Accounts
from server.kernel.errors import Conflict, NotFound
from server.kernel.ids import is_id
from server.kernel.limits import MAX_GROUP_MEMBERS, MAX_GROUPS, MAX_INVITED

_SHAPE: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_OVER: Final = "This invitation was used, taken back, or is too old; ask for a new one"


@dataclass(frozen=True, slots=True)
class Joined:
    """Where somebody belongs now, and as what."""

    place: Place
    role: MemberRole | GroupRole


async def look(accounts: Accounts, text: str) -> Invitation:
    """Where a link leads: whoever holds it may know. Raises NotFound for every one that is worth nothing."""
    async with accounts.kernel.database.read() as connection:
        return await _followed(accounts, Change(connection), text)


async def accept_link(accounts: Accounts, principal: Principal, text: str, caller: Caller) -> Joined:
    """Raises NotFound for what is worth nothing, Conflict where there is no room."""
    async with changing(accounts) as change:
        await still_in(change.connection, principal)
        return await _join(accounts, change, principal, await _followed(accounts, change, text), caller)


async def _followed(accounts: Accounts, change: Change, text: str) -> Invitation:
    if _SHAPE.fullmatch(text) is None:
        raise NotFound(_OVER)
    found = await store.find_by_digest(change.connection, digest(text), accounts.kernel.clock.now())
    return await _good(accounts, change, found)


async def list_mine(accounts: Accounts, principal: Principal) -> list[Invitation]:
    """What one is invited to by name, the newest first; without what nobody could accept now."""
    now = accounts.kernel.clock.now()
    async with accounts.kernel.database.read() as connection:
        found = await judged(accounts, connection, await store.list_for(connection, principal.id, now, MAX_INVITED))
    return [each for each in found if not each.void]


async def accept_mine(accounts: Accounts, principal: Principal, invitation_id: str, caller: Caller) -> Joined:
    """Raises NotFound for what is not one's own or worth nothing, Conflict where there is no room."""
    async with changing(accounts) as change:
        await still_in(change.connection, principal)
        invitation = await _mine(accounts, change, principal, invitation_id)
        good = await _good(accounts, change, invitation)
        return await _join(accounts, change, principal, good, caller)


async def decline(accounts: Accounts, principal: Principal, invitation_id: str, caller: Caller) -> None:
    """Raises NotFound for what is not one's own or over already."""
    async with changing(accounts) as change:
        await still_in(change.connection, principal)
        invitation = await _mine(accounts, change, principal, invitation_id)
        if not await store.end(change.connection, invitation_id, accounts.kernel.clock.now()):
            raise NotFound(_OVER)
        await note(accounts, change, "invitation_declined", principal, invitation, caller)


async def _mine(accounts: Accounts, change: Change, principal: Principal, invitation_id: str) -> Invitation:
    now = accounts.kernel.clock.now()
    found = await store.find_open(change.connection, invitation_id, now) if is_id(invitation_id) else None
    if found is None or found.user_id != principal.id:
        raise NotFound(_OVER)
    return found


async def _good(accounts: Accounts, change: Change, invitation: Invitation | None) -> Invitation:
    """One whose maker could still make it."""
    if invitation is None:
        raise NotFound(_OVER)
    [judgement] = await judged(accounts, change.connection, [invitation])
    if judgement.void:
        raise NotFound(_OVER)
    return invitation


async def _join(
    accounts: Accounts, change: Change, principal: Principal, invitation: Invitation, caller: Caller
) -> Joined:
    """What somebody is already is neither lessened nor paid for with a use."""
    before = await role_there(change, invitation.place, principal.id)
    if not is_more(invitation.role, before):
        return Joined(invitation.place, before or invitation.role)
    if not await store.use(change.connection, invitation.id, accounts.kernel.clock.now()):
        raise NotFound(_OVER)
    await _put(accounts, change, invitation, principal.id, is_new=before is None)
    await note(accounts, change, "invitation_accepted", principal, invitation, caller)
    await _note_member(accounts, change, Asker(principal, caller), invitation, before)
    return Joined(invitation.place, invitation.role)


async def _put(accounts: Accounts, change: Change, invitation: Invitation, user_id: str, *, is_new: bool) -> None:
    place, role, now = invitation.place, invitation.role, accounts.kernel.clock.now()
    if place.kind == "group":
        if is_new:
            await _check_room(change, place.id, user_id)
        await groups.put_member(change.connection, place.id, user_id, "owner" if role == "owner" else "member", now)
    elif role != "member":
        if is_new:
            await add_in(accounts, change, place.id, user_id, role)
        await members.put_member(change.connection, place.id, user_id, role, now)
    change.unsettle([user_id])


async def _check_room(change: Change, group_id: str, user_id: str) -> None:
    if len(await groups.people_in(change.connection, group_id)) >= MAX_GROUP_MEMBERS:
        raise Conflict(f"This group has {MAX_GROUP_MEMBERS} people; there is no room for one more")
    if await groups.count_groups(change.connection, user_id) >= MAX_GROUPS:
        raise Conflict(f"You are in {MAX_GROUPS} groups; leave one first")


async def _note_member(
    accounts: Accounts,
    change: Change,
    asker: Asker,
    invitation: Invitation,
    before: MemberRole | GroupRole | None,
) -> None:
    place, user_id = invitation.place, asker.principal.id
    details = {"user_id": user_id, "from": before, "to": invitation.role, f"{place.kind}_id": place.id}
    name: EventName = "member_added" if before is None else "member_changed"
    event = AuditEvent.by(asker, name, f"{place.kind}:{place.id}", details)
    await accounts.audit.write(change.connection, event)
