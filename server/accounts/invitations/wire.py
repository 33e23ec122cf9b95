"""What travels about invitations."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from server.accounts.groups.rules import GroupRole
from server.accounts.invitations.store import Invitation, Kind
from server.accounts.members.rules import MemberRole
from server.accounts.people.names import Username
from server.accounts.tokens.wire import Model
from server.kernel.limits import INVITATION_MAX_S, INVITATION_MIN_S, INVITATION_S, INVITATION_USES, MAX_CREDENTIAL

Uses = Annotated[int, Field(ge=1, le=INVITATION_USES, description="How many people a link may bring.")]
Life = Annotated[int, Field(ge=INVITATION_MIN_S, le=INVITATION_MAX_S, description="Seconds until it is worth nothing.")]


class InvitationIn(Model):
    """By name with `username`, else by a link. An owner is only made by name."""

    role: MemberRole
    username: Username | None = None
    expires_in_s: Life = INVITATION_S
    max_uses: Uses = 1


class GroupInvitationIn(Model):
    """By name with `username`, else by a link. An owner is only made by name."""

    role: GroupRole = "member"
    username: Username | None = None
    expires_in_s: Life = INVITATION_S
    max_uses: Uses = 1


class InvitationOut(Model):
    """An open invitation. `username` is whom it is for, null for a link, whose text nobody can show again.

    `void`: whoever made it may not give that role any more, so it lets nobody in unless they may again.
    """

    id: str
    role: MemberRole | GroupRole
    username: str | None
    invited_by: str | None
    created_at: datetime
    expires_at: datetime
    uses: int
    max_uses: int
    void: bool

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationOut":
        return cls(**{name: getattr(invitation, name) for name in cls.model_fields})


class InvitationMade(InvitationOut):
    """A new invitation. Of a link, `token` and `url` are shown this once."""

    token: str | None
    url: str | None


class MyInvitationOut(Model):
    """What I am invited to. `invited_by` is a username; null is the server's admin, or a machine of the campaign."""

    id: str
    kind: Kind
    name: str
    role: MemberRole | GroupRole
    invited_by: str | None
    created_at: datetime
    expires_at: datetime


class LinkIn(Model):
    """The token of an invitation's link."""

    token: Annotated[str, Field(min_length=1, max_length=MAX_CREDENTIAL)]


class LinkOut(Model):
    """Where a link leads."""

    kind: Kind
    name: str
    role: MemberRole | GroupRole
    invited_by: str | None
    expires_at: datetime


class JoinedOut(Model):
    """Where one belongs now, and as what: never as less than before. One of `campaign` and `group` is its id."""

    kind: Kind
    campaign: str | None
    group: str | None
    role: MemberRole | GroupRole
