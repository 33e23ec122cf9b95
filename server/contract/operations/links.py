"""What the pages behind mailed links ask for: proving an address, a new password, another address."""

from server.accounts.links.wire import EmailIn, FollowIn, ForgotIn, ResetIn, UndoIn
from server.accounts.people.wire import UserOut
from server.contract.operation import Answer, Operation
from server.contract.operations.people import USER
from server.kernel.errors import AlreadyExists, Forbidden, LinkEnded, PasswordMissing, Reauthenticate

_TOKEN = "lnk_from-the-fragment-of-the-link"  # noqa: S105 - an example
_PASSWORD = "seven lanterns and a toll"  # noqa: S105 - an example

_VERIFY = (
    Operation(
        "POST",
        "/auth/verify",
        "Prove one's address",
        "people",
        None,
        (Answer(200, "Proved: the account owns the address.", UserOut, USER),),
        body=FollowIn,
        body_example={"token": _TOKEN, "password": _PASSWORD},
        problems=(LinkEnded, Forbidden, AlreadyExists),
        description=(
            "The token is in the fragment of the link, `#verify=…`, and is good once. The account's password is asked "
            "for, unless one is signed in as its person: else one would prove the claim of a stranger."
        ),
    ),
    Operation(
        "POST",
        "/auth/verify/resend",
        "Ask for the link once more",
        "people",
        None,
        (Answer(202, "On its way, where there is something to prove. Older links work no more."),),
        needs_user=True,
    ),
)

_RESET = (
    Operation(
        "POST",
        "/auth/forgot",
        "Ask for a new password",
        "people",
        None,
        (Answer(202, "If the address has an account, a link is on its way."),),
        body=ForgotIn,
        body_example={"email": "rowan@table.example"},
        description="The same answer after the same time for every address. The link is good once, for half an hour.",
    ),
    Operation(
        "POST",
        "/auth/reset",
        "Choose a new password",
        "people",
        None,
        (Answer(204, "It is the password now. Every device is signed out, and none in."),),
        body=ResetIn,
        body_example={"token": _TOKEN, "new_password": "nine bells below the harbour"},
        problems=(LinkEnded,),
        description="The token is in the fragment of the link, `#reset=…`. Signing in or a new password ends the link.",
    ),
)
_EMAIL = (
    Operation(
        "POST",
        "/users/me/email",
        "Ask for another address",
        "people",
        None,
        (Answer(202, "A link is on its way to that address; nothing changes before it is followed."),),
        body=EmailIn,
        body_example={"email": "rowan@ashdown.example", "password": _PASSWORD},
        problems=(PasswordMissing, Reauthenticate),
        needs_user=True,
    ),
    Operation(
        "POST",
        "/auth/email",
        "Confirm another address",
        "people",
        None,
        (Answer(200, "It is the account's address now, and proved.", UserOut, USER),),
        body=FollowIn,
        body_example={"token": _TOKEN, "password": _PASSWORD},
        problems=(LinkEnded, Forbidden, AlreadyExists),
        description=(
            "The token is in the fragment of the link, `#email=…`, and is good once, for an hour. The account's "
            "password is asked for, unless one is signed in as its person. The address before, where it was proved, "
            "gets a link back that works for three days."
        ),
    ),
    Operation(
        "POST",
        "/auth/email/undo",
        "Take an address back",
        "people",
        None,
        (Answer(200, "The address is what it was. Everybody is signed out.", UserOut, USER),),
        body=UndoIn,
        body_example={"token": _TOKEN},
        problems=(LinkEnded, AlreadyExists),
        description=(
            "The token is in the fragment of the link, `#undo-email=…`. Whoever changed the address knew the password: "
            "it works no more, and a link for a new one goes to the address."
        ),
    ),
)

OPERATIONS: tuple[Operation, ...] = (*_VERIFY, *_RESET, *_EMAIL)
