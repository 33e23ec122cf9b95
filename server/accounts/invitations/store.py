"""Queries on invitations. Each takes the transaction it runs in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, Select, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.groups.rules import GroupRole
from server.accounts.invitations.tables import InvitationRow
from server.accounts.members.rules import MemberRole
from server.accounts.people.tables import UserRow
from server.accounts.principal import Kind as PrincipalKind

_INVITATIONS: Final = cast(Table, InvitationRow.__table__)
_INVITED: Final = UserRow.__table__.alias("invited")
_MAKER: Final = UserRow.__table__.alias("maker")

Kind = Literal["campaign", "group"]


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is invited to."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """As it is kept, with the names of whom it is for and who made it, where these are people.

    `void` is a judgement of the moment, and not kept: its maker may not give that now.
    """

    id: str
    place: Place
    role: MemberRole | GroupRole
    made_by: str
    made_by_kind: PrincipalKind
    max_uses: int
    created_at: datetime
    expires_at: datetime
    uses: int = 0
    user_id: str | None = None
    digest: bytes | None = None
    username: str | None = None
    invited_by: str | None = None
    void: bool = False


def _open(now: datetime) -> ColumnElement[bool]:
    columns = _INVITATIONS.c
    return and_(columns.ended_at.is_(None), columns.expires_at > now, columns.uses < columns.max_uses)


def _at(place: Place) -> ColumnElement[bool]:
    return (_INVITATIONS.c.campaign_id if place.kind == "campaign" else _INVITATIONS.c.group_id) == place.id


def _all() -> Select[Any]:
    columns = (*_INVITATIONS.c, _INVITED.c.username.label("username"), _MAKER.c.username.label("invited_by"))
    joined = _INVITATIONS.outerjoin(_INVITED, _INVITED.c.id == _INVITATIONS.c.user_id)
    return select(*columns).select_from(joined.outerjoin(_MAKER, _MAKER.c.id == _INVITATIONS.c.made_by))


async def _list(connection: AsyncConnection, query: Select[Any]) -> list[Invitation]:
    found = [dict(row._mapping) for row in await connection.execute(query)]
    for each in found:
        campaign_id, group_id, _ = each.pop("campaign_id"), each.pop("group_id"), each.pop("ended_at")
        each["place"] = Place("campaign", campaign_id) if campaign_id else Place("group", group_id)
    return [Invitation(**each) for each in found]


async def list_open(connection: AsyncConnection, place: Place, now: datetime) -> list[Invitation]:
    """Oldest first."""
    return await _list(connection, _all().where(_at(place), _open(now)).order_by(_INVITATIONS.c.id))


async def list_for(connection: AsyncConnection, user_id: str, now: datetime, limit: int) -> list[Invitation]:
    """What somebody is invited to by name, the newest first."""
    query = _all().where(_INVITATIONS.c.user_id == user_id, _open(now))
    return await _list(connection, query.order_by(_INVITATIONS.c.id.desc()).limit(limit))


async def find_by_digest(connection: AsyncConnection, digest: bytes, now: datetime) -> Invitation | None:
    """An open one."""
    found = await _list(connection, _all().where(_INVITATIONS.c.digest == digest, _open(now)))
    return found[0] if found else None


async def find_open(connection: AsyncConnection, invitation_id: str, now: datetime) -> Invitation | None:
    found = await _list(connection, _all().where(_INVITATIONS.c.id == invitation_id, _open(now)))
    return found[0] if found else None


async def add(connection: AsyncConnection, invitation: Invitation) -> None:
    place = {f"{invitation.place.kind}_id": invitation.place.id}
    names = set(Invitation.__dataclass_fields__) - {"place", "username", "invited_by", "void"}
    await connection.execute(insert(_INVITATIONS).values({name: getattr(invitation, name) for name in names} | place))


async def count_open(connection: AsyncConnection, place: Place, now: datetime) -> int:
    query = select(func.count()).select_from(_INVITATIONS).where(_at(place), _open(now))
    return int((await connection.execute(query)).scalar_one())


async def use(connection: AsyncConnection, invitation_id: str, now: datetime) -> bool:
    """Once less: one conditional update, so that of two at the same moment only as many as may get in."""
    columns = _INVITATIONS.c
    changed = update(_INVITATIONS).where(columns.id == invitation_id, _open(now)).values(uses=columns.uses + 1)
    return (await connection.execute(changed)).rowcount == 1


async def end(connection: AsyncConnection, invitation_id: str, now: datetime) -> bool:
    """False where it was over already."""
    changed = update(_INVITATIONS).where(_INVITATIONS.c.id == invitation_id, _open(now)).values(ended_at=now)
    return (await connection.execute(changed)).rowcount == 1


async def end_older(connection: AsyncConnection, place: Place, user_id: str, now: datetime) -> None:
    """A newer invitation of the same person takes the place of the one before."""
    older = and_(_at(place), _INVITATIONS.c.user_id == user_id, _open(now))
    await connection.execute(update(_INVITATIONS).where(older).values(ended_at=now))


async def end_made_by(connection: AsyncConnection, user_id: str, now: datetime) -> list[Invitation]:
    """Those that a person made, for campaigns and for groups: which end."""
    theirs = await _list(connection, _all().where(_INVITATIONS.c.made_by == user_id, _open(now)))
    return [each for each in theirs if await end(connection, each.id, now)]


async def sweep(connection: AsyncConnection, place: Place, before: datetime) -> None:
    """Forget what was over before that time."""
    over = or_(_INVITATIONS.c.ended_at < before, _INVITATIONS.c.expires_at < before)
    await connection.execute(delete(_INVITATIONS).where(_at(place), over))
