"""What travels about groups."""

from datetime import datetime

from server.accounts.groups.rules import GroupRole
from server.accounts.groups.store import Group, GroupMember, SeatedGroup
from server.accounts.members.rules import InvitedRole
from server.accounts.tokens.wire import Model
from server.play.text import Name


class GroupIn(Model):
    """A table of people, or its new name."""

    name: Name


class GroupOut(Model):
    """A group that I am in: `role` is mine, `members` how many we are."""

    id: str
    name: str
    role: GroupRole
    members: int
    created_at: datetime

    @classmethod
    def of(cls, group: Group) -> "GroupOut":
        return cls(**{name: getattr(group, name) for name in cls.model_fields})


class GroupMemberPatch(Model):
    """What they shall be in the group."""

    role: GroupRole


class GroupMemberOut(Model):
    """A person in a group."""

    user_id: str
    username: str
    full_name: str | None
    role: GroupRole
    since: datetime

    @classmethod
    def of(cls, member: GroupMember) -> "GroupMemberOut":
        return cls(**{name: getattr(member, name) for name in cls.model_fields})


class SeatIn(Model):
    """The role that everybody in the group shall have in the campaign, at least."""

    role: InvitedRole


class SeatedGroupOut(Model):
    """A group in a campaign. Everybody in it has at least that role there, for as long as they are in it."""

    group_id: str
    name: str
    role: InvitedRole
    members: int
    since: datetime

    @classmethod
    def of(cls, seated: SeatedGroup) -> "SeatedGroupOut":
        return cls(**{name: getattr(seated, name) for name in cls.model_fields})
