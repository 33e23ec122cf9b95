"""Where second factors are kept: the secret sealed, of everything else a digest."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime


class SecondFactorRow(Base):
    """A person's secret. It counts from `enabled_at` on; `last_step` is the counter of the last code that was taken."""

    __tablename__ = "second_factors"

    user_id: Mapped[str] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    enabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RecoveryCodeRow(Base):
    """A recovery code that nobody has used; using it deletes it."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("uq_recovery_codes_user_id_digest", "user_id", "digest", unique=True),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class PendingSignInRow(Base):
    """Somebody was recognised, `way` says how, and their second factor is still to come."""

    __tablename__ = "pending_sign_ins"
    __table_args__ = (
        Index("ix_pending_sign_ins_user_id", "user_id"),
        Index("ix_pending_sign_ins_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[str] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"))
    way: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
