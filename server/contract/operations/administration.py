"""Looking after the server: people, and the roles and permissions that they are given."""

from server.accounts.administration.wire import PeoplePage, PersonOut
from server.accounts.roles.rules import ROLES
from server.accounts.roles.wire import PermissionOut, RoleOut
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import NotFound

_PERSON = {
    "id": e.USER_ID,
    "username": "rowan",
    "email": "rowan@table.example",
    "email_verified": True,
    "full_name": "Rowan Ashdown",
    "disabled": False,
    "roles": ["moderator"],
    "created_at": e.AT,
    "last_login_at": e.AT,
}
_MODERATOR = ROLES["moderator"]
_ROLE = {
    "id": _MODERATOR.id,
    "name": "moderator",
    "description": _MODERATOR.description,
    "built_in": True,
    "permissions": sorted(_MODERATOR.permissions),
    "created_at": e.AT,
    "updated_at": e.AT,
}
_PERMISSION = {"name": "users.read", "description": "Find people, and read their accounts.", "built_in": True,
               "created_at": e.AT}  # fmt: skip

_PEOPLE = (
    Operation(
        "GET",
        "/users",
        "Find people",
        "administration",
        None,
        (Answer(200, "In the order in which they signed up.", list[PersonOut], [_PERSON], ("Link",)),),
        query=PeoplePage,
        permission="users.read",
    ),
    Operation(
        "GET",
        "/users/{user_id}",
        "Read somebody's account",
        "administration",
        None,
        (Answer(200, "The account.", PersonOut, _PERSON),),
        problems=(NotFound,),
        permission="users.read",
    ),
    Operation(
        "GET",
        "/users/{user_id}/roles",
        "List somebody's roles",
        "administration",
        None,
        (Answer(200, "Everybody's, and those they were given.", list[RoleOut], [_ROLE]),),
        problems=(NotFound,),
        permission="roles.read",
    ),
)
_ROLES = (
    Operation(
        "GET",
        "/roles",
        "List roles",
        "administration",
        None,
        (Answer(200, "Those that come along first.", list[RoleOut], [_ROLE]),),
        permission="roles.read",
    ),
)
_PERMISSIONS = (
    Operation(
        "GET",
        "/permissions",
        "List permissions",
        "administration",
        None,
        (Answer(200, "By name.", list[PermissionOut], [_PERMISSION]),),
        permission="roles.read",
    ),
)

OPERATIONS: tuple[Operation, ...] = (*_PEOPLE, *_ROLES, *_PERMISSIONS)
