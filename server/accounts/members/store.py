"""Queries on who belongs to a campaign. Each takes the transaction it runs in."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast

from sqlalchemy import CompoundSelect, Select, Table, delete, func, literal, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.groups.tables import CampaignGroupRow, GroupMemberRow
from server.accounts.members.rules import MemberRole, is_more, strongest
from server.accounts.members.standing import Standing
from server.accounts.members.tables import CharacterPlayerRow, MembershipRow
from server.accounts.people.tables import UserRow
from server.accounts.upsert import put

_MEMBERS: Final = cast(Table, MembershipRow.__table__)
_PLAYERS: Final = cast(Table, CharacterPlayerRow.__table__)
_GROUP_MEMBERS: Final = cast(Table, GroupMemberRow.__table__)
_SEATED: Final = cast(Table, CampaignGroupRow.__table__)


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a campaign, as the list shows them. `group_id` is the group that their role comes from, if any."""

    user_id: str
    username: str
    full_name: str | None
    role: MemberRole
    since: datetime
    group_id: str | None = None
    character_ids: tuple[str, ...] = ()


async def find_standing(connection: AsyncConnection, campaign_id: str, user_id: str) -> Standing:
    """What they are there, by themselves and through their groups; for a stranger nothing."""
    own = select(_MEMBERS.c.role).where(_MEMBERS.c.campaign_id == campaign_id, _MEMBERS.c.user_id == user_id)
    grouped = (
        select(_SEATED.c.role)
        .join(_GROUP_MEMBERS, _GROUP_MEMBERS.c.group_id == _SEATED.c.group_id)
        .where(_SEATED.c.campaign_id == campaign_id, _GROUP_MEMBERS.c.user_id == user_id)
    )
    played = select(_PLAYERS.c.character_id).where(_PLAYERS.c.campaign_id == campaign_id, _PLAYERS.c.user_id == user_id)
    roles = [row.role for row in await connection.execute(union_all(own, grouped))]
    return Standing(strongest(roles), frozenset([row.character_id for row in await connection.execute(played)]))


def campaigns_of(user_id: str) -> CompoundSelect[tuple[str]]:
    """The ids of all campaigns that they belong to, by themselves or through a group: to be asked within a query."""
    own, grouped = _roles_of(user_id)
    return union(own.with_only_columns(_MEMBERS.c.campaign_id), grouped.with_only_columns(_SEATED.c.campaign_id))


async def find_roles(connection: AsyncConnection, user_id: str, campaign_ids: Collection[str]) -> dict[str, MemberRole]:
    """What they are in each of these campaigns; without those where they are nothing."""
    own, grouped = _roles_of(user_id)
    both = union_all(
        own.where(_MEMBERS.c.campaign_id.in_(campaign_ids)), grouped.where(_SEATED.c.campaign_id.in_(campaign_ids))
    )
    found: dict[str, MemberRole] = {}
    for row in await connection.execute(both):
        if is_more(row.role, found.get(row.campaign_id)):
            found[row.campaign_id] = row.role
    return found


def _roles_of(user_id: str) -> tuple[Select[tuple[str, str]], Select[tuple[str, str]]]:
    """Where they have a role, and which: by themselves, and through groups."""
    own = select(_MEMBERS.c.campaign_id, _MEMBERS.c.role).where(_MEMBERS.c.user_id == user_id)
    grouped = (
        select(_SEATED.c.campaign_id, _SEATED.c.role)
        .join(_GROUP_MEMBERS, _GROUP_MEMBERS.c.group_id == _SEATED.c.group_id)
        .where(_GROUP_MEMBERS.c.user_id == user_id)
    )
    return own, grouped


async def find_role(
    connection: AsyncConnection, campaign_id: str, user_id: str, *, lock: bool = False
) -> MemberRole | None:
    """Their own role; what groups give is not counted."""
    query = select(_MEMBERS.c.role).where(_MEMBERS.c.campaign_id == campaign_id, _MEMBERS.c.user_id == user_id)
    return cast(MemberRole | None, (await connection.execute(query.with_for_update() if lock else query)).scalar())


async def list_members(connection: AsyncConnection, campaign_id: str) -> list[Member]:
    """Everybody with a role, by themselves or through a group; by name."""
    rows = await connection.execute(_everybody(campaign_id))
    found: dict[str, Member] = {}
    for row in rows:
        member = Member(row.user_id, row.username, row.full_name, row.role, row.since, row.group_id)
        known = found.get(row.user_id)
        if known is None or is_more(member.role, known.role):
            found[row.user_id] = member
    played = await _played(connection, campaign_id)
    return [
        replace(each, character_ids=tuple(played.get(each.user_id, ())))
        for each in sorted(found.values(), key=lambda each: each.username.lower())
    ]


def _everybody(campaign_id: str) -> Select[tuple[str, str, str | None, MemberRole, datetime, str | None]]:
    """One's own role first: of two equal ones it is the one that is shown."""
    own = select(
        _MEMBERS.c.user_id, _MEMBERS.c.role, _MEMBERS.c.since, literal(None).label("group_id"), literal(0).label("way")
    )
    own = own.where(_MEMBERS.c.campaign_id == campaign_id)
    grouped = select(_GROUP_MEMBERS.c.user_id, _SEATED.c.role, _SEATED.c.since, _SEATED.c.group_id, literal(1))
    grouped = grouped.join(_SEATED, _SEATED.c.group_id == _GROUP_MEMBERS.c.group_id)
    each = union_all(own, grouped.where(_SEATED.c.campaign_id == campaign_id)).subquery()
    columns = (each.c.user_id, UserRow.username, UserRow.full_name, each.c.role, each.c.since, each.c.group_id)
    return select(*columns).join(UserRow, UserRow.id == each.c.user_id).order_by(each.c.way, each.c.since)


async def _played(connection: AsyncConnection, campaign_id: str) -> dict[str, list[str]]:
    query = select(_PLAYERS.c.user_id, _PLAYERS.c.character_id).where(_PLAYERS.c.campaign_id == campaign_id)
    found: dict[str, list[str]] = {}
    for row in await connection.execute(query.order_by(_PLAYERS.c.character_id)):
        found.setdefault(row.user_id, []).append(row.character_id)
    return found


async def count_members(connection: AsyncConnection, campaign_id: str) -> int:
    query = select(func.count()).select_from(_MEMBERS).where(_MEMBERS.c.campaign_id == campaign_id)
    return int((await connection.execute(query)).scalar_one())


async def count_owned(connection: AsyncConnection, user_id: str) -> int:
    """How many campaigns are theirs."""
    mine = (_MEMBERS.c.user_id == user_id) & (_MEMBERS.c.role == "owner")
    return int((await connection.execute(select(func.count()).select_from(_MEMBERS).where(mine))).scalar_one())


async def lock_owners(connection: AsyncConnection, campaign_id: str) -> list[str]:
    """Whose campaign it is. Until the transaction ends nobody else changes that: two who go at once can't both go.

    Where nobody owns it there is no row to hold, and the first owner's would be a new one: its id is held as well.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(campaign_id, 0))))
    mine = select(_MEMBERS.c.user_id).where(_MEMBERS.c.campaign_id == campaign_id, _MEMBERS.c.role == "owner")
    return [row.user_id for row in await connection.execute(mine.order_by(_MEMBERS.c.user_id).with_for_update())]


async def put_member(
    connection: AsyncConnection, campaign_id: str, user_id: str, role: MemberRole, now: datetime
) -> None:
    """Give somebody a role of their own, in place of the one they had."""
    values = {"campaign_id": campaign_id, "user_id": user_id, "role": role, "since": now}
    await connection.execute(put(connection, _MEMBERS, values, {"role": role}))


async def remove_member(connection: AsyncConnection, campaign_id: str, user_id: str) -> None:
    """With whom they played."""
    for table in (_MEMBERS, _PLAYERS):
        mine = (table.c.campaign_id == campaign_id) & (table.c.user_id == user_id)
        await connection.execute(delete(table).where(mine))


async def find_player(connection: AsyncConnection, campaign_id: str, character_id: str) -> str | None:
    """Who plays them. Until the transaction ends nobody else changes that."""
    mine = (_PLAYERS.c.campaign_id == campaign_id) & (_PLAYERS.c.character_id == character_id)
    found = await connection.execute(select(_PLAYERS.c.user_id).where(mine).with_for_update())
    return cast(str | None, found.scalar())


async def put_player(
    connection: AsyncConnection, campaign_id: str, character_id: str, user_id: str, now: datetime
) -> None:
    """From now on they play that character, and nobody else does."""
    values = {"campaign_id": campaign_id, "character_id": character_id, "user_id": user_id, "since": now}
    await connection.execute(put(connection, _PLAYERS, values, {"user_id": user_id, "since": now}))


async def remove_player(connection: AsyncConnection, campaign_id: str, character_id: str) -> None:
    mine = (_PLAYERS.c.campaign_id == campaign_id) & (_PLAYERS.c.character_id == character_id)
    await connection.execute(delete(_PLAYERS).where(mine))
