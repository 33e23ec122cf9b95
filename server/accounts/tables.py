"""Every table of accounts: importing this fills the metadata."""

from server.accounts.audit.tables import AuditRow
from server.accounts.people.tables import UserRow
from server.accounts.revocations import RevocationRow
from server.accounts.sessions.tables import RefreshTokenRow, SessionRow
from server.accounts.tokens.tables import CampaignTokenRow, OneTimeTokenRow

__all__ = [
    "AuditRow",
    "CampaignTokenRow",
    "OneTimeTokenRow",
    "RefreshTokenRow",
    "RevocationRow",
    "SessionRow",
    "UserRow",
]
