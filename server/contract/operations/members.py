"""Who belongs to a campaign."""

from server.accounts.members.wire import MemberOut, MemberPatch, MyPlaceOut, PlayerIn, PlayerOut
from server.accounts.rules import VERBS
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import Conflict, NotFound

_PATH = "/campaigns/{campaign}/members"
_PLAYER = "/campaigns/{campaign}/characters/{character_id}/player"
_OWN = ["play_character", "change_character"]
_PLACE = {"role": "player", "audience": "table", "character_ids": [e.CHARACTER_ID], "verbs": ["read", "see_members"],
          "own_verbs": [verb for verb in VERBS if verb in _OWN]}  # fmt: skip
_MEMBER = {
    "user_id": e.USER_ID,
    "username": "rowan",
    "full_name": "Rowan Ashdown",
    "role": "player",
    "group_id": None,
    "character_ids": [e.CHARACTER_ID],
    "since": e.AT,
}

OPERATIONS = (
    Operation(
        "GET",
        "/campaigns/{campaign}/me",
        "Ask what one may do here",
        "members",
        "read",
        (Answer(200, "What the credential that was sent is in this campaign.", MyPlaceOut, _PLACE),),
        problems=(NotFound,),
        description="Any credential, or none. A person's role can change at any time; the socket's `welcome` says so.",
    ),
    Operation(
        "GET",
        _PATH,
        "List members",
        "members",
        "see_members",
        (Answer(200, "By name, with those who are here through a group.", list[MemberOut], [_MEMBER]),),
        problems=(NotFound,),
    ),
    Operation(
        "PATCH",
        _PATH + "/{user_id}",
        "Change somebody's role",
        "members",
        "manage_members",
        (Answer(200, "It counts from now on, on open sockets too.", MemberOut, {**_MEMBER, "role": "gm"}),),
        body=MemberPatch,
        body_example={"role": "gm"},
        problems=(NotFound, Conflict),
        description="A campaign keeps an owner: the last one can't become anything else (409).",
    ),
    Operation(
        "DELETE",
        _PATH + "/{user_id}",
        "Remove somebody, or leave",
        "members",
        "see_members",
        (Answer(204, "They are strangers now."),),
        problems=(NotFound, Conflict),
        description="Oneself, or, as an owner, anybody. The last owner can't go (409).",
    ),
    Operation(
        "PUT",
        _PLAYER,
        "Say who plays a character",
        "members",
        "assign_players",
        (
            Answer(
                200,
                "They may change it from now on, on open sockets too; whoever played it before may not any more.",
                PlayerOut,
                {"character_id": e.CHARACTER_ID, "user_id": e.USER_ID, "username": "rowan"},
            ),
        ),
        body=PlayerIn,
        body_example={"user_id": e.USER_ID},
        problems=(NotFound,),
    ),
    Operation(
        "DELETE",
        _PLAYER,
        "Take a character from its player",
        "members",
        "assign_players",
        (Answer(204, "Nobody plays it."),),
        problems=(NotFound,),
    ),
)
