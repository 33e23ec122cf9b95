"""Where tries are counted: shared by all processes, and still there after a restart."""

from sqlalchemy import BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base


class ThrottleRow(Base):
    """One counter. `key` is a digest with a key: nobody reads from it who tried what. Times are in milliseconds."""

    __tablename__ = "throttles"
    __table_args__ = (Index("ix_throttles_resets_ms", "resets_ms"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    tries: Mapped[int] = mapped_column(Integer())
    most: Mapped[int] = mapped_column(Integer())
    window_ms: Mapped[int] = mapped_column(BigInteger())
    is_ladder: Mapped[bool] = mapped_column(Boolean())
    resets_ms: Mapped[int] = mapped_column(BigInteger())
    blocked_ms: Mapped[int] = mapped_column(BigInteger())
