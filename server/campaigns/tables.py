"""Where the record is kept: the log (`events`) and what it adds up to (all the others).

Each row that a person can change carries `seq`, the event that last changed it: REST's ETag, and what
`expect_seq` is compared with. JSON columns are JSON and not JSONB: the order of a sheet's resources is the
order somebody gave them, and JSONB forgets it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime
from server.kernel.limits import MAX_NAME, MAX_SLUG

ID = String(36)
WORD = String(32)
"""A word of ours: a kind, a display, an event's type."""
URL = String(500)


def _campaign_id(*, primary_key: bool = False) -> Mapped[str]:
    return mapped_column(ID, ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=primary_key)


class CampaignRow(Base):
    """`epoch` names this log; `seq` is its last event, compared and set by every append. Ids sort by age.

    `episode_id` has no foreign key: both directions would make a circle, and one transaction writes both.
    """

    __tablename__ = "campaigns"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    slug: Mapped[str] = mapped_column(String(MAX_SLUG), unique=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    description: Mapped[str | None] = mapped_column(Text)
    ruleset: Mapped[str] = mapped_column(WORD)
    public: Mapped[bool] = mapped_column(Boolean)
    epoch: Mapped[str] = mapped_column(ID)
    seq: Mapped[int] = mapped_column(BigInteger)
    details_seq: Mapped[int] = mapped_column(BigInteger)
    combat: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    combat_seq: Mapped[int] = mapped_column(BigInteger)
    episode_id: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class CharacterRow(Base):
    """A sheet. `created_seq` keeps the order in which they came. No id can reach into another campaign."""

    __tablename__ = "characters"
    __table_args__ = (Index("ix_characters_campaign_id_created_seq", "campaign_id", "created_seq"),)

    campaign_id: Mapped[str] = _campaign_id(primary_key=True)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(WORD)
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    player_name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    class_: Mapped[str | None] = mapped_column("class", String(MAX_NAME))
    race: Mapped[str | None] = mapped_column(String(MAX_NAME))
    level: Mapped[int | None] = mapped_column(Integer)
    stats: Mapped[dict[str, Any]] = mapped_column(JSON)
    conditions: Mapped[list[Any]] = mapped_column(JSON)
    death_saves: Mapped[dict[str, Any]] = mapped_column(JSON)
    uses_death_saves: Mapped[bool] = mapped_column(Boolean)
    concentration: Mapped[str | None] = mapped_column(String(MAX_NAME))
    resources: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(WORD)
    portrait_url: Mapped[str | None] = mapped_column(URL)
    background_url: Mapped[str | None] = mapped_column(URL)
    color: Mapped[str | None] = mapped_column(String(7))
    visible: Mapped[bool] = mapped_column(Boolean)
    hp_display: Mapped[str] = mapped_column(WORD)
    notes: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(BigInteger)
    created_seq: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class EpisodeRow(Base):
    """One night. `started_at` and `ended_at` are the events' own texts, so that replay gives the same bytes."""

    __tablename__ = "episodes"
    __table_args__ = (Index("ix_episodes_campaign_id_created_seq", "campaign_id", "created_seq"),)

    campaign_id: Mapped[str] = _campaign_id(primary_key=True)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    episode_number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(MAX_NAME))
    date: Mapped[str | None] = mapped_column(String(10))
    summary: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[str | None] = mapped_column(String(40))
    ended_at: Mapped[str | None] = mapped_column(String(40))
    seq: Mapped[int] = mapped_column(BigInteger)
    created_seq: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class RosterRow(Base):
    """Who is on screen, in order. A list and not rows of its own: it is only ever read and replaced whole."""

    __tablename__ = "rosters"

    campaign_id: Mapped[str] = _campaign_id(primary_key=True)
    character_ids: Mapped[list[str]] = mapped_column(JSON)
    seq: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class LayoutRow(Base):
    """Where one tier shows each character's card and its conditions."""

    __tablename__ = "layout_overrides"

    campaign_id: Mapped[str] = _campaign_id(primary_key=True)
    tier: Mapped[str] = mapped_column(WORD, primary_key=True)
    badges: Mapped[dict[str, Any]] = mapped_column(JSON)
    chips: Mapped[dict[str, Any]] = mapped_column(JSON)
    seq: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


_HAS_KEY = text("command_key IS NOT NULL")
_HAS_CHARACTER = text("character_id IS NOT NULL")
_HAS_EPISODE = text("episode_id IS NOT NULL")


class EventRow(Base):
    """The log. `for_…` is the finished text that each audience gets, null where it gets nothing.

    Texts and not JSON columns, so that a replay sends the very bytes of the first time without parsing them.
    `body` is the event as the rules know it, null where `for_gm` already says all of it. The log outlives
    what it names, so `character_id` and `episode_id` have no foreign keys. `command_key` is on the first event
    of a command only.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_campaign_id_type_seq", "campaign_id", "type", "seq"),
        Index(
            "ix_events_campaign_id_character_id_seq",
            "campaign_id",
            "character_id",
            "seq",
            sqlite_where=_HAS_CHARACTER,
            postgresql_where=_HAS_CHARACTER,
        ),
        Index(
            "ix_events_campaign_id_episode_id_seq",
            "campaign_id",
            "episode_id",
            "seq",
            sqlite_where=_HAS_EPISODE,
            postgresql_where=_HAS_EPISODE,
        ),
        Index(
            "uq_events_campaign_id_command_key",
            "campaign_id",
            "command_key",
            unique=True,
            sqlite_where=_HAS_KEY,
            postgresql_where=_HAS_KEY,
        ),
    )

    campaign_id: Mapped[str] = _campaign_id(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(ID)
    type: Mapped[str] = mapped_column(WORD)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    actor: Mapped[str] = mapped_column(WORD)
    actor_id: Mapped[str | None] = mapped_column(String(80))
    character_id: Mapped[str | None] = mapped_column(ID)
    episode_id: Mapped[str | None] = mapped_column(ID)
    undo_of: Mapped[int | None] = mapped_column(BigInteger)
    part_of: Mapped[int | None] = mapped_column(BigInteger)
    command_key: Mapped[str | None] = mapped_column(String(160))
    command_digest: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str | None] = mapped_column(Text)
    for_gm: Mapped[str | None] = mapped_column(Text)
    for_table: Mapped[str | None] = mapped_column(Text)
    for_public: Mapped[str | None] = mapped_column(Text)
