"""Where roles and permissions are kept, and who has which."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.database import Base, UtcDateTime
from server.kernel.limits import MAX_PERMISSION, MAX_ROLE_NAME, MAX_SHORT_TEXT


class PermissionRow(Base):
    """Something that may be allowed, as `resource.action`."""

    __tablename__ = "permissions"

    name: Mapped[str] = mapped_column(String(MAX_PERMISSION), primary_key=True)
    description: Mapped[str] = mapped_column(String(MAX_SHORT_TEXT))
    built_in: Mapped[bool] = mapped_column(Boolean())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class RoleRow(Base):
    """A name for a set of permissions."""

    __tablename__ = "roles"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_ROLE_NAME), unique=True)
    description: Mapped[str] = mapped_column(String(MAX_SHORT_TEXT))
    built_in: Mapped[bool] = mapped_column(Boolean())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class RolePermissionRow(Base):
    """What a role allows. The role `admin` allows everything, also what is not written here."""

    __tablename__ = "role_permissions"
    __table_args__ = (Index("ix_role_permissions_permission", "permission"),)

    role_id: Mapped[str] = mapped_column(String(36), ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    permission: Mapped[str] = mapped_column(
        String(MAX_PERMISSION), ForeignKey("permissions.name", ondelete="CASCADE"), primary_key=True
    )


class UserRoleRow(Base):
    """Who has a role. The role `user` is everybody's, and not written here."""

    __tablename__ = "user_roles"
    __table_args__ = (Index("ix_user_roles_role_id", "role_id"),)

    user_id: Mapped[str] = mapped_column(String(36), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role_id: Mapped[str] = mapped_column(String(36), ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime())
