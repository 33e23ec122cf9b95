"""Appending to the audit log."""

from typing import Final, cast

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.tables import AuditRow
from server.kernel.clock import Clock
from server.kernel.logs import get, request_id

log = get(__name__)

_EVENTS: Final = cast(Table, AuditRow.__table__)


class TableAudit:
    """Implements `AuditLog` with one row for each event."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def write(self, connection: AsyncConnection, event: AuditEvent) -> None:
        values = {
            "at": self._clock.now(),
            "name": event.name,
            "who": event.who,
            "target": event.target,
            "outcome": event.outcome,
            "session_id": event.session_id,
            "address": event.address,
            "request_id": request_id.get(),
            "details": dict(event.details),
        }
        await connection.execute(insert(_EVENTS).values(values))
        log.info(event.name, who=event.who, target=event.target, outcome=event.outcome)
