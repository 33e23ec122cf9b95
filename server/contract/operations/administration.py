"""Looking after the server: people, and the roles and permissions that they are given."""

from server.accounts.administration.wire import PeoplePage, PersonIn, PersonOut, PersonPatch, RoleGift
from server.accounts.roles.rules import ROLES
from server.accounts.roles.wire import PermissionIn, PermissionOut, PermissionPatch, RoleIn, RoleOut, RolePatch
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import AlreadyExists, Conflict, NotFound

_PERSON = {
    "id": e.USER_ID,
    "username": "rowan",
    "email": "rowan@table.example",
    "email_verified": True,
    "full_name": "Rowan Ashdown",
    "disabled": False,
    "second_factor": True,
    "roles": ["moderator"],
    "created_at": e.AT,
    "last_login_at": e.AT,
}
_NEW_PERSON = {"email": "sorrel@table.example", "username": "sorrel", "full_name": "Sorrel Vane"}
_MADE = {**_PERSON, **_NEW_PERSON, "email_verified": False, "second_factor": False, "roles": [], "last_login_at": None}
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
_OWN_PERMISSION = {**_PERMISSION, "name": "bot.steer", "description": "Steer the stream's bot.", "built_in": False}
_NEW_ROLE = {"name": "greeter", "description": "Welcomes people.", "permissions": ["users.read"]}
_OWN_ROLE = {**_ROLE, **_NEW_ROLE, "id": e.ROLE_ID, "built_in": False}

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
        "POST",
        "/users",
        "Make an account for somebody",
        "administration",
        None,
        (Answer(201, "Made, without a password.", PersonOut, _MADE, ("Location",)),),
        body=PersonIn,
        body_example=_NEW_PERSON,
        problems=(AlreadyExists, Conflict),
        permission="users.write",
        description=(
            "A link to choose a password goes to the address, for a day, and to nobody else; following it proves the "
            "address. One that has an owner is refused where you have `users.read` too; else its owner is told."
        ),
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
    Operation(
        "PATCH",
        "/users/{user_id}",
        "Rename, disable or enable an account",
        "administration",
        None,
        (Answer(200, "The account.", PersonOut, {**_PERSON, "disabled": True}),),
        body=PersonPatch,
        body_example={"disabled": True},
        problems=(NotFound, AlreadyExists, Conflict),
        permission="users.write",
        description=(
            "A disabled account is signed out everywhere at once; whose name was changed is told by mail. The address "
            "is changed by its holder only. Who has more than you is not yours to touch."
        ),
    ),
    Operation(
        "DELETE",
        "/users/{user_id}",
        "Delete an account",
        "administration",
        None,
        (Answer(204, "Gone, and signed out everywhere."),),
        problems=(NotFound, Conflict),
        permission="users.write",
        description="The last admin stays. Who has more than you is not yours to touch.",
    ),
    Operation(
        "POST",
        "/users/{user_id}/roles",
        "Give somebody a role",
        "administration",
        None,
        (Answer(200, "All their roles.", list[RoleOut], [_ROLE]),),
        body=RoleGift,
        body_example={"role_id": _MODERATOR.id},
        problems=(NotFound, Conflict),
        permission="roles.write",
        description="Only a role whose permissions you have yourself. A second time changes nothing.",
    ),
    Operation(
        "DELETE",
        "/users/{user_id}/roles/{role_id}",
        "Take a role from somebody",
        "administration",
        None,
        (Answer(204, "Taken, at once in every process."),),
        problems=(NotFound, Conflict),
        permission="roles.write",
        description="Only a role whose permissions you have yourself. The last admin stays one.",
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
    Operation(
        "POST",
        "/roles",
        "Make a role",
        "administration",
        None,
        (Answer(201, "Made.", RoleOut, _OWN_ROLE, ("Location",)),),
        body=RoleIn,
        body_example=_NEW_ROLE,
        problems=(AlreadyExists, Conflict),
        permission="roles.write",
        description="Only permissions that you have yourself can be in it.",
    ),
    Operation(
        "GET",
        "/roles/{role_id}",
        "Read a role",
        "administration",
        None,
        (Answer(200, "The role.", RoleOut, _ROLE),),
        problems=(NotFound,),
        permission="roles.read",
    ),
    Operation(
        "PATCH",
        "/roles/{role_id}",
        "Change a role",
        "administration",
        None,
        (Answer(200, "The role.", RoleOut, _OWN_ROLE),),
        body=RolePatch,
        body_example={"permissions": ["users.read"]},
        problems=(NotFound, AlreadyExists, Conflict),
        permission="roles.write",
        description="Only a role whose permissions you have yourself, and none that comes along.",
    ),
    Operation(
        "DELETE",
        "/roles/{role_id}",
        "Delete a role",
        "administration",
        None,
        (Answer(204, "Gone, from everybody who had it."),),
        problems=(NotFound, Conflict),
        permission="roles.write",
        description="Only a role whose permissions you have yourself, and none that comes along.",
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
    Operation(
        "POST",
        "/permissions",
        "Add a permission of your own",
        "administration",
        None,
        (Answer(201, "Added; admins have it, and whoever gets a role with it.", PermissionOut, _OWN_PERMISSION),),
        body=PermissionIn,
        body_example={"name": "bot.steer", "description": "Steer the stream's bot."},
        problems=(AlreadyExists, Conflict),
        permission="roles.write",
        description="For programs that accept our access tokens and ask `GET /users/me` what somebody may.",
    ),
    Operation(
        "PATCH",
        "/permissions/{permission}",
        "Describe a permission",
        "administration",
        None,
        (Answer(200, "The permission.", PermissionOut, _OWN_PERMISSION),),
        body=PermissionPatch,
        body_example={"description": "Steer the stream's bot."},
        problems=(NotFound, Conflict),
        permission="roles.write",
    ),
    Operation(
        "DELETE",
        "/permissions/{permission}",
        "Delete a permission",
        "administration",
        None,
        (Answer(204, "Gone, out of every role."),),
        problems=(NotFound, Conflict),
        permission="roles.write",
    ),
)

OPERATIONS: tuple[Operation, ...] = (*_PEOPLE, *_ROLES, *_PERMISSIONS)
