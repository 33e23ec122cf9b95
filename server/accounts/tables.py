"""Every table of accounts: importing this fills the metadata."""

from server.accounts.audit.tables import AuditHeadRow, AuditRow
from server.accounts.owner.tables import OwnerLinkRow
from server.accounts.people.tables import UserRow
from server.accounts.revocations import RevocationRow
from server.accounts.roles.tables import PermissionRow, RolePermissionRow, RoleRow, UserRoleRow
from server.accounts.sessions.tables import RefreshTokenRow, SessionRow
from server.accounts.tokens.tables import CampaignTokenRow, OneTimeTokenRow

__all__ = [
    "AuditHeadRow",
    "AuditRow",
    "CampaignTokenRow",
    "OneTimeTokenRow",
    "OwnerLinkRow",
    "PermissionRow",
    "RefreshTokenRow",
    "RevocationRow",
    "RolePermissionRow",
    "RoleRow",
    "SessionRow",
    "UserRoleRow",
    "UserRow",
]
