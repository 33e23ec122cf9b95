"""Signing in through others: which there are, the way there, the way back, and one's own ways in."""

from server.accounts.providers.wire import CallbackQuery, IdentityOut, ProviderOut, StartIn, StartOut, UnlinkIn
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import Forbidden, LastWayIn, NotFound, PasswordMissing, Reauthenticate, Unauthenticated

_PASSWORD = "seven lanterns and a toll"  # noqa: S105 - an example
_THERE = "https://github.com/login/oauth/authorize?client_id=Iv1.8a61&state=…&code_challenge=…"
_IDENTITY = {"provider": "github", "name": "rowan", "linked_at": e.AT, "last_used_at": e.AT, "works": True}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/auth/providers",
        "List through whom one may sign in",
        "people",
        None,
        (Answer(200, "Those that are set up here.", list[ProviderOut], [{"key": "github", "name": "GitHub"}]),),
    ),
    Operation(
        "POST",
        "/auth/providers/{provider}/start",
        "Set out for a provider",
        "people",
        None,
        (Answer(200, "Send the browser there. It keeps a cookie, and has ten minutes.", StartOut,
                {"authorization_url": _THERE}),),
        body=StartIn,
        body_example={"return_to": "/panel/#arrived"},
        problems=(NotFound, Unauthenticated, Forbidden, PasswordMissing, Reauthenticate),
        description=(
            "Without a credential it signs in, and up whoever was never here. With a person's access token it links "
            "the provider's account to theirs: that takes the password, or where there is none a sign-in of the last "
            "ten minutes. `return_to` is one of a few places of ours."
        ),
    ),
    Operation(
        "GET",
        "/auth/providers/{provider}/callback",
        "Come back from a provider",
        "people",
        None,
        (Answer(303, "To `return_to` with the refresh token in a cookie; or to the panel's page for a second factor; "
                "or to its sign-in page with `#problem=` and a code.", headers=("Location",)),),
        query=CallbackQuery,
        problems=(NotFound,),  # for an address that cannot be one, such as a key with a line break in it
        description=(
            "Only browsers come here, sent by the provider. It works once, in the browser that set out. The codes are "
            "`provider_denied`, `provider_expired`, `provider_failed`, `provider_linked`, `address_taken`, "
            "`identity_taken`, `account_disabled`, `too_many` and `unavailable`. An address opens no account: where "
            "somebody here owns it, they sign in and link."
        ),
    ),
    Operation(
        "GET",
        "/users/me/identities",
        "List one's accounts at providers",
        "people",
        None,
        (Answer(200, "Those that sign in to this account, the oldest first.", list[IdentityOut], [_IDENTITY]),),
        needs_user=True,
    ),
    Operation(
        "DELETE",
        "/users/me/identities/{provider}",
        "Unlink a provider",
        "people",
        None,
        (Answer(204, "Unlinked: it signs in no more."),),
        body=UnlinkIn,
        body_example={"password": _PASSWORD},
        problems=(NotFound, LastWayIn, PasswordMissing, Reauthenticate),
        needs_user=True,
        description="Refused where it is the last way in: whoever has no password sets one first.",
    ),
)  # fmt: skip
