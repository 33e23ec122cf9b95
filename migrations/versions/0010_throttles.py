"""Counters of tries."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "throttles",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("window_ms", sa.BigInteger, nullable=False),
        sa.Column("is_ladder", sa.Boolean, nullable=False),
        sa.Column("resets_ms", sa.BigInteger, nullable=False),
        sa.Column("blocked_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_throttles"),
    )
    op.create_index("ix_throttles_resets_ms", "throttles", ["resets_ms"])


def downgrade() -> None:
    op.drop_table("throttles")
