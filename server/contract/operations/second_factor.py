"""A second factor: showing it at the sign-in, switching it on and off, recovery codes."""

from server.accounts.second_factor.routes import PATH
from server.accounts.second_factor.wire import (
    BeginIn,
    BegunOut,
    ConfirmIn,
    DisableIn,
    FactorOut,
    LostIn,
    RecoveryCodesOut,
    RenewIn,
)
from server.accounts.sessions.wire import SecondFactorIn, TokensOut
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.contract.operations.people import TOKENS
from server.kernel.errors import (
    Conflict,
    Forbidden,
    InvalidGrant,
    LinkEnded,
    NotFound,
    PasswordMissing,
    Unauthenticated,
)

_PASSWORD = "seven lanterns and a toll"  # noqa: S105 - an example
_CODES = [f"{'ABCD-' * 5}EFG{number}" for number in range(2, 8)]
_SECRET = "NB2W45DFOIZANB2W45DFOIZANB2W45DF"  # noqa: S105 - an example
_URI = f"otpauth://totp/Tablecast%20table.example:rowan?secret={_SECRET}&issuer=Tablecast%20table.example"

SHOW = Operation(
    "POST",
    "/auth/login/second-factor",
    "Show the second factor",
    "people",
    None,
    (Answer(200, "Signed in. The tokens are shown this once.", TokensOut, TOKENS),),
    body=SecondFactorIn,
    body_example={"second_factor_token": "mfa_from-the-answer-to-the-password", "code": "492039"},
    problems=(Unauthenticated, InvalidGrant, Forbidden),
    description=(
        "Either `code` or `recovery_code`, each of which is good once. A wrong one is refused with `unauthenticated`, "
        "and may be followed by another; `invalid_grant` means that the token is over, and one signs in anew."
    ),
)
_OWN = (
    Operation(
        "GET",
        PATH,
        "Read how it is with one's second factor",
        "people",
        None,
        (
            Answer(
                200,
                "On or off.",
                FactorOut,
                {"enabled": True, "enabled_at": e.AT, "recovery_codes_left": 9, "needed": False},
            ),
        ),
        needs_user=True,
    ),
    Operation(
        "POST",
        PATH,
        "Begin a second factor",
        "people",
        None,
        (Answer(201, "The secret for the app, shown this once.", BegunOut, {"secret": _SECRET, "otpauth_uri": _URI}),),
        body=BeginIn,
        body_example={"password": _PASSWORD},
        problems=(Conflict,),
        needs_user=True,
        description="Nothing is on before a code was confirmed, within ten minutes. Beginning anew ends the older one.",
    ),
    Operation(
        "POST",
        f"{PATH}/confirm",
        "Switch the second factor on",
        "people",
        None,
        (Answer(200, "On. Recovery codes, shown this once.", RecoveryCodesOut, {"recovery_codes": _CODES}),),
        body=ConfirmIn,
        body_example={"code": "492039"},
        problems=(Conflict,),
        needs_user=True,
        description="With a code that the app makes. Every other device is signed out.",
    ),
    Operation(
        "POST",
        f"{PATH}/recovery-codes",
        "Make new recovery codes",
        "people",
        None,
        (Answer(200, "The older ones work no more.", RecoveryCodesOut, {"recovery_codes": _CODES}),),
        body=RenewIn,
        body_example={"password": _PASSWORD, "code": "492039"},
        problems=(Conflict,),
        needs_user=True,
    ),
    Operation(
        "POST",
        f"{PATH}/disable",
        "Switch the second factor off",
        "people",
        None,
        (Answer(204, "Off. Every other device is signed out."),),
        body=DisableIn,
        body_example={"password": _PASSWORD, "code": "492039"},
        problems=(Conflict,),
        needs_user=True,
    ),
)
_LOST = (
    Operation(
        "DELETE",
        "/users/{user_id}/second-factor",
        "Let somebody remove their lost second factor",
        "administration",
        None,
        (Answer(202, "A link is on its way to them. Nothing changes before they follow it."),),
        problems=(NotFound, Conflict),
        permission="users.write",
        description=(
            "For whoever lost the app and the recovery codes. Who has more than you is not yours to touch, and one's "
            "own is switched off with the password and a code."
        ),
    ),
    Operation(
        "POST",
        "/auth/second-factor/lost",
        "Remove one's lost second factor",
        "people",
        None,
        (Answer(204, "Off. Every device is signed out."),),
        body=LostIn,
        body_example={"token": "lnk_from-the-link-in-the-mail", "password": _PASSWORD},
        problems=(LinkEnded, Forbidden, PasswordMissing),
        description=(
            "The token is in the fragment of the link, `#lost-factor=…`, and is good once, for half an hour. Signing "
            "in with the second factor ends the link."
        ),
    ),
)

OPERATIONS: tuple[Operation, ...] = (SHOW, *_OWN, *_LOST)
