"""Where it is kept who may come in through a provider, and who is on the way."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime
from server.kernel.limits import MAX_IDENTITY_NAME, MAX_SUBJECT


class IdentityRow(Base):
    """Whoever `provider` calls `subject`, at its server `issuer`, is this person.

    An address is no part of that: addresses change hands.
    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("user_id", "provider"),)

    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(MAX_SUBJECT), primary_key=True)
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(MAX_IDENTITY_NAME))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime())
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class ProviderStartRow(Base):
    """A way to a provider and back: `digest` is the SHA-256 of what the browser keeps, from which state, nonce and
    verifier follow. With a person it links, without one it signs in."""

    __tablename__ = "provider_starts"
    __table_args__ = (Index("ix_provider_starts_expires_at", "expires_at"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    return_to: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"))
    session_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("sessions.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
