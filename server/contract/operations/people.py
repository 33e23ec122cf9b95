"""Signing up, signing in, one's account and one's devices."""

from dataclasses import replace

from server.accounts.owner.wire import OwnerIn
from server.accounts.people.routes import ME_PATHS, REGISTER_PATHS
from server.accounts.people.wire import DeleteMeIn, MeOut, PasswordIn, RegisterIn, UserPatch
from server.accounts.sessions.wire import (
    AgainIn,
    DeviceOut,
    JwkSet,
    LoginIn,
    LogoutIn,
    RefreshIn,
    SecondFactorOut,
    TokensOut,
)
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import (
    AlreadyExists,
    Forbidden,
    InvalidGrant,
    NotFound,
    PasswordMissing,
    Reauthenticate,
    Unauthenticated,
)

USER = {
    "id": e.USER_ID,
    "username": "rowan",
    "email": "rowan@table.example",
    "email_verified": True,
    "full_name": "Rowan Ashdown",
    "created_at": e.AT,
    "updated_at": e.AT,
}
_ME_NOW = {
    **USER,
    "has_password": True,
    "roles": ["user"],
    "permissions": ["campaigns.create"],
    "second_factor": False,
    "must_enrol": False,
}
TOKENS = {
    "access_token": "eyJ.this-is-shown.once",
    "token_type": "Bearer",
    "expires_in": 600,
    "refresh_token": f"rt_{e.SESSION_ID}_this-is-shown-once",
    "user": USER,
}
_PENDING = {
    "second_factor_token": "mfa_this-is-shown-once",
    "expires_in": 300,
    "methods": ["code", "recovery_code"],
}
_DEVICE = {
    "id": e.SESSION_ID,
    "current": True,
    "program": "Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0",
    "address": "192.0.2.7",
    "kept_in": "cookie",
    "created_at": e.AT,
    "last_used_at": e.AT,
    "idle_until": "2026-11-27T19:42:07.512Z",
    "expires_at": "2026-12-20T19:42:07.512Z",
}
_PASSWORD = "seven lanterns and a toll"  # noqa: S105 - an example
_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "kPrK_qmxVWaYVA9w",
        "use": "sig", "alg": "EdDSA"}  # fmt: skip

_REGISTER = Operation(
    "POST",
    REGISTER_PATHS[0],
    "Sign up",
    "people",
    None,
    (Answer(201, "Signed up, and signed in. The tokens are shown this once.", TokensOut, TOKENS),),
    body=RegisterIn,
    body_example={"email": "rowan@table.example", "username": "rowan", "password": _PASSWORD},
    problems=(AlreadyExists, Forbidden),
    description=(
        "Whether the address is known changes nothing here: a mail says what comes next. A username is public, and a "
        "taken one is refused. A browser gets the refresh token as a cookie, and `refresh_token` is null."
    ),
)
_ME = (
    Operation(
        "GET",
        ME_PATHS[0],
        "Read one's account",
        "people",
        None,
        (Answer(200, "The account.", MeOut, _ME_NOW),),
        needs_user=True,
    ),
    Operation(
        "PATCH",
        ME_PATHS[0],
        "Change one's account",
        "people",
        None,
        (Answer(200, "The account.", MeOut, _ME_NOW),),
        body=UserPatch,
        body_example={"full_name": "Rowan of Ashdown"},
        problems=(AlreadyExists,),
        needs_user=True,
        description="Only what is named changes; a null empties the full name.",
    ),
    Operation(
        "DELETE",
        ME_PATHS[0],
        "Delete one's account",
        "people",
        None,
        (Answer(204, "Gone, and signed out everywhere."),),
        body=DeleteMeIn,
        body_example={"password": _PASSWORD},
        problems=(PasswordMissing,),
        needs_user=True,
    ),
)
_SESSIONS = (
    Operation(
        "POST",
        "/auth/login",
        "Sign in",
        "people",
        None,
        (
            Answer(200, "Signed in. The tokens are shown this once.", TokensOut, TOKENS),
            Answer(202, "Not signed in yet: the second factor is still to be shown.", SecondFactorOut, _PENDING),
        ),
        body=LoginIn,
        body_example={"login": "rowan", "password": _PASSWORD},
        problems=(Unauthenticated, Forbidden),
        description="A name that nobody has is refused in the same words and after the same time as a wrong password.",
    ),
    Operation(
        "POST",
        "/auth/refresh",
        "Stay signed in",
        "people",
        None,
        (Answer(200, "New tokens, shown this once; the old refresh token is spent.", TokensOut, TOKENS),),
        body=RefreshIn,
        body_example={"refresh_token": TOKENS["refresh_token"]},
        problems=(InvalidGrant, Forbidden),
        description=(
            "A refresh token is good once; a second use ends the sign-in. Only a lost answer is forgiven for some "
            "seconds. A browser sends `{}` and its cookie."
        ),
    ),
    Operation(
        "POST",
        "/auth/logout",
        "Sign out",
        "people",
        None,
        (Answer(204, "Signed out: both tokens are worth nothing, and the sockets are closed."),),
        body=LogoutIn,
        body_example={},
        problems=(Unauthenticated, Forbidden),
        description="Ends the sign-in of the refresh token, of the browser's cookie, or of the access token.",
    ),
)
_PASSWORDS = (
    Operation(
        "POST",
        "/users/me/password",
        "Change one's password",
        "people",
        None,
        (Answer(200, "Changed. Every device is signed out, and this one in anew.", TokensOut, TOKENS),),
        body=PasswordIn,
        body_example={"current_password": _PASSWORD, "new_password": "nine bells below the harbour"},
        problems=(PasswordMissing,),
        needs_user=True,
    ),
)
_AGAIN = "Who signed in more than ten minutes ago is asked for the password: without it the code is `reauthenticate`."
_DEVICES = (
    Operation(
        "GET",
        "/users/me/sessions",
        "List one's devices",
        "people",
        None,
        (Answer(200, "The most recently used first.", list[DeviceOut], [_DEVICE]),),
        needs_user=True,
    ),
    Operation(
        "DELETE",
        "/users/me/sessions",
        "Sign out everywhere",
        "people",
        None,
        (Answer(204, "Signed out, here too."),),
        body=AgainIn,
        body_example={"password": _PASSWORD},
        problems=(Reauthenticate, PasswordMissing),
        needs_user=True,
        needs_body=False,
        description=_AGAIN,
    ),
    Operation(
        "DELETE",
        "/users/me/sessions/{session_id}",
        "Sign out one device",
        "people",
        None,
        (Answer(204, "Signed out."),),
        body=AgainIn,
        body_example={"password": _PASSWORD},
        problems=(Reauthenticate, PasswordMissing, NotFound),
        needs_user=True,
        needs_body=False,
        description=_AGAIN,
    ),
)
KEYS = Operation(
    "GET",
    "/.well-known/jwks.json",
    "The public keys of access tokens",
    "people",
    None,
    (Answer(200, "For services that accept our tokens.", JwkSet, {"keys": [_KEY]}),),
    versioned=False,
    description="A new key signs every thirty days; the one before it and the one after it are listed beside it.",
)

_OWNER = replace(
    _REGISTER,
    path="/auth/owner",
    summary="Make the owner's account",
    body=OwnerIn,
    body_example={**_REGISTER.body_example, "token": "own_from-the-link"},
    problems=(AlreadyExists, Unauthenticated, Forbidden),
    description=(
        "With the token of the link that the server prints at its start while nobody has the role `admin`; "
        "`tablecast owner-link` makes another one. It works once, for a day."
    ),
)

OPERATIONS: tuple[Operation, ...] = (
    *(replace(_REGISTER, path=path) for path in REGISTER_PATHS),
    _OWNER,
    *_SESSIONS,
    *(replace(each, path=path) for path in ME_PATHS for each in _ME),
    *_PASSWORDS,
    *_DEVICES,
    KEYS,
)
