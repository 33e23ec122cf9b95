"""Queries on identities and on ways to providers. Each takes the transaction it runs in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, Table, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.providers.provider import Provider
from server.accounts.providers.tables import IdentityRow, ProviderStartRow

_IDENTITIES: Final = cast(Table, IdentityRow.__table__)
_STARTS: Final = cast(Table, ProviderStartRow.__table__)


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, as a provider knows them."""

    provider: str
    issuer: str
    subject: str
    user_id: str
    name: str
    linked_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody on the way to a provider and back."""

    digest: bytes = field(repr=False)
    provider: str
    return_to: str
    user_id: str | None
    session_id: str | None
    expires_at: datetime


async def add_start(connection: AsyncConnection, start: Start, now: datetime) -> None:
    """And forget those that are too late."""
    await connection.execute(delete(_STARTS).where(_STARTS.c.expires_at <= now))
    await connection.execute(
        insert(_STARTS).values({name: getattr(start, name) for name in Start.__dataclass_fields__})
    )


async def use_start(connection: AsyncConnection, digest: bytes, provider: str, now: datetime) -> Start | None:
    """It is used up by that: of two at the same moment one gets it. None for another provider's, or one too old."""
    wanted = and_(_STARTS.c.digest == digest, _STARTS.c.provider == provider, _STARTS.c.expires_at > now)
    row = (await connection.execute(delete(_STARTS).where(wanted).returning(*_STARTS.c))).one_or_none()
    return None if row is None else Start(**row._mapping)


async def end_starts(connection: AsyncConnection, user_id: str) -> None:
    """Nobody who set out to link something to this person's account arrives."""
    await connection.execute(delete(_STARTS).where(_STARTS.c.user_id == user_id))


async def find_identity(connection: AsyncConnection, provider: Provider, subject: str) -> Identity | None:
    wanted = _this(provider.key, provider.issuer, subject)
    row = (await connection.execute(select(_IDENTITIES).where(wanted))).one_or_none()
    return None if row is None else _identity_of(row)


async def identities_of(connection: AsyncConnection, user_id: str) -> list[Identity]:
    """The oldest first."""
    mine = select(_IDENTITIES).where(_IDENTITIES.c.user_id == user_id)
    rows = await connection.execute(mine.order_by(_IDENTITIES.c.linked_at, _IDENTITIES.c.provider))
    return [_identity_of(row) for row in rows]


async def add_identity(connection: AsyncConnection, identity: Identity) -> None:
    """Raises IntegrityError where it is somebody's already, or the person has one of that provider."""
    values = {name: getattr(identity, name) for name in Identity.__dataclass_fields__}
    await connection.execute(insert(_IDENTITIES).values(values))


async def note_use(connection: AsyncConnection, identity: Identity, name: str, now: datetime) -> bool:
    """It was signed in with, and the provider calls the person `name` now. False where it was unlinked meanwhile."""
    this = _this(identity.provider, identity.issuer, identity.subject)
    mine = and_(this, _IDENTITIES.c.user_id == identity.user_id)
    done = await connection.execute(update(_IDENTITIES).where(mine).values(name=name, last_used_at=now))
    return done.rowcount == 1


async def delete_identity(connection: AsyncConnection, user_id: str, provider: str) -> None:
    mine = and_(_IDENTITIES.c.user_id == user_id, _IDENTITIES.c.provider == provider)
    await connection.execute(delete(_IDENTITIES).where(mine))


def _this(provider: str, issuer: str, subject: str) -> ColumnElement[bool]:
    columns = _IDENTITIES.c
    return and_(columns.provider == provider, columns.issuer == issuer, columns.subject == subject)


def _identity_of(row: Row[Any]) -> Identity:
    return Identity(**row._mapping)
