"""The record: campaigns and what belongs to them, and the log of their events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(36)
WORD = sa.String(32)
NAME = sa.String(80)
URL = sa.String(500)
TIME = sa.DateTime(timezone=True)


def _campaign(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_campaign_id_campaigns"
    return sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=name, ondelete="CASCADE")


def _where(column: str) -> dict[str, sa.TextClause]:
    clause = sa.text(f"{column} IS NOT NULL")
    return {"sqlite_where": clause, "postgresql_where": clause}


def upgrade() -> None:
    _create_campaigns()
    _create_characters()
    _create_episodes()
    _create_rosters_and_layouts()
    _create_events()
    _index_events()


def downgrade() -> None:
    for table in ("events", "layout_overrides", "rosters", "episodes", "characters", "campaigns"):
        op.drop_table(table)


def _create_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("ruleset", WORD, nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("epoch", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("details_seq", sa.BigInteger(), nullable=False),
        sa.Column("combat", sa.JSON()),
        sa.Column("combat_seq", sa.BigInteger(), nullable=False),
        sa.Column("episode_id", ID),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("slug", name="uq_campaigns_slug"),
    )


def _create_characters() -> None:
    op.create_table(
        "characters",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", NAME, nullable=False),
        *(sa.Column(name, NAME) for name in ("player_name", "class", "race")),
        sa.Column("level", sa.Integer()),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("stats", "conditions", "death_saves")),
        sa.Column("uses_death_saves", sa.Boolean(), nullable=False),
        sa.Column("concentration", NAME),
        sa.Column("resources", sa.JSON(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("portrait_url", URL),
        sa.Column("background_url", URL),
        sa.Column("color", sa.String(7)),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("hp_display", WORD, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        *_written(),
        _campaign("characters"),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_characters"),
    )
    op.create_index("ix_characters_campaign_id_created_seq", "characters", ["campaign_id", "created_seq"])


def _written() -> list[sa.Column[object]]:
    return [
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("created_seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    ]


def _create_episodes() -> None:
    op.create_table(
        "episodes",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("episode_number", sa.Integer(), nullable=False),
        sa.Column("title", NAME, nullable=False),
        sa.Column("date", sa.String(10)),
        sa.Column("summary", sa.Text()),
        sa.Column("started_at", sa.String(40)),
        sa.Column("ended_at", sa.String(40)),
        *_written(),
        _campaign("episodes"),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_episodes"),
    )
    op.create_index("ix_episodes_campaign_id_created_seq", "episodes", ["campaign_id", "created_seq"])


def _create_rosters_and_layouts() -> None:
    op.create_table(
        "rosters",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("character_ids", sa.JSON(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        _campaign("rosters"),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_rosters"),
    )
    op.create_table(
        "layout_overrides",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("tier", WORD, nullable=False),
        sa.Column("badges", sa.JSON(), nullable=False),
        sa.Column("chips", sa.JSON(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        _campaign("layout_overrides"),
        sa.PrimaryKeyConstraint("campaign_id", "tier", name="pk_layout_overrides"),
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("type", WORD, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", WORD, nullable=False),
        sa.Column("actor_id", sa.String(80)),
        sa.Column("character_id", ID),
        sa.Column("episode_id", ID),
        sa.Column("undo_of", sa.BigInteger()),
        sa.Column("part_of", sa.BigInteger()),
        sa.Column("command_key", sa.String(160)),
        sa.Column("command_digest", sa.String(64)),
        *(sa.Column(name, sa.Text()) for name in ("body", "for_gm", "for_table", "for_public")),
        _campaign("events"),
        sa.PrimaryKeyConstraint("campaign_id", "seq", name="pk_events"),
    )


def _index_events() -> None:
    """One index for each filter of the log; partial, since most events lack most of them."""
    op.create_index("ix_events_campaign_id_type_seq", "events", ["campaign_id", "type", "seq"])
    for column in ("character_id", "episode_id"):
        columns = ["campaign_id", column, "seq"]
        op.create_index(f"ix_events_campaign_id_{column}_seq", "events", columns, **_where(column))
    columns = ["campaign_id", "command_key"]
    op.create_index("uq_events_campaign_id_command_key", "events", columns, unique=True, **_where("command_key"))
