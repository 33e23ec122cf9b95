"""Roles and permissions of the whole server, with those that come along, and the owner's first link."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(36)
NAME = sa.String(64)
TIME = sa.DateTime(timezone=True)
THEN = datetime(2026, 11, 20, tzinfo=UTC)
PERMISSIONS = {
    "users.read": "Find people, and read their accounts.",
    "users.write": "Disable, enable and delete accounts.",
    "roles.read": "Read roles and permissions, and who has them.",
    "roles.write": "Make and change roles and permissions, and give them to people.",
    "audit.read": "Read the audit log.",
    "campaigns.create": "Make campaigns.",
    "campaigns.administer": "Do in every campaign what its owner may.",
}
ROLES = (
    (
        "00000000-0000-7000-8000-000000000001",
        "admin",
        "Runs the server: every permission there is.",
        tuple(PERMISSIONS),
    ),
    (
        "00000000-0000-7000-8000-000000000002",
        "moderator",
        "Looks after people.",
        ("users.read", "users.write", "audit.read"),
    ),
    ("00000000-0000-7000-8000-000000000003", "user", "Everybody who has an account.", ("campaigns.create",)),
)


def _cascade(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    permissions, roles = _roles()
    role_permissions = _grants()
    op.create_table(
        "owner_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owner_links"),
        sa.UniqueConstraint("digest", name="uq_owner_links_digest"),
    )
    _seed(permissions, roles, role_permissions)


def _roles() -> tuple[sa.Table, sa.Table]:
    permissions = op.create_table(
        "permissions",
        sa.Column("name", NAME, nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("built_in", sa.Boolean, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_permissions"),
    )
    roles = op.create_table(
        "roles",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("built_in", sa.Boolean, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roles"),
        sa.UniqueConstraint("name", name="uq_roles_name"),
    )
    return permissions, roles


def _grants() -> sa.Table:
    role_permissions = op.create_table(
        "role_permissions",
        sa.Column("role_id", ID, nullable=False),
        sa.Column("permission", NAME, nullable=False),
        _cascade("role_permissions", "role_id", "roles"),
        _cascade("role_permissions", "permission", "permissions", "name"),
        sa.PrimaryKeyConstraint("role_id", "permission", name="pk_role_permissions"),
    )
    op.create_index("ix_role_permissions_permission", "role_permissions", ["permission"])
    op.create_table(
        "user_roles",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("since", TIME, nullable=False),
        _cascade("user_roles", "user_id", "users"),
        _cascade("user_roles", "role_id", "roles"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name="pk_user_roles"),
    )
    op.create_index("ix_user_roles_role_id", "user_roles", ["role_id"])
    return role_permissions


def _seed(permissions: sa.Table, roles: sa.Table, role_permissions: sa.Table) -> None:
    made = {"built_in": True, "created_at": THEN}
    op.bulk_insert(permissions, [{"name": name, "description": says, **made} for name, says in PERMISSIONS.items()])
    op.bulk_insert(
        roles,
        [{"id": key, "name": name, "description": says, "updated_at": THEN, **made} for key, name, says, _ in ROLES],
    )
    held = [{"role_id": key, "permission": each} for key, _, _, allowed in ROLES for each in allowed]
    op.bulk_insert(role_permissions, held)


def downgrade() -> None:
    for table in ("owner_links", "user_roles", "role_permissions", "roles", "permissions"):
        op.drop_table(table)
