"""Inviting, and being invited."""

from server.accounts.invitations.wire import (
    GroupInvitationIn,
    InvitationIn,
    InvitationMade,
    InvitationOut,
    JoinedOut,
    LinkIn,
    LinkOut,
    MyInvitationOut,
)
from server.accounts.rules import Verb
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import AlreadyExists, Conflict, NotFound, Unauthenticated

_UNTIL = "2026-11-27T19:42:07.512Z"
_TOKEN = "inv_this-is-shown-once"  # noqa: S105 - an example
_LINK = {
    "id": e.INVITATION_ID,
    "role": "player",
    "username": None,
    "invited_by": "rowan",
    "created_at": e.AT,
    "expires_at": _UNTIL,
    "uses": 0,
    "max_uses": 1,
    "void": False,
}
_MADE = {**_LINK, "token": _TOKEN, "url": f"https://table.example/panel/#invite={_TOKEN}"}
_LEADS = {"kind": "campaign", "name": "Lanterns of Low Tide", "role": "player", "invited_by": "rowan"}
_MINE = {"id": e.INVITATION_ID, **_LEADS, "created_at": e.AT, "expires_at": _UNTIL}
_JOINED = {"kind": "campaign", "campaign": e.CAMPAIGN_ID, "group": None, "role": "player"}
_PATH = "/users/me/invitations"


def _of(path: str, what: str, body: type[InvitationIn] | type[GroupInvitationIn], verb: Verb | None) -> list[Operation]:
    example = {"role": "player" if verb else "member"}
    role = {"role": example["role"]}
    return [
        Operation(
            "POST",
            path,
            f"Invite to {what}",
            "invitations",
            verb,
            (Answer(201, "Made. Of a link, the token is shown this once.", InvitationMade, {**_MADE, **role}),),
            body=body,
            body_example=example,
            problems=(NotFound, AlreadyExists, Conflict),
            needs_user=verb is None,
            description="To no more than one's own role. By name with `username`; an owner is only made by name.",
        ),
        Operation(
            "GET",
            path,
            f"List open invitations to {what}",
            "invitations",
            verb,
            (Answer(200, "Oldest first.", list[InvitationOut], [{**_LINK, **role}]),),
            problems=(NotFound,),
            needs_user=verb is None,
        ),
        Operation(
            "DELETE",
            path + "/{invitation_id}",
            f"Take back an invitation to {what}",
            "invitations",
            verb,
            (Answer(204, "It is worth nothing."),),
            problems=(NotFound,),
            needs_user=verb is None,
        ),
    ]


_FOLLOWING = (
    Operation(
        "POST",
        "/invitations/look",
        "See where a link leads",
        "invitations",
        None,
        (Answer(200, "The campaign or the group.", LinkOut, {**_LEADS, "expires_at": _UNTIL}),),
        body=LinkIn,
        body_example={"token": _TOKEN},
        problems=(NotFound,),
        description="For whoever holds the link, signed in or not; it is not used up by looking.",
    ),
    Operation(
        "POST",
        "/invitations/accept",
        "Follow a link",
        "invitations",
        None,
        (Answer(200, "One belongs there now, as never less than before.", JoinedOut, _JOINED),),
        body=LinkIn,
        body_example={"token": _TOKEN},
        problems=(NotFound, Conflict, Unauthenticated),
        needs_user=True,
        description="One that was used, taken back or is too old, or whose maker may not invite any more, is a 404.",
    ),
    Operation(
        "GET",
        _PATH,
        "List what one is invited to",
        "invitations",
        None,
        (Answer(200, "By name, the newest first.", list[MyInvitationOut], [_MINE]),),
        needs_user=True,
    ),
    Operation(
        "POST",
        _PATH + "/{invitation_id}/accept",
        "Accept an invitation",
        "invitations",
        None,
        (Answer(200, "One belongs there now, as never less than before.", JoinedOut, _JOINED),),
        problems=(NotFound, Conflict),
        needs_user=True,
    ),
    Operation(
        "POST",
        _PATH + "/{invitation_id}/decline",
        "Decline an invitation",
        "invitations",
        None,
        (Answer(204, "It is gone."),),
        problems=(NotFound,),
        needs_user=True,
    ),
)

OPERATIONS: tuple[Operation, ...] = (
    *_of("/campaigns/{campaign}/invitations", "a campaign", InvitationIn, "invite"),
    *_of("/groups/{group_id}/invitations", "a group", GroupInvitationIn, None),
    *_FOLLOWING,
)
