"""Where it is kept who belongs to a campaign, and who plays whom."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime


class MembershipRow(Base):
    """A person's own role in a campaign; what their groups give them comes on top."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_user_id", "user_id"),)

    campaign_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(UtcDateTime())


class CharacterPlayerRow(Base):
    """Who plays a character: one person at a time.

    No reference to the character: its deletion can be undone, and then its player is still there.
    """

    __tablename__ = "character_players"
    __table_args__ = (
        Index("ix_character_players_user_id", "user_id"),
        Index("ix_character_players_campaign_id_user_id", "campaign_id", "user_id"),
    )

    campaign_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True
    )
    character_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"))
    since: Mapped[datetime] = mapped_column(UtcDateTime())
