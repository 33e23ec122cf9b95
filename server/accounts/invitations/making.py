"""Making, listing and taking back invitations: by whoever may grant that role, in that place."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.credential import digest, make_token
from server.accounts.groups import store as groups
from server.accounts.groups.actions import own
from server.accounts.groups.rules import GroupRole
from server.accounts.invitations import store
from server.accounts.invitations.store import Invitation, Place
from server.accounts.invitations.worth import judged
from server.accounts.members import store as members
from server.accounts.members.rules import MemberRole, is_more, may_grant
from server.accounts.members.seating import admit, admit_in
from server.accounts.people import store as people
from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.rules import Thing, role_in
from server.accounts.service import Accounts
from server.kernel.errors import AlreadyExists, Conflict, FieldError, Forbidden, Invalid, NotFound
from server.kernel.ids import is_id
from server.kernel.limits import DEAD_INVITATIONS_KEPT_S, MAX_INVITATIONS
from server.kernel.prefixes import Prefix

PREFIX: Final[Prefix] = "inv_"


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody who may invite to a place, and what they are there."""

    principal: Principal
    place: Place
    role: MemberRole | GroupRole

    def may_grant(self, role: MemberRole | GroupRole) -> bool:
        """Nobody gives more than they have."""
        return may_grant(self.role, role)


@dataclass(frozen=True, slots=True)
class Asked:
    """By name with `username`, else by a link."""

    role: MemberRole | GroupRole
    username: str | None
    life_s: int
    max_uses: int


@dataclass(frozen=True, slots=True)
class Made:
    """A new invitation; `text` is a link's token, shown now and never again."""

    invitation: Invitation
    text: str | None = field(repr=False)


async def in_campaign(accounts: Accounts, principal: Principal, campaign: Thing) -> Host:
    """Raises what `allow` raises."""
    seated = await admit(accounts, principal, "invite", campaign)
    role = role_in(seated, campaign.campaign_id)
    if role not in ("owner", "gm"):  # as the table of verbs has it; others could grant nothing
        raise Forbidden
    return Host(principal, Place("campaign", campaign.campaign_id), role)


async def in_group(accounts: Accounts, principal: Principal, group_id: str) -> Host:
    """Raises NotFound for who is not in it, Forbidden for who does not own it."""
    async with accounts.kernel.database.read() as connection:
        group = await groups.find_group(connection, group_id, principal.id) if is_id(group_id) else None
    if group is None:
        raise NotFound
    if group.role != "owner":
        raise Forbidden("Only an owner of the group may do that")
    return Host(principal, Place("group", group_id), group.role)


async def invite(accounts: Accounts, host: Host, asked: Asked, caller: Caller) -> Made:
    """Raises Forbidden for a role that they can't give, Invalid for a name that nobody has or a link to an owner's
    chair, AlreadyExists for who is that already, Conflict where too many are open."""
    _check(host, asked)
    async with changing(accounts) as change:
        await _check_still(accounts, change, host, asked.role)
        now = accounts.kernel.clock.now()
        await store.sweep(change.connection, host.place, now - timedelta(seconds=DEAD_INVITATIONS_KEPT_S))
        invited = None if asked.username is None else await _invited(change, host, asked, now)
        if await store.count_open(change.connection, host.place, now) >= MAX_INVITATIONS:
            raise Conflict(f"{MAX_INVITATIONS} invitations are open here; take one back first")
        text = make_token(PREFIX, accounts.kernel.entropy) if invited is None else None
        invitation = _new(accounts, host, asked, invited, None if text is None else digest(text))
        await store.add(change.connection, invitation)
        await note(accounts, change, "invitation_created", host.principal, invitation, caller)
    return Made(invitation, text)


async def _check_still(accounts: Accounts, change: Change, host: Host, role: MemberRole | GroupRole) -> None:
    """Inside the transaction: they may give that there still. Raises Unauthenticated, NotFound, Forbidden."""
    if host.place.kind == "group":
        await own(change, host.principal, host.place.id)
        return
    campaign = Thing(host.place.id, public=False)
    seated = await admit_in(accounts, change.connection, host.principal, "invite", campaign)
    if not may_grant(role_in(seated, host.place.id), role):
        raise Forbidden("Nobody gives a role that is more than their own")


def _check(host: Host, asked: Asked) -> None:
    if not host.may_grant(asked.role):
        raise Forbidden("Nobody gives a role that is more than their own")
    if asked.role == "owner" and asked.username is None:
        raise Invalid(errors=[FieldError("/username", "an owner is invited by name, never by a link")])
    if asked.username is not None and asked.max_uses != 1:
        raise Invalid(errors=[FieldError("/max_uses", "one person comes once")])


async def _invited(change: Change, host: Host, asked: Asked, now: datetime) -> User:
    """Who is called so; an older invitation of theirs ends."""
    user = await people.find_by_username(change.connection, key_of(asked.username or ""))
    if user is None:
        raise Invalid(errors=[FieldError("/username", "nobody here is called that")])
    if not is_more(asked.role, await role_there(change, host.place, user.id)):
        raise AlreadyExists("They have that role here already, or a greater one")
    await store.end_older(change.connection, host.place, user.id, now)
    return user


async def role_there(change: Change, place: Place, user_id: str) -> MemberRole | GroupRole | None:
    """What somebody is in that place by themselves."""
    if place.kind == "group":
        return await groups.find_role(change.connection, place.id, user_id)
    return await members.find_role(change.connection, place.id, user_id, lock=True)


def _new(accounts: Accounts, host: Host, asked: Asked, invited: User | None, secret: bytes | None) -> Invitation:
    now = accounts.kernel.clock.now()
    return Invitation(
        accounts.kernel.new_id(),
        host.place,
        asked.role,
        host.principal.id,
        host.principal.kind,
        asked.max_uses,
        created_at=now,
        expires_at=now + timedelta(seconds=asked.life_s),
        user_id=None if invited is None else invited.id,
        digest=secret,
        username=None if invited is None else invited.username,
        invited_by=host.principal.name if host.principal.kind == "user" else None,
    )


async def list_open(accounts: Accounts, host: Host) -> list[Invitation]:
    """Oldest first; void ones too, which can be taken back."""
    now = accounts.kernel.clock.now()
    async with accounts.kernel.database.read() as connection:
        return await judged(accounts, connection, await store.list_open(connection, host.place, now))


async def take_back(accounts: Accounts, host: Host, invitation_id: str, caller: Caller) -> None:
    """It is worth nothing from now on. Raises NotFound; Forbidden for one to a role that they can't give."""
    if not is_id(invitation_id):
        raise NotFound
    async with changing(accounts) as change:
        now = accounts.kernel.clock.now()
        invitation = await store.find_open(change.connection, invitation_id, now)
        if invitation is None or invitation.place != host.place:
            raise NotFound
        if not host.may_grant(invitation.role):
            raise Forbidden("Nobody takes back an invitation to a role that is more than their own")
        await _check_still(accounts, change, host, invitation.role)
        if not await store.end(change.connection, invitation_id, now):
            raise NotFound
        await note(accounts, change, "invitation_revoked", host.principal, invitation, caller)


async def note(
    accounts: Accounts, change: Change, name: EventName, who: Principal, invitation: Invitation, caller: Caller
) -> None:
    """Write down what became of an invitation."""
    place = invitation.place
    details = {f"{place.kind}_id": place.id, "role": invitation.role, "user_id": invitation.user_id}
    event = AuditEvent.by(Asker(who, caller), name, f"invitation:{invitation.id}", details)
    await accounts.audit.write(change.connection, event)
