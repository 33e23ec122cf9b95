"""Queries on everybody. Each takes the transaction it runs in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, Table, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.people.store import User, user_of
from server.accounts.people.tables import UserRow

_USERS: Final = cast(Table, UserRow.__table__)
_ESCAPE: Final = "\\"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people: those with `query` in a name or the address, after the one of id `after`, at most `limit`."""

    query: str | None
    limit: int
    after: str | None


async def find_people(connection: AsyncConnection, wanted: Wanted) -> list[User]:
    """In the order in which they signed up."""
    query = select(_USERS).order_by(_USERS.c.id).limit(wanted.limit)
    if wanted.after is not None:
        query = query.where(_USERS.c.id > wanted.after)
    if wanted.query is not None:
        query = query.where(_has(wanted.query.lower()))
    return [user_of(row) for row in await connection.execute(query)]


def _has(text: str) -> ColumnElement[bool]:
    names = (_USERS.c.username_key, _USERS.c.email_key, func.lower(_USERS.c.full_name))
    return or_(*(name.contains(text, autoescape=True, escape=_ESCAPE) for name in names))


async def set_disabled(connection: AsyncConnection, user_id: str, since: datetime | None, now: datetime) -> None:
    """Whoever signs in at this moment waits for it, or is ended by it: both write this row."""
    await connection.execute(update(_USERS).where(_USERS.c.id == user_id).values(disabled_at=since, updated_at=now))
