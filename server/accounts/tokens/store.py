"""Queries on tokens. Each takes the transaction it runs in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.principal import Scope
from server.accounts.tokens.tables import CampaignTokenRow, OneTimeTokenRow

_TOKENS = cast(Table, CampaignTokenRow.__table__)
_ONE_TIME = cast(Table, OneTimeTokenRow.__table__)


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A campaign's token as it is kept."""

    id: str
    campaign_id: str
    scope: Scope
    name: str
    digest: bytes
    created_at: datetime
    last_used_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    made_by: str | None = None

    def is_living(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A sign-in link's token as it is kept."""

    id: str
    campaign_id: str
    digest: bytes
    created_at: datetime
    expires_at: datetime
    made_by: str | None = None


def _living(now: datetime) -> ColumnElement[bool]:
    columns = _TOKENS.c
    return and_(columns.revoked_at.is_(None), or_(columns.expires_at.is_(None), columns.expires_at > now))


async def find_by_digest(connection: AsyncConnection, digest: bytes) -> StoredToken | None:
    row = (await connection.execute(select(_TOKENS).where(_TOKENS.c.digest == digest))).one_or_none()
    return None if row is None else StoredToken(**row._mapping)


async def is_living(connection: AsyncConnection, token_id: str, now: datetime) -> bool:
    query = select(_TOKENS.c.id).where(_TOKENS.c.id == token_id, _living(now))
    return (await connection.execute(query)).one_or_none() is not None


async def list_tokens(connection: AsyncConnection, campaign_id: str) -> list[StoredToken]:
    """All of a campaign, the dead ones that are still kept included; oldest first."""
    query = select(_TOKENS).where(_TOKENS.c.campaign_id == campaign_id).order_by(_TOKENS.c.id)
    return [StoredToken(**row._mapping) for row in await connection.execute(query)]


async def count_living(connection: AsyncConnection, campaign_id: str, now: datetime) -> int:
    query = select(func.count()).select_from(_TOKENS).where(_TOKENS.c.campaign_id == campaign_id, _living(now))
    return int((await connection.execute(query)).scalar_one())


async def add_token(connection: AsyncConnection, token: StoredToken) -> None:
    values = {name: getattr(token, name) for name in StoredToken.__dataclass_fields__}
    await connection.execute(insert(_TOKENS).values(values))


async def revoke_token(connection: AsyncConnection, token_id: str, now: datetime) -> None:
    """A second time changes nothing."""
    await connection.execute(
        update(_TOKENS).where(_TOKENS.c.id == token_id, _TOKENS.c.revoked_at.is_(None)).values(revoked_at=now)
    )


async def find_token(connection: AsyncConnection, campaign_id: str, token_id: str) -> StoredToken | None:
    mine = and_(_TOKENS.c.id == token_id, _TOKENS.c.campaign_id == campaign_id)
    row = (await connection.execute(select(_TOKENS).where(mine).with_for_update())).one_or_none()
    return None if row is None else StoredToken(**row._mapping)


async def maker_of(connection: AsyncConnection, token_id: str) -> str | None:
    """The person behind a token."""
    found: str | None = (await connection.execute(select(_TOKENS.c.made_by).where(_TOKENS.c.id == token_id))).scalar()
    return found


async def revoke_made_by(
    connection: AsyncConnection, user_id: str, campaign_id: str | None, now: datetime
) -> list[StoredToken]:
    """Revoke what that person made, in one campaign or in all, and take back their links; those that end."""
    unused = delete(_ONE_TIME).where(_ONE_TIME.c.made_by == user_id, _ONE_TIME.c.used_at.is_(None))
    living = update(_TOKENS).where(_TOKENS.c.made_by == user_id, _living(now)).values(revoked_at=now)
    if campaign_id is not None:
        unused = unused.where(_ONE_TIME.c.campaign_id == campaign_id)
        living = living.where(_TOKENS.c.campaign_id == campaign_id)
    await connection.execute(unused)
    ended = await connection.execute(living.returning(*_TOKENS.c))
    return [StoredToken(**row._mapping) for row in ended]


async def campaigns_of_maker(connection: AsyncConnection, user_id: str) -> list[str]:
    """The ids of the campaigns for which that person made tokens or links."""
    made = [select(table.c.campaign_id).where(table.c.made_by == user_id) for table in (_TOKENS, _ONE_TIME)]
    return [row.campaign_id for row in await connection.execute(union(*made))]


async def living_of_name(
    connection: AsyncConnection, campaign_id: str, name: str, now: datetime, *, skip: int
) -> list[StoredToken]:
    """The living ones of scope admin with that name, the newest first but for the `skip` newest."""
    columns = _TOKENS.c
    named = and_(columns.campaign_id == campaign_id, columns.name == name, columns.scope == "admin", _living(now))
    query = select(_TOKENS).where(named).order_by(columns.id.desc())
    return [StoredToken(**row._mapping) for row in await connection.execute(query)][skip:]


async def write_last_used(connection: AsyncConnection, uses: Mapping[str, datetime]) -> None:
    for token_id, at in uses.items():
        await connection.execute(update(_TOKENS).where(_TOKENS.c.id == token_id).values(last_used_at=at))


async def sweep(connection: AsyncConnection, campaign_id: str, before: datetime) -> None:
    """Forget what died before that time."""
    dead = or_(_TOKENS.c.revoked_at < before, _TOKENS.c.expires_at < before)
    await connection.execute(delete(_TOKENS).where(_TOKENS.c.campaign_id == campaign_id, dead))
    gone = and_(_ONE_TIME.c.campaign_id == campaign_id, _ONE_TIME.c.expires_at < before)
    await connection.execute(delete(_ONE_TIME).where(gone))


async def add_one_time(connection: AsyncConnection, link: StoredLink) -> None:
    values = {name: getattr(link, name) for name in StoredLink.__dataclass_fields__}
    await connection.execute(insert(_ONE_TIME).values(values))


async def use_one_time(connection: AsyncConnection, digest: bytes, now: datetime) -> StoredLink | None:
    """What it opens, once: one conditional update, so of two at the same moment one wins."""
    columns = _ONE_TIME.c
    fresh = and_(columns.digest == digest, columns.used_at.is_(None), columns.expires_at > now)
    wanted = (columns[name] for name in StoredLink.__dataclass_fields__)
    use = update(_ONE_TIME).where(fresh).values(used_at=now).returning(*wanted)
    row = (await connection.execute(use)).one_or_none()
    return None if row is None else StoredLink(**row._mapping)
