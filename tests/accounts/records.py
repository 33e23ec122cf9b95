"""What the audit log says, for tests."""

from typing import Any

from sqlalchemy import select

from server.accounts.audit.tables import AuditRow
from server.app import Services


async def audited(services: Services, name: str) -> list[dict[str, Any]]:
    """The audit log's entries of that name, oldest first."""
    query = select(AuditRow.__table__).where(AuditRow.name == name).order_by(AuditRow.seq)
    async with services.kernel.database.read() as connection:
        return [dict(row._mapping) for row in await connection.execute(query)]
