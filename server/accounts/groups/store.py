"""Queries on groups. Each takes the transaction it runs in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Select, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.groups.rules import GroupRole
from server.accounts.groups.tables import CampaignGroupRow, GroupMemberRow, GroupRow
from server.accounts.members.rules import InvitedRole
from server.accounts.people.tables import UserRow
from server.accounts.upsert import put

_GROUPS: Final = cast(Table, GroupRow.__table__)
_MEMBERS: Final = cast(Table, GroupMemberRow.__table__)
_SEATED: Final = cast(Table, CampaignGroupRow.__table__)
_COUNT: Final = (
    select(func.count())
    .where(_MEMBERS.c.group_id == _GROUPS.c.id)
    .correlate(_GROUPS)
    .scalar_subquery()
    .label("members")
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group as one of its people sees it: `role` is theirs."""

    id: str
    name: str
    role: GroupRole
    members: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GroupMember:
    user_id: str
    username: str
    full_name: str | None
    role: GroupRole
    since: datetime


@dataclass(frozen=True, slots=True)
class SeatedGroup:
    """A group in a campaign: everybody in it has at least that role there."""

    group_id: str
    name: str
    role: InvitedRole
    members: int
    since: datetime


def _mine(user_id: str) -> Select[tuple[str, str, GroupRole, int, datetime]]:
    columns = (_GROUPS.c.id, _GROUPS.c.name, _MEMBERS.c.role, _COUNT, _GROUPS.c.created_at)
    return select(*columns).join(_MEMBERS, _MEMBERS.c.group_id == _GROUPS.c.id).where(_MEMBERS.c.user_id == user_id)


async def list_groups(connection: AsyncConnection, user_id: str) -> list[Group]:
    """Those that somebody is in, oldest first."""
    return [Group(**row._mapping) for row in await connection.execute(_mine(user_id).order_by(_GROUPS.c.id))]


async def find_group(connection: AsyncConnection, group_id: str, user_id: str) -> Group | None:
    """None for a group that they are not in."""
    row = (await connection.execute(_mine(user_id).where(_GROUPS.c.id == group_id))).one_or_none()
    return None if row is None else Group(**row._mapping)


async def find_name(connection: AsyncConnection, group_id: str) -> str | None:
    return cast(str | None, (await connection.execute(select(_GROUPS.c.name).where(_GROUPS.c.id == group_id))).scalar())


async def count_groups(connection: AsyncConnection, user_id: str) -> int:
    query = select(func.count()).select_from(_MEMBERS).where(_MEMBERS.c.user_id == user_id)
    return int((await connection.execute(query)).scalar_one())


async def add_group(connection: AsyncConnection, group_id: str, name: str, now: datetime) -> None:
    await connection.execute(insert(_GROUPS).values(id=group_id, name=name, created_at=now))


async def rename_group(connection: AsyncConnection, group_id: str, name: str) -> None:
    await connection.execute(update(_GROUPS).where(_GROUPS.c.id == group_id).values(name=name))


async def delete_group(connection: AsyncConnection, group_id: str) -> bool:
    """With its members, its seats and its invitations. False where it was gone already."""
    return (await connection.execute(delete(_GROUPS).where(_GROUPS.c.id == group_id))).rowcount == 1


# who is in it


async def list_members(connection: AsyncConnection, group_id: str) -> list[GroupMember]:
    """By name."""
    columns = (_MEMBERS.c.user_id, UserRow.username, UserRow.full_name, _MEMBERS.c.role, _MEMBERS.c.since)
    query = select(*columns).join(UserRow, UserRow.id == _MEMBERS.c.user_id).where(_MEMBERS.c.group_id == group_id)
    return [GroupMember(**row._mapping) for row in await connection.execute(query.order_by(UserRow.username_key))]


async def people_in(connection: AsyncConnection, group_id: str) -> list[str]:
    query = select(_MEMBERS.c.user_id).where(_MEMBERS.c.group_id == group_id)
    return [row.user_id for row in await connection.execute(query)]


async def find_role(connection: AsyncConnection, group_id: str, user_id: str) -> GroupRole | None:
    """Until the transaction ends nobody else changes it."""
    mine = (_MEMBERS.c.group_id == group_id) & (_MEMBERS.c.user_id == user_id)
    found = await connection.execute(select(_MEMBERS.c.role).where(mine).with_for_update())
    return cast(GroupRole | None, found.scalar())


async def lock_owners(connection: AsyncConnection, group_id: str) -> list[str]:
    """Whose group it is. Until the transaction ends nobody else changes that: two who go at once can't both go."""
    mine = select(_MEMBERS.c.user_id).where(_MEMBERS.c.group_id == group_id, _MEMBERS.c.role == "owner")
    return [row.user_id for row in await connection.execute(mine.order_by(_MEMBERS.c.user_id).with_for_update())]


async def put_member(connection: AsyncConnection, group_id: str, user_id: str, role: GroupRole, now: datetime) -> None:
    values = {"group_id": group_id, "user_id": user_id, "role": role, "since": now}
    await connection.execute(put(connection, _MEMBERS, values, {"role": role}))


async def remove_member(connection: AsyncConnection, group_id: str, user_id: str) -> None:
    mine = (_MEMBERS.c.group_id == group_id) & (_MEMBERS.c.user_id == user_id)
    await connection.execute(delete(_MEMBERS).where(mine))


# where it sits


async def list_seated(connection: AsyncConnection, campaign_id: str) -> list[SeatedGroup]:
    """By name."""
    columns = (_SEATED.c.group_id, _GROUPS.c.name, _SEATED.c.role, _COUNT, _SEATED.c.since)
    query = (
        select(*columns).join(_GROUPS, _GROUPS.c.id == _SEATED.c.group_id).where(_SEATED.c.campaign_id == campaign_id)
    )
    return [
        SeatedGroup(**row._mapping) for row in await connection.execute(query.order_by(_GROUPS.c.name, _GROUPS.c.id))
    ]


async def put_seat(
    connection: AsyncConnection, campaign_id: str, group_id: str, role: InvitedRole, now: datetime
) -> None:
    values = {"campaign_id": campaign_id, "group_id": group_id, "role": role, "since": now}
    await connection.execute(put(connection, _SEATED, values, {"role": role}))


async def remove_seat(connection: AsyncConnection, campaign_id: str, group_id: str) -> bool:
    """False where it sat there not."""
    mine = (_SEATED.c.campaign_id == campaign_id) & (_SEATED.c.group_id == group_id)
    return (await connection.execute(delete(_SEATED).where(mine))).rowcount == 1
