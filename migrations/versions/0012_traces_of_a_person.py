"""What a person left behind is found without reading whole tables."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_HAS_ACTOR = sa.text("actor_id IS NOT NULL")
_HAS_SESSION = sa.text("session_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_events_actor_id_campaign_id_seq",
        "events",
        ["actor_id", "campaign_id", "seq"],
        sqlite_where=_HAS_ACTOR,
        postgresql_where=_HAS_ACTOR,
    )
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
    op.drop_index("ix_events_actor_id_campaign_id_seq", "events")
