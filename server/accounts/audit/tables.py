"""Where the audit log is kept. Triggers of the database refuse to change or delete an entry (migration 0005)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime

_HAS_SESSION = text("session_id IS NOT NULL")


class AuditRow(Base):
    """One entry. It keeps ids and no references: what it tells of may be long gone.

    The address may be erased, with its salt; nothing else may change. `campaign_id` repeats what target or details say.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_who_seq", "who", "seq"),
        Index("ix_audit_events_target_seq", "target", "seq"),
        Index("ix_audit_events_name_seq", "name", "seq"),
        Index("ix_audit_events_campaign_id_seq", "campaign_id", "seq"),
        Index("ix_audit_events_at", "at"),
        Index("ix_audit_events_session_id", "session_id", sqlite_where=_HAS_SESSION, postgresql_where=_HAS_SESSION),
    )

    seq: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    name: Mapped[str] = mapped_column(String(64))
    who: Mapped[str | None] = mapped_column(String(36))
    target: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(16))
    session_id: Mapped[str | None] = mapped_column(String(36))
    campaign_id: Mapped[str | None] = mapped_column(String(36))
    address: Mapped[str | None] = mapped_column(String(64))
    address_salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    address_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    request_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHeadRow(Base):
    """Where the log ends, and where it begins since its oldest entries were pruned. One row.

    Whoever appends locks it, so that all processes write one chain; and it shows when the newest entries are missing.
    """

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger())
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    pruned_seq: Mapped[int] = mapped_column(BigInteger())
    pruned_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
