"""Retention: addresses go first, entries later. Both are entries themselves, and the chain verifies afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.events import AuditEvent, AuditLog
from server.accounts.audit.tables import AuditHeadRow, AuditRow
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.limits import AUDIT_PAGE

_EVENTS: Final = cast(Table, AuditRow.__table__)
_HEAD: Final = cast(Table, AuditHeadRow.__table__)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many addresses were erased, and how many entries deleted."""

    addresses: int
    entries: int


@dataclass(frozen=True, slots=True)
class Pruning:
    """Carries it out, in steps of AUDIT_PAGE so that nobody waits long for the database."""

    database: Database
    audit: AuditLog
    clock: Clock

    async def prune(self, keep: timedelta, keep_addresses: timedelta) -> Pruned:
        """Raises Unavailable; what was done by then stays done, and the next time goes on from there."""
        now = self.clock.now()
        addresses = await self._erase_addresses(now - keep_addresses)
        await self._begin_later(now - keep)
        return Pruned(addresses, await self._delete())

    async def _erase_addresses(self, before: datetime) -> int:
        erased = 0
        while True:
            async with self.database.write() as connection:
                old = and_(_EVENTS.c.at < before, _EVENTS.c.address.is_not(None))
                found = await erase(connection, list(await connection.scalars(_numbers(old))))
                erased += found
                if found == 0:
                    if erased:
                        event = AuditEvent("audit_addresses_dropped", None, "audit", details={"entries": erased})
                        await self.audit.write(connection, event)
                    return erased

    async def _begin_later(self, before: datetime) -> None:
        """Say in the log where it begins from now on: after the last entry before the first one that is kept."""
        async with self.database.write() as connection:
            kept = (await connection.execute(select(func.min(_EVENTS.c.seq)).where(_EVENTS.c.at >= before))).scalar()
            last = select(_EVENTS.c.seq, _EVENTS.c.hash).order_by(_EVENTS.c.seq.desc()).limit(1)
            if kept is not None:
                last = last.where(_EVENTS.c.seq < kept)
            row = (await connection.execute(last)).one_or_none()
            pruned = (await connection.execute(select(_HEAD.c.pruned_seq))).scalar_one()
            if row is None or row.seq <= pruned:
                return
            details = {"through": row.seq, "hash": row.hash.hex()}
            await connection.execute(update(_HEAD).values(pruned_seq=row.seq, pruned_hash=row.hash))
            await self.audit.write(connection, AuditEvent("audit_pruned", None, "audit", details=details))

    async def _delete(self) -> int:
        """What lies before the beginning: the database lets nothing else be deleted."""
        deleted = 0
        while True:
            async with self.database.write() as connection:
                before = _EVENTS.c.seq <= select(_HEAD.c.pruned_seq).scalar_subquery()
                numbers = list(await connection.scalars(_numbers(before)))
                await connection.execute(delete(_EVENTS).where(_EVENTS.c.seq.in_(numbers)))
            deleted += len(numbers)
            if not numbers:
                return deleted


def _numbers(where: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(_EVENTS.c.seq).where(where).order_by(_EVENTS.c.seq).limit(AUDIT_PAGE)


async def erase(connection: AsyncConnection, numbers: list[int]) -> int:
    """Erase the addresses of these entries, with their salts: their marks lead nowhere then."""
    gone = update(_EVENTS).where(_EVENTS.c.seq.in_(numbers)).values(address=None, address_salt=None)
    return (await connection.execute(gone)).rowcount if numbers else 0
