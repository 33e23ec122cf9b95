"""Mails that wait to be delivered, and the links in them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(36)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
    )
    op.create_index("ix_mails_due_at", "mails", ["due_at"])
    op.create_table(
        "mail_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("user_id", ID),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mail_links_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_links"),
        sa.UniqueConstraint("digest", name="uq_mail_links_digest"),
    )
    op.create_index("ix_mail_links_user_id_purpose", "mail_links", ["user_id", "purpose"])
    op.create_index("ix_mail_links_expires_at", "mail_links", ["expires_at"])


def downgrade() -> None:
    op.drop_table("mail_links")
    op.drop_table("mails")
