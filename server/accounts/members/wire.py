"""What travels about members."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from server.accounts.members.rules import MemberRole
from server.accounts.members.store import Member
from server.accounts.principal import Role
from server.accounts.rules import Verb
from server.accounts.tokens.wire import Model
from server.play.state import Audience


class MyPlaceOut(Model):
    """What the credential that was sent is in this campaign.

    `verbs` are what it may do there to everything, `own_verbs` what it may do to `character_ids`, whom it plays.
    """

    role: Role | None
    audience: Audience
    character_ids: list[str]
    verbs: list[Verb]
    own_verbs: list[Verb]


class MemberPatch(Model):
    """The role that they shall have by themselves; what groups give them comes on top."""

    role: MemberRole


class PlayerIn(Model):
    """Who shall play the character: a member who is a player, a game master or an owner."""

    user_id: Annotated[str, Field(min_length=1, max_length=36)]


class PlayerOut(Model):
    """Who plays the character."""

    character_id: str
    user_id: str
    username: str


class MemberOut(Model):
    """A person in a campaign. `group_id` names the group that the role comes from, where it is not their own."""

    user_id: str
    username: str
    full_name: str | None
    role: MemberRole
    group_id: str | None
    character_ids: list[str]
    since: datetime

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        known = {name: getattr(member, name) for name in cls.model_fields}
        return cls(**{**known, "character_ids": list(member.character_ids)})
