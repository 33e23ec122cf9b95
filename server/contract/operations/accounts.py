"""Sign-in, and a campaign's tokens."""

from server.accounts.tokens.wire import MintedOut, SessionOut, SignInIn, SignInOut, TokenIn, TokenOut
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import Conflict, NotFound, Unauthenticated

_TOKEN = {"id": e.TOKEN_ID, "scope": "overlay", "name": "OBS", "created_at": e.AT, "expires_at": None}
_LISTED = {**_TOKEN, "last_used_at": e.AT, "revoked_at": None, "made_by": e.USER_ID}
_PATH = "/campaigns/{campaign}/tokens"

OPERATIONS = (
    Operation(
        "POST",
        "/sign-in",
        "Sign in with a link",
        "accounts",
        None,
        (
            Answer(
                200,
                "A token of scope admin, shown this once.",
                SignInOut,
                {"token": "adm_this-is-shown-once", "campaign": e.CAMPAIGN_ID, "expires_at": "2026-12-20T19:42:07Z"},
            ),
        ),
        body=SignInIn,
        body_example={"token": "one_from-the-link"},
        problems=(Unauthenticated,),
        description="A link's token works once, for ten minutes.",
    ),
    Operation(
        "GET",
        "/session",
        "Ask who a credential is",
        "accounts",
        None,
        (
            Answer(
                200,
                "The credential that was sent.",
                SessionOut,
                {"kind": "campaign_token", "name": "OBS", "campaign": e.CAMPAIGN_ID, "role": "overlay"},
            ),
        ),
        problems=(Unauthenticated,),
        description="For a page that was handed a token: which campaign it is for, and what it may do there.",
    ),
    Operation(
        "GET",
        _PATH,
        "List tokens",
        "accounts",
        "manage_tokens",
        (Answer(200, "Without their texts.", list[TokenOut], [_LISTED]),),
        problems=(NotFound,),
    ),
    Operation(
        "POST",
        _PATH,
        "Make a token",
        "accounts",
        "manage_tokens",
        (
            Answer(
                201,
                "Made. The token is shown this once.",
                MintedOut,
                {**_TOKEN, "token": "ovl_this-is-shown-once"},
            ),
        ),
        body=TokenIn,
        body_example={"scope": "overlay", "name": "OBS"},
        problems=(NotFound, Conflict),
    ),
    Operation(
        "POST",
        _PATH + "/{token_id}/rotate",
        "Rotate a token",
        "accounts",
        "manage_tokens",
        (
            Answer(
                201,
                "Another token in its place, shown this once. The old one works no more, and its sockets are closed.",
                MintedOut,
                {**_TOKEN, "token": "ovl_this-is-shown-once"},
            ),
        ),
        problems=(NotFound, Conflict),
        description="Same scope, same name, same end; another id. A token that has ended is a conflict.",
    ),
    Operation(
        "DELETE",
        _PATH + "/{token_id}",
        "Revoke a token",
        "accounts",
        "manage_tokens",
        (Answer(204, "It works no more, and its sockets are closed."),),
        problems=(NotFound,),
    ),
)
