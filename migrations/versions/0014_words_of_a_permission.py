"""What `users.write` allows, in words: accounts are made and changed with it, too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = "Disable, enable and delete accounts."
AFTER = "Make, change, disable, enable and delete accounts."
PERMISSIONS = sa.table("permissions", sa.column("name", sa.String), sa.column("description", sa.String))


def upgrade() -> None:
    _say(AFTER)


def downgrade() -> None:
    _say(BEFORE)


def _say(description: str) -> None:
    op.execute(sa.update(PERMISSIONS).where(PERMISSIONS.c.name == "users.write").values(description=description))
