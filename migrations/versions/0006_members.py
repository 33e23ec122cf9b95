"""Members of campaigns, who plays whom, groups, and invitations to both."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.String(36)
ROLE = sa.String(16)
TIME = sa.DateTime(timezone=True)


def _cascade(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    _members()
    _groups()
    _invitations()


def _members() -> None:
    op.create_table(
        "memberships",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("since", TIME, nullable=False),
        _cascade("memberships", "campaign_id", "campaigns"),
        _cascade("memberships", "user_id", "users"),
        sa.PrimaryKeyConstraint("campaign_id", "user_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"])
    op.create_table(
        "character_players",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("character_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("since", TIME, nullable=False),
        _cascade("character_players", "campaign_id", "campaigns"),
        _cascade("character_players", "user_id", "users"),
        sa.PrimaryKeyConstraint("campaign_id", "character_id", name="pk_character_players"),
    )
    op.create_index("ix_character_players_user_id", "character_players", ["user_id"])
    op.create_index("ix_character_players_campaign_id_user_id", "character_players", ["campaign_id", "user_id"])


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
    )
    op.create_table(
        "group_members",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("since", TIME, nullable=False),
        _cascade("group_members", "group_id", "groups"),
        _cascade("group_members", "user_id", "users"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_group_members"),
    )
    op.create_index("ix_group_members_user_id", "group_members", ["user_id"])
    op.create_table(
        "campaign_groups",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("since", TIME, nullable=False),
        _cascade("campaign_groups", "campaign_id", "campaigns"),
        _cascade("campaign_groups", "group_id", "groups"),
        sa.PrimaryKeyConstraint("campaign_id", "group_id", name="pk_campaign_groups"),
    )
    op.create_index("ix_campaign_groups_group_id", "campaign_groups", ["group_id"])


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        *(sa.Column(name, ID) for name in ("campaign_id", "group_id", "user_id")),
        sa.Column("digest", sa.LargeBinary(32)),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_by_kind", sa.String(16), nullable=False),
        sa.Column("max_uses", sa.Integer, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        _cascade("invitations", "campaign_id", "campaigns"),
        _cascade("invitations", "group_id", "groups"),
        _cascade("invitations", "user_id", "users"),
        sa.CheckConstraint("(campaign_id IS NULL) <> (group_id IS NULL)", name="ck_invitations_one_place"),
        sa.CheckConstraint("(user_id IS NULL) <> (digest IS NULL)", name="ck_invitations_one_way"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("digest", name="uq_invitations_digest"),
    )
    for column in ("campaign_id", "group_id", "user_id"):
        op.create_index(f"ix_invitations_{column}", "invitations", [column])


def downgrade() -> None:
    for table in ("invitations", "campaign_groups", "group_members", "groups", "character_players", "memberships"):
        op.drop_table(table)
