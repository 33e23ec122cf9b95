"""What accounts hold of a person, column by column. A column that is not covered here fails a test."""

from collections.abc import Callable
from typing import Final, cast

from sqlalchemy import ColumnElement, Table, and_, or_, select

from server.accounts.audit.tables import AuditRow
from server.accounts.groups.tables import GroupMemberRow
from server.accounts.invitations.tables import InvitationRow
from server.accounts.links.tables import MailLinkRow
from server.accounts.members.tables import CharacterPlayerRow, MembershipRow
from server.accounts.people.tables import UserRow
from server.accounts.privacy.holding import DIGEST, Holding, Impersonal
from server.accounts.providers.tables import IdentityRow, ProviderStartRow
from server.accounts.roles.tables import UserRoleRow
from server.accounts.second_factor.tables import PendingSignInRow, RecoveryCodeRow, SecondFactorRow
from server.accounts.sessions.tables import RefreshTokenRow, SessionRow
from server.accounts.tokens.tables import CampaignTokenRow, OneTimeTokenRow
from server.kernel.database import Base

_GONE: Final = "deleted with the account"
_HASH: Final = "a secret: whoever has the file could try passwords at it"


def _holding(row: type[Base], column: str, erased: str = _GONE, **withheld: str) -> Holding:
    table = cast(Table, row.__table__)
    return Holding(table, lambda user_id: table.c[column] == user_id, erased, withheld)


def _own(row: type[Base], belongs: Callable[[str], ColumnElement[bool]], erased: str, **withheld: str) -> Holding:
    return Holding(cast(Table, row.__table__), belongs, erased, withheld)


def _of_sessions(user_id: str) -> ColumnElement[bool]:
    return RefreshTokenRow.session_id.in_(select(SessionRow.id).where(SessionRow.user_id == user_id))


def _told_of(user_id: str) -> ColumnElement[bool]:
    """What they did, and what was done to their account by nobody in particular; not what others did."""
    return or_(AuditRow.who == user_id, and_(AuditRow.target == f"user:{user_id}", AuditRow.who.is_(None)))


def _invitations(user_id: str) -> ColumnElement[bool]:
    return or_(InvitationRow.user_id == user_id, InvitationRow.made_by == user_id)


HOLDINGS: Final = (
    _holding(UserRow, "id", password_hash=_HASH),
    _holding(SessionRow, "user_id"),
    _own(RefreshTokenRow, _of_sessions, _GONE, digest=DIGEST),
    _holding(SecondFactorRow, "user_id", sealed="the secret that codes are made from"),
    _holding(RecoveryCodeRow, "user_id", digest=DIGEST),
    _holding(PendingSignInRow, "user_id", digest=DIGEST),
    _holding(IdentityRow, "user_id"),
    _holding(ProviderStartRow, "user_id", digest=DIGEST),
    _holding(UserRoleRow, "user_id"),
    _holding(MembershipRow, "user_id"),
    _holding(CharacterPlayerRow, "user_id"),
    _holding(GroupMemberRow, "user_id"),
    _own(InvitationRow, _invitations, "deleted, those that they made too", digest=DIGEST),
    _holding(MailLinkRow, "user_id", digest=DIGEST),
    _holding(CampaignTokenRow, "made_by", "ended, and forgotten who made it", digest=DIGEST),
    _holding(OneTimeTokenRow, "made_by", "deleted, or forgotten who made it", digest=DIGEST),
    _own(
        AuditRow,
        _told_of,
        "kept for 400 days with an id that leads nowhere; addresses are erased",
        address_salt="erased with the address, and of no use to anybody",
        address_mark=DIGEST,
        hash="chains the entries of everybody",
    ),
)
IMPERSONAL: Final[Impersonal] = {
    "audit_head": "where the log ends",
    "campaign_groups": "groups and campaigns; who is in them is in tables of their own",
    "erasures": "ids of what is still to be forgotten, for a minute",
    "groups": "a name that is the group's",
    "mails": "sealed with a key that is not in the database, until delivered",
    "owner_links": "the link that made the first account",
    "permissions": "words of the server",
    "revocations": "ids of what ended within the last minutes",
    "role_permissions": "words of the server",
    "roles": "words of the server",
    "throttles": "digests with a key that is not in the database, until their time is over",
}
