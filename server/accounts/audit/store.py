"""Appending to the audit log, and reading it back.

The chain's lock is the row of `audit_head`. It is taken by the last statements of a transaction, so that whoever holds
it waits for nothing but the commit: it can be part of no deadlock, and is held for a few milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from sqlalchemy import Row, Table, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.chain import SALT_BYTES, Entry, campaign_of, link, mark
from server.accounts.audit.events import AuditEvent, AuditLog
from server.accounts.audit.tables import AuditHeadRow, AuditRow
from server.kernel.clock import Clock
from server.kernel.database import at_the_end
from server.kernel.ids import Entropy
from server.kernel.limits import WRITE_DEADLINE_S
from server.kernel.logs import get, request_id

log = get(__name__)

_EVENTS: Final = cast(Table, AuditRow.__table__)
_HEAD: Final = cast(Table, AuditHeadRow.__table__)
_PLACE: Final = (_HEAD.c.seq, _HEAD.c.hash)
_LOCK: Final = select(*_PLACE).with_for_update()
# PostgreSQL ends a transaction whose process froze with the lock in its hand; nobody else may have to.
_LIMIT: Final = func.set_config("idle_in_transaction_session_timeout", str(int(WRITE_DEADLINE_S * 1000)), True)
_LOCK_POSTGRES: Final = select(*_PLACE, _LIMIT).with_for_update()
_NEWEST: Final = select(func.max(_EVENTS.c.seq)).scalar_subquery().label("newest")
_READ_HEAD: Final = select(_HEAD.c.seq, _HEAD.c.hash, _HEAD.c.pruned_seq, _HEAD.c.pruned_hash, _NEWEST)
_ADD: Final = insert(_EVENTS)
_MOVE: Final = update(_HEAD).values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
_FIELDS: Final = tuple(Entry.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends and begins: the newest entry's number and hash, and those of the last one that was pruned."""

    seq: int
    hash: bytes
    pruned_seq: int
    pruned_hash: bytes
    newest: int | None
    """The highest number there is; another than `seq` was not written by us."""


class TableAudit(AuditLog):
    """Implements `AuditLog` with one row for each event, all of them chained."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        self._clock, self._entropy = clock, entropy

    def write_now(self, connection: Connection, event: AuditEvent) -> None:
        at_the_end(connection, append, self._entry(event))

    def _entry(self, event: AuditEvent) -> Entry:
        """Its place and its hash are known only when it is its turn."""
        salt = self._entropy(SALT_BYTES) if event.address is not None else None
        return Entry(
            0,
            self._clock.now(),
            event.name,
            event.who,
            event.target,
            event.outcome,
            event.session_id,
            request_id.get(),
            dict(event.details),
            campaign_of(event.target, event.details),
            mark(event.address, salt) if event.address is not None and salt is not None else None,
            event.address,
            salt,
        )


def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Chain these to the log; nothing may be written after it in the same transaction."""
    is_postgres = connection.dialect.name == "postgresql"
    place = connection.execute(_LOCK_POSTGRES if is_postgres else _LOCK).one()
    seq, previous, rows = place.seq, place.hash, []
    for entry in entries:
        seq += 1
        placed = replace(entry, seq=seq)
        previous = link(previous, placed)
        rows.append(_values(replace(placed, hash=previous)))
    connection.execute(_ADD, rows if len(rows) > 1 else rows[0])  # the driver takes longer for a list of one
    connection.execute(_MOVE, {"to_seq": seq, "to_hash": previous})
    for entry in entries:
        log.info(entry.name, who=entry.who, target=entry.target, outcome=entry.outcome)


def _values(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _FIELDS}


def entry_of(row: Row[Any]) -> Entry:
    return Entry(**{name: getattr(row, name) for name in _FIELDS})


async def read_head(connection: AsyncConnection) -> Head | None:
    """None where somebody removed it."""
    row = (await connection.execute(_READ_HEAD)).one_or_none()
    return None if row is None else Head(**row._mapping)


async def read_page(connection: AsyncConnection, after: int, most: int) -> list[Entry]:
    """The entries with higher numbers, lowest first."""
    query = select(_EVENTS).where(_EVENTS.c.seq > after).order_by(_EVENTS.c.seq).limit(most)
    return [entry_of(row) for row in await connection.execute(query)]


async def is_vouched(connection: AsyncConnection, head: Head) -> bool:
    """Whether an entry of the log itself says that it begins where `head` says."""
    query = select(_EVENTS.c.details).where(_EVENTS.c.name == "audit_pruned", _EVENTS.c.seq > head.pruned_seq)
    wanted = {"through": head.pruned_seq, "hash": head.pruned_hash.hex()}
    return any(wanted.items() <= row.details.items() for row in await connection.execute(query))
