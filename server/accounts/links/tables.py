"""Where links that were mailed are kept: digests only."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime
from server.kernel.limits import MAX_EMAIL


class MailLinkRow(Base):
    """A link that works once: for one person, one purpose and one address. Without a person it is nobody's."""

    __tablename__ = "mail_links"
    __table_args__ = (
        Index("ix_mail_links_user_id_purpose", "user_id", "purpose"),
        Index("ix_mail_links_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(MAX_EMAIL))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
