"""What a person left behind is found without reading whole tables."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_HAS_SESSION = sa.text("session_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_audit_events_session_id",
        "audit_events",
        ["session_id"],
        sqlite_where=_HAS_SESSION,
        postgresql_where=_HAS_SESSION,
    )
    op.create_index("ix_invitations_made_by", "invitations", ["made_by"])


def downgrade() -> None:
    op.drop_index("ix_invitations_made_by", "invitations")
    op.drop_index("ix_audit_events_session_id", "audit_events")
