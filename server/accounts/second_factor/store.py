"""Queries on second factors. Each takes the transaction it runs in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.second_factor.tables import PendingSignInRow, RecoveryCodeRow, SecondFactorRow
from server.kernel.ids import NewId
from server.kernel.limits import MAX_PENDING_SIGN_INS

FACTORS: Final = cast(Table, SecondFactorRow.__table__)
_CODES: Final = cast(Table, RecoveryCodeRow.__table__)
_PENDING: Final = cast(Table, PendingSignInRow.__table__)

Way = str
"""How somebody was recognised: by their `password`, or by a provider, which its key stands for."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A person's secret, sealed; it counts once `enabled_at` is set."""

    user_id: str
    sealed: bytes = field(repr=False)
    last_step: int
    created_at: datetime
    enabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """Somebody who was recognised, and has not shown their second factor."""

    id: str
    digest: bytes = field(repr=False)
    user_id: str
    way: Way
    created_at: datetime
    expires_at: datetime


async def is_on(connection: AsyncConnection, user_id: str) -> bool:
    return bool(await who_have(connection, [user_id]))


async def who_have(connection: AsyncConnection, user_ids: Iterable[str]) -> set[str]:
    """Those of them whose second factor is on."""
    theirs = and_(FACTORS.c.user_id.in_(list(user_ids)), FACTORS.c.enabled_at.is_not(None))
    return set(await connection.scalars(select(FACTORS.c.user_id).where(theirs)))


async def find_factor(connection: AsyncConnection, user_id: str) -> Factor | None:
    """On, or about to be."""
    row = (await connection.execute(select(FACTORS).where(FACTORS.c.user_id == user_id))).one_or_none()
    return None if row is None else Factor(**row._mapping)


async def begin_factor(connection: AsyncConnection, factor: Factor) -> None:
    """In place of one that was begun before. Raises IntegrityError where one is on."""
    begun = and_(FACTORS.c.user_id == factor.user_id, FACTORS.c.enabled_at.is_(None))
    await connection.execute(delete(FACTORS).where(begun))
    values = {name: getattr(factor, name) for name in Factor.__dataclass_fields__}
    await connection.execute(insert(FACTORS).values(values))


async def enable_factor(connection: AsyncConnection, factor: Factor, step: int, now: datetime) -> bool:
    """False where it is on already, or another one was begun since it was found."""
    same = and_(FACTORS.c.user_id == factor.user_id, FACTORS.c.sealed == factor.sealed)
    begun = update(FACTORS).where(same, FACTORS.c.enabled_at.is_(None))
    return (await connection.execute(begun.values(enabled_at=now, last_step=step))).rowcount == 1


async def take_step(connection: AsyncConnection, user_id: str, step: int, sealed: bytes) -> bool:
    """Use the code of that step up, and keep the secret as it is sealed now. False where that one or a later one was
    taken before: one conditional update, so that of two at the same moment one wins."""
    unused = and_(FACTORS.c.user_id == user_id, FACTORS.c.last_step < step)
    done = await connection.execute(update(FACTORS).where(unused).values(last_step=step, sealed=sealed))
    return done.rowcount == 1


async def remove_factor(connection: AsyncConnection, user_id: str) -> None:
    """With its recovery codes, and sign-ins that wait for it."""
    for table in (_CODES, _PENDING, FACTORS):
        await connection.execute(delete(table).where(table.c.user_id == user_id))


async def replace_codes(
    connection: AsyncConnection, user_id: str, digests: Iterable[bytes], new_id: NewId, now: datetime
) -> None:
    """The older ones work no more."""
    await connection.execute(delete(_CODES).where(_CODES.c.user_id == user_id))
    rows = [{"id": new_id(), "user_id": user_id, "digest": each, "created_at": now} for each in digests]
    await connection.execute(insert(_CODES), rows)


async def burn_code(connection: AsyncConnection, user_id: str, digest: bytes) -> bool:
    """False where it is none of theirs, or was used: of two at the same moment one wins."""
    done = await connection.execute(delete(_CODES).where(_CODES.c.user_id == user_id, _CODES.c.digest == digest))
    return done.rowcount == 1


async def count_codes(connection: AsyncConnection, user_id: str) -> int:
    query = select(func.count()).select_from(_CODES).where(_CODES.c.user_id == user_id)
    return int((await connection.execute(query)).scalar_one())


def add_pending(connection: Connection, pending: PendingSignIn) -> None:
    """Beside those of other devices, of which the oldest make room; everybody's that are too old go."""
    connection.execute(delete(_PENDING).where(_PENDING.c.expires_at <= pending.created_at))
    mine = select(_PENDING.c.id).where(_PENDING.c.user_id == pending.user_id).order_by(_PENDING.c.id.desc())
    surplus = list(connection.scalars(mine.offset(MAX_PENDING_SIGN_INS - 1)))
    if surplus:
        connection.execute(delete(_PENDING).where(_PENDING.c.id.in_(surplus)))
    values = {name: getattr(pending, name) for name in PendingSignIn.__dataclass_fields__}
    connection.execute(insert(_PENDING).values(values))


async def find_pending(connection: AsyncConnection, digest: bytes, now: datetime) -> PendingSignIn | None:
    """A living one; looking at it does not use it up."""
    wanted = and_(_PENDING.c.digest == digest, _PENDING.c.expires_at > now)
    row = (await connection.execute(select(_PENDING).where(wanted))).one_or_none()
    return None if row is None else PendingSignIn(**row._mapping)


async def burn_pending(connection: AsyncConnection, pending: PendingSignIn) -> bool:
    """False where it was used or ended since it was found: of two at the same moment one wins."""
    done = await connection.execute(delete(_PENDING).where(_PENDING.c.id == pending.id))
    return done.rowcount == 1


async def end_pending(connection: AsyncConnection, user_id: str) -> None:
    """Whatever began for this person is over."""
    await connection.execute(delete(_PENDING).where(_PENDING.c.user_id == user_id))
