"""What the pages behind mailed links ask for: proving an address, a new password, another address."""

from server.accounts.links.wire import FollowIn
from server.accounts.people.wire import UserOut
from server.contract.operation import Answer, Operation
from server.contract.operations.people import USER
from server.kernel.errors import AlreadyExists, Forbidden, LinkEnded

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

OPERATIONS: tuple[Operation, ...] = (*_VERIFY,)
