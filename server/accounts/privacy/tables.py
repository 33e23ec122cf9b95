"""What is still to be forgotten of people who left: the rest went with their account."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime


class ErasureRow(Base):
    """`characters` are pairs of a campaign's and a character's id that they played; `campaigns` are nobody else's."""

    __tablename__ = "erasures"

    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    characters: Mapped[list[list[str]]] = mapped_column(JSON)
    campaigns: Mapped[list[str]] = mapped_column(JSON)
    since: Mapped[datetime] = mapped_column(UtcDateTime())
