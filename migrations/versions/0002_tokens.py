"""Tokens of campaigns, and one-time tokens of sign-in links."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(36)
TIME = sa.DateTime(timezone=True)


def _campaign(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_campaign_id_campaigns"
    return sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "campaign_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *(sa.Column(name, TIME) for name in ("last_used_at", "expires_at", "revoked_at")),
        _campaign("campaign_tokens"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_tokens"),
        sa.UniqueConstraint("digest", name="uq_campaign_tokens_digest"),
    )
    op.create_table(
        "one_time_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        _campaign("one_time_tokens"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_tokens"),
        sa.UniqueConstraint("digest", name="uq_one_time_tokens_digest"),
    )
    op.create_index("ix_campaign_tokens_campaign_id", "campaign_tokens", ["campaign_id"])
    op.create_index("ix_one_time_tokens_campaign_id", "one_time_tokens", ["campaign_id"])
    op.create_index("ix_one_time_tokens_expires_at", "one_time_tokens", ["expires_at"])


def downgrade() -> None:
    op.drop_table("one_time_tokens")
    op.drop_table("campaign_tokens")
