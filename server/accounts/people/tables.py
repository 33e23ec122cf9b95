"""Where persons are kept."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime
from server.kernel.limits import MAX_EMAIL, MAX_NAME, MAX_USERNAME

_OWNED = text("email_verified_at IS NOT NULL")


class UserRow(Base):
    """A person. Any number may name an address; only the one who proved it owns it, which the index holds.

    The keys are what is compared: usernames and addresses in lower case.
    """

    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_email_key", "email_key"),
        Index("uq_users_owned_email", "email_key", unique=True, sqlite_where=_OWNED, postgresql_where=_OWNED),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(MAX_USERNAME))
    username_key: Mapped[str] = mapped_column(String(MAX_USERNAME), unique=True)
    email: Mapped[str | None] = mapped_column(String(MAX_EMAIL))
    email_key: Mapped[str | None] = mapped_column(String(MAX_EMAIL))
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    full_name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())
