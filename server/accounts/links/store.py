"""Queries on links that were mailed. Each takes the transaction it runs in."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import Table, and_, delete, insert, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.links.tables import MailLinkRow

LINKS: Final = cast(Table, MailLinkRow.__table__)

Purpose = Literal["verify", "first", "reset", "email", "undo", "factor"]


@dataclass(frozen=True, slots=True)
class MailLink:
    """`address` is the one that it proves or restores, or at which the person is reached."""

    id: str
    digest: bytes = field(repr=False)
    user_id: str | None
    purpose: Purpose
    address: str
    created_at: datetime
    expires_at: datetime


async def replace_link(connection: AsyncConnection, link: MailLink) -> None:
    """Add it. The person's older one for the same purpose ends, and everybody's that is too old goes.

    Only ways back stay beside each other: whoever changes a stolen account's address twice must not end the first one.
    """
    mine = and_(LINKS.c.user_id == link.user_id, LINKS.c.purpose == link.purpose, LINKS.c.purpose != "undo")
    await connection.execute(delete(LINKS).where(or_(mine, LINKS.c.expires_at <= link.created_at)))
    values = {name: getattr(link, name) for name in MailLink.__dataclass_fields__}
    await connection.execute(insert(LINKS).values(values))


async def find_link(
    connection: AsyncConnection, digest: bytes, purposes: Collection[Purpose], now: datetime
) -> MailLink | None:
    """A living one of these purposes; looking at it does not use it up."""
    wanted = and_(LINKS.c.digest == digest, LINKS.c.purpose.in_(purposes), LINKS.c.expires_at > now)
    row = (await connection.execute(select(LINKS).where(wanted))).one_or_none()
    return None if row is None else MailLink(**row._mapping)


async def use_link(connection: AsyncConnection, link: MailLink) -> bool:
    """False where it was used or replaced since it was found: of two at the same moment one wins."""
    done = await connection.execute(delete(LINKS).where(LINKS.c.id == link.id))
    return done.rowcount == 1


def end_links_now(connection: Connection, user_id: str, purposes: Collection[Purpose]) -> None:
    """A person's links for these purposes work no more."""
    connection.execute(delete(LINKS).where(LINKS.c.user_id == user_id, LINKS.c.purpose.in_(purposes)))


async def end_links(connection: AsyncConnection, user_id: str, purposes: Collection[Purpose]) -> None:
    """The same, on the loop."""
    await connection.run_sync(end_links_now, user_id, purposes)
