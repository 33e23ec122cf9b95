"""What is written down, and by whom. The names are OWASP's where it has one (Logging Vocabulary Cheat Sheet)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol

from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.caller import Asker

EventName = Literal[
    "authn_login_success",
    "authn_login_fail",
    "authn_login_lock",
    "authn_identity_linked",
    "authn_identity_unlinked",
    "authn_password_change",
    "authn_password_reset",
    "authn_factor_enabled",
    "authn_factor_disabled",
    "authn_factor_lost",
    "authn_factor_fail",
    "authn_recovery_codes_made",
    "authn_token_created",
    "authn_token_reuse",
    "authn_token_revoked",
    "authz_fail",
    "authz_change",
    "privilege_permissions_changed",
    "excess_rate_limit_exceeded",
    "user_created",
    "user_updated",
    "user_disabled",
    "user_enabled",
    "user_deleted",
    "user_email_verified",
    "user_email_changed",
    "member_added",
    "member_changed",
    "member_removed",
    "invitation_created",
    "invitation_accepted",
    "invitation_declined",
    "invitation_revoked",
    "group_created",
    "group_updated",
    "group_deleted",
    "campaign_created",
    "campaign_deleted",
    "upload_stored",
    "sensitive_read",
    "audit_pruned",
    "audit_addresses_dropped",
]
MEANINGS: dict[EventName, str] = {
    "authn_login_success": "signed in; `by` says how, and `second` by which second factor",
    "authn_login_fail": "a wrong name, password or second factor; or a wrong way back from a provider: `why`",
    "authn_login_lock": "too many wrong passwords: the account's next tries have to wait",
    "authn_identity_linked": "an account at a provider was linked: it signs in from now on",
    "authn_identity_unlinked": "an account at a provider was unlinked",
    "authn_password_change": "the password was changed, or set by a link",
    "authn_password_reset": "a link for a new password was asked for",
    "authn_factor_enabled": "a second factor was switched on",
    "authn_factor_disabled": "a second factor was switched off, removed by its person as lost, or taken back",
    "authn_factor_lost": "whoever looks after people had a link mailed with which a lost second factor is removed",
    "authn_factor_fail": "a wrong code, where somebody who is signed in changes their second factor",
    "authn_recovery_codes_made": "new recovery codes were made; the older ones ended",
    "authn_token_created": "a machine's token was made or rotated, or a sign-in link was used",
    "authn_token_reuse": "a refresh token was used twice: the sign-in was ended",
    "authn_token_revoked": "a sign-in or a machine's token was ended; `why` says by what",
    "authz_fail": "something was refused for lack of a right; `times` within one short while are one entry",
    "authz_change": "who plays a character, or who owns a campaign, was changed",
    "privilege_permissions_changed": "a role, a permission or who has one was changed: `added`, `removed`, `fields`",
    "excess_rate_limit_exceeded": "something was tried too often; `times` within one short while are one entry",
    "user_created": "signed up, or was made an account by `who`",
    "user_updated": "the profile was changed; `fields` names what",
    "user_disabled": "an account was disabled: every sign-in ended",
    "user_enabled": "an account was enabled again",
    "user_deleted": "an account was deleted",
    "user_email_verified": "an e-mail address was proved",
    "user_email_changed": "the e-mail address was changed, or changed back",
    "member_added": "somebody joined a campaign or a group",
    "member_changed": "a member's role was changed",
    "member_removed": "somebody left or was removed",
    "invitation_created": "an invitation was made",
    "invitation_accepted": "an invitation was accepted",
    "invitation_declined": "an invitation was declined",
    "invitation_revoked": "an invitation was taken back",
    "group_created": "a group was made",
    "group_updated": "a group was changed, or seated in a campaign",
    "group_deleted": "a group was deleted",
    "campaign_created": "a campaign was made",
    "campaign_deleted": "a campaign was deleted",
    "upload_stored": "an image was stored: for which character, as what, and where",
    "sensitive_read": "personal data or the audit log was exported",
    "audit_pruned": "old entries of this log were deleted; `through` and `hash` say where it begins now",
    "audit_addresses_dropped": "addresses of old entries, or of somebody who left, were erased",
}
"""Every name, and when it is written: SECURITY.md's table is made from it."""
Outcome = Literal["success", "failure"]
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`who` is a principal's id, `target` what it was done to, as `kind:id`. No secrets, no words that people typed.

    `details` are names, ids and numbers; an id of a campaign stands there as `campaign_id`.
    """

    name: EventName
    who: str | None
    target: str | None = None
    outcome: Outcome = "success"
    session_id: str | None = None
    address: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def by(
        cls,
        asker: Asker,
        name: EventName,
        target: str | None = None,
        details: Mapping[str, Any] = _NOTHING,
        outcome: Outcome = "success",
    ) -> "AuditEvent":
        """What somebody does who is known, with the sign-in and the address that it comes from."""
        who = asker.principal
        return cls(name, who.id, target, outcome, who.session_id, asker.caller.address, details)


class AuditLog(Protocol):
    def write_now(self, connection: Connection, event: AuditEvent) -> None:
        """Append within the transaction of the change: either both happened or neither did."""
        ...

    async def write(self, connection: AsyncConnection, event: AuditEvent) -> None:
        """The same, on the loop."""
        await connection.run_sync(self.write_now, event)
