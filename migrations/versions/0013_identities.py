"""Whom providers bring, and who is on the way to one."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.String(36)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(254), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("provider", "issuer", "subject", name="pk_identities"),
        sa.UniqueConstraint("user_id", "provider", name="uq_identities_user_id_provider"),
    )
    op.create_table(
        "provider_starts",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("return_to", sa.String(64), nullable=False),
        sa.Column("user_id", ID),
        sa.Column("session_id", ID),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_provider_starts_user_id_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_provider_starts_session_id_sessions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_provider_starts"),
    )
    op.create_index("ix_provider_starts_expires_at", "provider_starts", ["expires_at"])


def downgrade() -> None:
    op.drop_table("provider_starts")
    op.drop_table("identities")
