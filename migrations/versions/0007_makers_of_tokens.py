"""Who is behind a token: with their right to make tokens it ends."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("campaign_tokens", "one_time_tokens")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("made_by", sa.String(36)))
            name = f"fk_{table}_made_by_users"
            batch.create_foreign_key(name, "users", ["made_by"], ["id"], ondelete="SET NULL")
            batch.create_index(f"ix_{table}_made_by", ["made_by"])


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_index(f"ix_{table}_made_by")
            batch.drop_constraint(f"fk_{table}_made_by_users", type_="foreignkey")
            batch.drop_column("made_by")
