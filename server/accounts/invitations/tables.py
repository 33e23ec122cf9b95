"""Where invitations are kept: digests only, so that a stolen database lets nobody in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime


class InvitationRow(Base):
    """To a campaign or to a group, one of the two. By link it has a digest, by name a user.

    `made_by` is a principal's id, of whatever kind: what they may grant is looked up again when it is accepted.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("(campaign_id IS NULL) <> (group_id IS NULL)", name="one_place"),
        CheckConstraint("(user_id IS NULL) <> (digest IS NULL)", name="one_way"),
        Index("ix_invitations_campaign_id", "campaign_id"),
        Index("ix_invitations_group_id", "group_id"),
        Index("ix_invitations_user_id", "user_id"),
        Index("ix_invitations_made_by", "made_by"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    campaign_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("campaigns.id", ondelete="CASCADE"))
    group_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("groups.id", ondelete="CASCADE"))
    user_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"))
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    made_by: Mapped[str] = mapped_column(String(36))
    made_by_kind: Mapped[str] = mapped_column(String(16))
    max_uses: Mapped[int] = mapped_column(Integer)
    uses: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
