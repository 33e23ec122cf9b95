"""Leaving: what goes with the account, in its transaction, and what is noted to be forgotten after it."""

from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, Table, and_, case, delete, insert, select, update

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.tables import AuditRow
from server.accounts.caller import Asker
from server.accounts.changes import Change
from server.accounts.groups.tables import CampaignGroupRow, GroupMemberRow, GroupRow
from server.accounts.invitations.tables import InvitationRow
from server.accounts.members import store as members
from server.accounts.members.tables import CharacterPlayerRow, MembershipRow
from server.accounts.people.tables import UserRow
from server.accounts.privacy.tables import ErasureRow
from server.accounts.service import Accounts
from server.accounts.sessions.tables import SessionRow
from server.accounts.tokens import store as tokens

_AUDIT: Final = cast(Table, AuditRow.__table__)
_HEIRS: Final = ("owner", "gm")
"""Who keeps or inherits a campaign: nobody comes to see its secrets who did not see them before."""


async def leave_in(accounts: Accounts, change: Change, user_id: str, by: Asker) -> None:
    """Before the account is deleted, and after everything that it made was ended. What hangs on it goes with it."""
    connection = change.connection
    played = select(CharacterPlayerRow.campaign_id, CharacterPlayerRow.character_id)
    characters = [list(row) for row in await connection.execute(played.where(CharacterPlayerRow.user_id == user_id))]
    owned = await _owned(change, user_id)
    left = [each for each in owned if not await _inherit(accounts, change, each, user_id, by)]
    await _leave_groups(change, user_id)
    await connection.execute(delete(InvitationRow).where(InvitationRow.made_by == user_id))
    await forget_addresses(change, user_id)
    values = {"user_id": user_id, "characters": characters, "campaigns": left, "since": accounts.kernel.clock.now()}
    await connection.execute(insert(ErasureRow).values(values))


async def _owned(change: Change, user_id: str) -> list[str]:
    mine = and_(MembershipRow.user_id == user_id, MembershipRow.role == "owner")
    return list(await change.connection.scalars(select(MembershipRow.campaign_id).where(mine).order_by("campaign_id")))


async def _inherit(accounts: Accounts, change: Change, campaign_id: str, user_id: str, by: Asker) -> bool:
    """Whether the campaign stays. Without another owner a game master becomes one; without either nobody does, and
    who administers campaigns on this server says whose it is. One that nobody belongs to goes."""
    await members.lock_owners(change.connection, campaign_id)
    heirs = await _heirs(change, campaign_id, user_id)
    if any(heir.role == "owner" for heir in heirs):
        return True
    # Nobody deletes somebody to come after them.
    heir = next((each for each in heirs if each.user_id != by.principal.id), None)
    if heir is not None:
        await members.put_member(change.connection, campaign_id, heir.user_id, "owner", accounts.kernel.clock.now())
        change.unsettle([heir.user_id])
    elif not await _is_used(accounts, change, campaign_id, user_id):
        return False
    details: dict[str, Any] = {"to": None} if heir is None else {"user_id": heir.user_id, "from": "gm", "to": "owner"}
    event = AuditEvent.by(by, "authz_change", f"campaign:{campaign_id}", {**details, "why": "owner_deleted"})
    await accounts.audit.write(change.connection, event)
    return True


async def _heirs(change: Change, campaign_id: str, user_id: str) -> Sequence[Row[str, str]]:
    """Who may sign in and has such a role: of their own first, then through a group; longest there first."""
    query = select(MembershipRow.user_id, MembershipRow.role).join(UserRow, UserRow.id == MembershipRow.user_id)
    mine = and_(MembershipRow.campaign_id == campaign_id, MembershipRow.user_id != user_id)
    query = query.where(mine, MembershipRow.role.in_(_HEIRS), UserRow.disabled_at.is_(None))
    own = (await change.connection.execute(query.order_by(MembershipRow.since, MembershipRow.user_id))).all()
    return [*own, *await _heirs_by_group(change, campaign_id, user_id)]


async def _heirs_by_group(change: Change, campaign_id: str, user_id: str) -> Sequence[Row[str, str]]:
    """A group's owner adds people to it, but none who comes before those that were there."""
    since = case((GroupMemberRow.since > CampaignGroupRow.since, GroupMemberRow.since), else_=CampaignGroupRow.since)
    query = select(GroupMemberRow.user_id, CampaignGroupRow.role).join(UserRow, UserRow.id == GroupMemberRow.user_id)
    query = query.join(CampaignGroupRow, CampaignGroupRow.group_id == GroupMemberRow.group_id)
    there = and_(CampaignGroupRow.campaign_id == campaign_id, GroupMemberRow.user_id != user_id)
    query = query.where(there, CampaignGroupRow.role.in_(_HEIRS), UserRow.disabled_at.is_(None))
    return (await change.connection.execute(query.order_by(since, GroupMemberRow.user_id))).all()


async def _is_used(accounts: Accounts, change: Change, campaign_id: str, user_id: str) -> bool:
    """Whether anybody else belongs to it, or a program has a token of it."""
    if any(each.user_id != user_id for each in await members.list_members(change.connection, campaign_id)):
        return True
    return bool(await tokens.count_living(change.connection, campaign_id, accounts.kernel.clock.now()))


async def _leave_groups(change: Change, user_id: str) -> None:
    """A group without an owner gets the one who is in it longest; an empty one goes."""
    mine = and_(GroupMemberRow.user_id == user_id, GroupMemberRow.role == "owner")
    for group_id in list(await change.connection.scalars(select(GroupMemberRow.group_id).where(mine))):
        rest = and_(GroupMemberRow.group_id == group_id, GroupMemberRow.user_id != user_id)
        query = select(GroupMemberRow.user_id, GroupMemberRow.role).where(rest)
        others = (await change.connection.execute(query.order_by(GroupMemberRow.since, GroupMemberRow.user_id))).all()
        if not others:
            await change.connection.execute(delete(GroupRow).where(GroupRow.id == group_id))
        elif all(other.role != "owner" for other in others):
            heir = and_(rest, GroupMemberRow.user_id == others[0].user_id)
            await change.connection.execute(update(GroupMemberRow).where(heir).values(role="owner"))


async def forget_addresses(change: Change, user_id: str) -> None:
    """From where they called, in the audit log: the chain verifies without."""
    for theirs in addresses_of(user_id):
        known = and_(theirs, _AUDIT.c.address.is_not(None))
        await change.connection.execute(update(_AUDIT).where(known).values(address=None, address_salt=None))


def addresses_of(user_id: str) -> list[ColumnElement[bool]]:
    """The entries whose address is theirs: what they did, what was done to them, and what was done in a sign-in.

    One by one, since PostgreSQL would read the whole log to answer them together.
    """
    sessions = select(SessionRow.id).where(SessionRow.user_id == user_id)
    columns = _AUDIT.c
    return [columns.who == user_id, columns.target == f"user:{user_id}", columns.session_id.in_(sessions)]
