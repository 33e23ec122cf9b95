"""Every table of accounts, and the outbox of their mails: importing this fills the metadata."""

from server.accounts.audit.tables import AuditHeadRow, AuditRow
from server.accounts.groups.tables import CampaignGroupRow, GroupMemberRow, GroupRow
from server.accounts.invitations.tables import InvitationRow
from server.accounts.links.tables import MailLinkRow
from server.accounts.members.tables import CharacterPlayerRow, MembershipRow
from server.accounts.owner.tables import OwnerLinkRow
from server.accounts.people.tables import UserRow
from server.accounts.privacy.tables import ErasureRow
from server.accounts.providers.tables import IdentityRow, ProviderStartRow
from server.accounts.revocations import RevocationRow
from server.accounts.roles.tables import PermissionRow, RolePermissionRow, RoleRow, UserRoleRow
from server.accounts.second_factor.tables import PendingSignInRow, RecoveryCodeRow, SecondFactorRow
from server.accounts.sessions.tables import RefreshTokenRow, SessionRow
from server.accounts.throttling.tables import ThrottleRow
from server.accounts.tokens.tables import CampaignTokenRow, OneTimeTokenRow
from server.kernel.mail.outbox import MailRow

__all__ = [
    "AuditHeadRow",
    "AuditRow",
    "CampaignGroupRow",
    "CampaignTokenRow",
    "CharacterPlayerRow",
    "ErasureRow",
    "GroupMemberRow",
    "GroupRow",
    "IdentityRow",
    "InvitationRow",
    "MailLinkRow",
    "MailRow",
    "MembershipRow",
    "OneTimeTokenRow",
    "OwnerLinkRow",
    "PendingSignInRow",
    "PermissionRow",
    "ProviderStartRow",
    "RecoveryCodeRow",
    "RefreshTokenRow",
    "RevocationRow",
    "RolePermissionRow",
    "RoleRow",
    "SecondFactorRow",
    "SessionRow",
    "ThrottleRow",
    "UserRoleRow",
    "UserRow",
]
