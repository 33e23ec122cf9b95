"""Queries on the audit log, for those who may read it. Each takes the transaction it runs in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.chain import Entry
from server.accounts.audit.store import entry_of
from server.accounts.audit.tables import AuditRow
from server.accounts.people.tables import UserRow

_EVENTS: Final = cast(Table, AuditRow.__table__)
_USERS: Final = cast(Table, UserRow.__table__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: what is None is not asked about. `since` is from then on, `until` before then."""

    who: str | None = None
    name: str | None = None
    target: str | None = None
    campaign_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, and the username of who did it, where that is a person who is still here."""

    entry: Entry
    who_name: str | None


async def find_newest(connection: AsyncConnection, wanted: Wanted, before: int | None, limit: int) -> list[Told]:
    """Newest first; with `before` only lower numbers."""
    query = _query(wanted).order_by(_EVENTS.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(_EVENTS.c.seq < before)
    return [_told(row) for row in await connection.execute(query)]


async def find_following(connection: AsyncConnection, wanted: Wanted, after: int, limit: int) -> list[Told]:
    """Oldest first, with higher numbers than `after`."""
    query = _query(wanted).where(_EVENTS.c.seq > after).order_by(_EVENTS.c.seq).limit(limit)
    return [_told(row) for row in await connection.execute(query)]


def _query(wanted: Wanted) -> Select[Any]:
    columns = _EVENTS.c
    query = select(_EVENTS, _USERS.c.username).outerjoin(_USERS, _USERS.c.id == columns.who)
    for name in ("who", "name", "target", "campaign_id"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(columns[name] == value)
    if wanted.since is not None:
        query = query.where(columns.at >= wanted.since)
    return query if wanted.until is None else query.where(columns.at < wanted.until)


def _told(row: Row[Any]) -> Told:
    return Told(entry_of(row), row.username)
