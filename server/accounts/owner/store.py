"""Queries on the owner's links. Each takes the transaction it runs in."""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.owner.tables import OwnerLinkRow

_LINKS: Final = cast(Table, OwnerLinkRow.__table__)


async def put_link(connection: AsyncConnection, link_id: str, digest: bytes, now: datetime, until: datetime) -> None:
    """A new one is the only one."""
    await connection.execute(delete(_LINKS))
    await connection.execute(insert(_LINKS).values(id=link_id, digest=digest, created_at=now, expires_at=until))


async def is_good(connection: AsyncConnection, digest: bytes, now: datetime) -> bool:
    query = select(_LINKS.c.id).where(_LINKS.c.digest == digest, _LINKS.c.expires_at > now)
    return (await connection.execute(query)).one_or_none() is not None


async def use_link(connection: AsyncConnection, digest: bytes, now: datetime) -> bool:
    """False where it is not good, any more: of two who use it at once one wins."""
    good = and_(_LINKS.c.digest == digest, _LINKS.c.expires_at > now)
    return (await connection.execute(delete(_LINKS).where(good))).rowcount == 1
