"""Which role is more than another, and who may give which. Pure."""

from collections.abc import Iterable
from typing import Final, Literal

from server.accounts.groups.rules import GroupRole
from server.accounts.principal import Role

MemberRole = Literal["owner", "gm", "player", "moderator", "viewer"]
"""What a person can be in a campaign; the other roles are machines'."""
InvitedRole = Literal["gm", "player", "moderator", "viewer"]
"""What a link or a group can make somebody: nobody becomes an owner unnamed."""
_RANK: Final[dict[Role | GroupRole, int]] = {"owner": 5, "gm": 4, "player": 3, "moderator": 2, "viewer": 1, "member": 1}


def strongest(roles: Iterable[MemberRole]) -> MemberRole | None:
    """Of a person's own role and those of their groups, the one that counts. Player before moderator: whoever plays
    sees their table."""
    return max(roles, key=_RANK.__getitem__, default=None)


def is_more(role: MemberRole | GroupRole, than: MemberRole | GroupRole | None) -> bool:
    return than is None or _RANK[role] > _RANK[than]


def may_grant(own: Role | GroupRole | None, role: MemberRole | GroupRole) -> bool:
    """Nobody gives more than they have."""
    return own is not None and _RANK.get(own, 0) >= _RANK[role]


def may_play(role: MemberRole) -> bool:
    """Whether it is a role in which one has characters."""
    return _RANK[role] >= _RANK["player"]
