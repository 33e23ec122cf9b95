"""Leaving: what goes with the account, in its transaction, and what is noted to be forgotten after it."""

from typing import Any, Final, cast

from sqlalchemy import Table, and_, delete, insert, or_, select, update

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.tables import AuditRow
from server.accounts.changes import Change
from server.accounts.groups.tables import GroupMemberRow, GroupRow
from server.accounts.invitations.tables import InvitationRow
from server.accounts.members import store as members
from server.accounts.members.store import Member
from server.accounts.members.tables import CharacterPlayerRow, MembershipRow
from server.accounts.privacy.tables import ErasureRow
from server.accounts.service import Accounts
from server.accounts.sessions.tables import SessionRow
from server.accounts.tokens import store as tokens

_AUDIT: Final = cast(Table, AuditRow.__table__)
_HEIRS: Final = ("owner", "gm", "moderator", "player", "viewer")
"""Who inherits a campaign, first: the one that did most of what its owner did."""


async def leave_in(accounts: Accounts, change: Change, user_id: str) -> None:
    """Before the account is deleted, and after everything that it made was ended. What hangs on it goes with it."""
    connection = change.connection
    played = select(CharacterPlayerRow.campaign_id, CharacterPlayerRow.character_id)
    characters = [list(row) for row in await connection.execute(played.where(CharacterPlayerRow.user_id == user_id))]
    left = [each for each in await _owned(change, user_id) if not await _inherit(accounts, change, each, user_id)]
    await _leave_groups(change, user_id)
    await connection.execute(delete(InvitationRow).where(InvitationRow.made_by == user_id))
    await forget_addresses(change, user_id)
    values = {"user_id": user_id, "characters": characters, "campaigns": left, "since": accounts.kernel.clock.now()}
    await connection.execute(insert(ErasureRow).values(values))


async def _owned(change: Change, user_id: str) -> list[str]:
    mine = and_(MembershipRow.user_id == user_id, MembershipRow.role == "owner")
    return list(await change.connection.scalars(select(MembershipRow.campaign_id).where(mine)))


async def _inherit(accounts: Accounts, change: Change, campaign_id: str, user_id: str) -> bool:
    """Whether somebody else keeps the campaign. Without another owner the next in line becomes one."""
    now = accounts.kernel.clock.now()
    others = [each for each in await members.list_members(change.connection, campaign_id) if each.user_id != user_id]
    if any(each.role == "owner" for each in others):
        return True
    if not others:
        return bool(await tokens.count_living(change.connection, campaign_id, now))
    heir = min(others, key=_rank)
    await members.put_member(change.connection, campaign_id, heir.user_id, "owner", now)
    change.unsettle([heir.user_id])
    details: dict[str, Any] = {"user_id": heir.user_id, "from": heir.role, "to": "owner", "why": "owner_deleted"}
    await accounts.audit.write(
        change.connection, AuditEvent("authz_change", None, f"campaign:{campaign_id}", details=details)
    )
    return True


def _rank(member: Member) -> tuple[int, Any]:
    return _HEIRS.index(member.role), member.since


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
    sessions = select(SessionRow.id).where(SessionRow.user_id == user_id)
    columns = _AUDIT.c
    theirs = or_(columns.who == user_id, columns.target == f"user:{user_id}", columns.session_id.in_(sessions))
    gone = update(_AUDIT).where(theirs, columns.address.is_not(None)).values(address=None, address_salt=None)
    await change.connection.execute(gone)
