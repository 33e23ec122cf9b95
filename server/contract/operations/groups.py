"""Groups of people, and their seats in campaigns."""

from server.accounts.groups.wire import (
    GroupIn,
    GroupMemberOut,
    GroupMemberPatch,
    GroupOut,
    SeatedGroupOut,
    SeatIn,
)
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import Conflict, NotFound

_GROUP = {"id": e.GROUP_ID, "name": "The Thursday table", "role": "owner", "members": 5, "created_at": e.AT}
_MEMBER = {"user_id": e.USER_ID, "username": "rowan", "full_name": "Rowan Ashdown", "role": "member", "since": e.AT}
_SEATED = {"group_id": e.GROUP_ID, "name": "The Thursday table", "role": "player", "members": 5, "since": e.AT}
_ONE = "/groups/{group_id}"
_MEMBERS = _ONE + "/members"
_SEATS = "/campaigns/{campaign}/groups"

_GROUPS = (
    Operation(
        "GET",
        "/groups",
        "List one's groups",
        "groups",
        None,
        (Answer(200, "Those that one is in, oldest first.", list[GroupOut], [_GROUP]),),
        needs_user=True,
    ),
    Operation(
        "POST",
        "/groups",
        "Make a group",
        "groups",
        None,
        (Answer(201, "Made; whoever makes it owns it.", GroupOut, {**_GROUP, "members": 1}, headers=("Location",)),),
        body=GroupIn,
        body_example={"name": "The Thursday table"},
        problems=(Conflict,),
        needs_user=True,
    ),
    Operation(
        "GET",
        _ONE,
        "Read a group",
        "groups",
        None,
        (Answer(200, "The group.", GroupOut, _GROUP),),
        problems=(NotFound,),
        needs_user=True,
        description="For everybody in it; for all others there is no such group.",
    ),
    Operation(
        "PATCH",
        _ONE,
        "Rename a group",
        "groups",
        None,
        (Answer(200, "The group.", GroupOut, _GROUP),),
        body=GroupIn,
        body_example={"name": "The Thursday table"},
        problems=(NotFound,),
        needs_user=True,
        description="For its owners.",
    ),
    Operation(
        "DELETE",
        _ONE,
        "Delete a group",
        "groups",
        None,
        (Answer(204, "Gone, and with it what it gave its people in campaigns."),),
        problems=(NotFound,),
        needs_user=True,
        description="For its owners.",
    ),
)
_PEOPLE = (
    Operation(
        "GET",
        _MEMBERS,
        "List the people of a group",
        "groups",
        None,
        (Answer(200, "By name.", list[GroupMemberOut], [_MEMBER]),),
        problems=(NotFound,),
        needs_user=True,
    ),
    Operation(
        "PATCH",
        _MEMBERS + "/{user_id}",
        "Change what somebody is in a group",
        "groups",
        None,
        (Answer(200, "They are that from now on.", GroupMemberOut, _MEMBER),),
        body=GroupMemberPatch,
        body_example={"role": "member"},
        problems=(NotFound, Conflict),
        needs_user=True,
        description="For its owners; the last one stays one (409).",
    ),
    Operation(
        "DELETE",
        _MEMBERS + "/{user_id}",
        "Remove somebody from a group, or leave it",
        "groups",
        None,
        (Answer(204, "They are out of it, and of what it gave them in campaigns."),),
        problems=(NotFound, Conflict),
        needs_user=True,
        description="Oneself, or, as an owner, anybody. The last owner can't go (409).",
    ),
)
_IN_CAMPAIGNS = (
    Operation(
        "GET",
        _SEATS,
        "List the groups of a campaign",
        "groups",
        "see_members",
        (Answer(200, "By name.", list[SeatedGroupOut], [_SEATED]),),
        problems=(NotFound,),
    ),
    Operation(
        "PUT",
        _SEATS + "/{group_id}",
        "Seat a group in a campaign",
        "groups",
        "manage_members",
        (Answer(200, "Everybody in it has at least that role from now on.", SeatedGroupOut, _SEATED),),
        body=SeatIn,
        body_example={"role": "player"},
        problems=(NotFound, Conflict),
        description="One that the asker is in, or that sits there already.",
    ),
    Operation(
        "DELETE",
        _SEATS + "/{group_id}",
        "Take a group out of a campaign",
        "groups",
        "manage_members",
        (Answer(204, "Its people have the roles that they have by themselves."),),
        problems=(NotFound,),
    ),
)

OPERATIONS: tuple[Operation, ...] = (*_GROUPS, *_PEOPLE, *_IN_CAMPAIGNS)
