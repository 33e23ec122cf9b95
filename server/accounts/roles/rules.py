"""The permissions and roles that come along, and who may give which. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from server.kernel.errors import Forbidden

Permission = Literal[
    "users.read",
    "users.write",
    "roles.read",
    "roles.write",
    "audit.read",
    "campaigns.create",
    "campaigns.administer",
]
"""What the server itself asks for. An operator may add others, for programs that accept our access tokens."""

OWNS_ALL: Final[Permission] = "campaigns.administer"
PERMISSIONS: Final[dict[Permission, str]] = {
    "users.read": "Find people, and read their accounts.",
    "users.write": "Make, change, disable, enable and delete accounts.",
    "roles.read": "Read roles and permissions, and who has them.",
    "roles.write": "Make and change roles and permissions, and give them to people.",
    "audit.read": "Read the audit log.",
    "campaigns.create": "Make campaigns.",
    "campaigns.administer": "Do in every campaign what its owner may.",
}


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A role that comes along. Its id is the same on every server, so that programs can name it."""

    id: str
    description: str
    permissions: tuple[Permission, ...]


ADMIN: Final = "admin"
ROLES: Final[dict[str, BuiltIn]] = {
    ADMIN: BuiltIn(
        "00000000-0000-7000-8000-000000000001", "Runs the server: every permission there is.", tuple(PERMISSIONS)
    ),
    "moderator": BuiltIn(
        "00000000-0000-7000-8000-000000000002", "Looks after people.", ("users.read", "users.write", "audit.read")
    ),
    "user": BuiltIn("00000000-0000-7000-8000-000000000003", "Everybody who has an account.", ("campaigns.create",)),
}
ADMIN_ID: Final = ROLES[ADMIN].id
EVERYBODYS_ID: Final = ROLES["user"].id
"""Nobody is given this role, and from nobody it can be taken: having an account is having it."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What somebody has at this moment: the names of their roles, and of what these allow."""

    roles: tuple[str, ...]
    permissions: frozenset[str]
    withheld: frozenset[str] = frozenset()
    """What their roles allow as well, and does not count before they have a second factor."""
    must_enrol: bool = False
    """Whether they may nothing at all before that, wherever a role of theirs is."""


Asked = Literal["offered", "staff", "everyone"]
"""Of whom a second factor is asked: the setting SECOND_FACTOR."""


def without_second_factor(granted: Granted, asked: Asked) -> Granted:
    """What counts of it while somebody has none: of staff what everybody may, and nothing where everyone needs one."""
    if asked == "offered":
        return granted
    if asked == "everyone":
        return Granted(granted.roles, frozenset(), granted.permissions, must_enrol=True)
    kept = granted.permissions & frozenset(ROLES["user"].permissions)
    return Granted(granted.roles, kept, granted.permissions - kept)


def check_holds(granted: Granted, wanted: Iterable[str]) -> None:
    """Nobody gives, takes or changes what they don't have themselves. Raises Forbidden."""
    if missing := sorted(set(wanted) - granted.permissions):
        raise Forbidden(f"Only who has it may give or take it, and you have not: {', '.join(missing)}")
