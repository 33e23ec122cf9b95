"""What travels about sign-ins."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from server.accounts.passwords.policy import AnyPassword
from server.accounts.people.names import Login
from server.accounts.people.wire import UserOut
from server.accounts.second_factor.wire import Code, RecoveryCode, check_one
from server.accounts.sessions.store import Device, KeptIn
from server.accounts.tokens.wire import Model
from server.kernel.limits import MAX_CREDENTIAL, SECOND_FACTOR_TOKEN_S

RefreshText = Annotated[str, Field(min_length=1, max_length=MAX_CREDENTIAL)]


class LoginIn(Model):
    """Send one of `login`, `username` and `email`: each takes a username or an e-mail address.

    `keep_in` says where the refresh token goes: a browser gets a cookie, whatever sends no Origin gets it in the body.
    """

    login: Login | None = None
    username: Login | None = None
    email: Login | None = None
    password: AnyPassword
    keep_in: KeptIn | None = None

    @model_validator(mode="after")
    def _one_name(self) -> "LoginIn":
        if len(self._names()) != 1:
            raise ValueError("send one of login, username and email")
        return self

    @property
    def name(self) -> str:
        """Whoever signs in, as typed."""
        return self._names()[0]

    def _names(self) -> list[str]:
        return [name for name in (self.login, self.username, self.email) if name is not None]


class TokensOut(Model):
    """Signed in. `access_token` is good for `expires_in` seconds; `refresh_token` is null where a cookie has it."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a scheme, no secret
    expires_in: int
    refresh_token: str | None
    user: UserOut


class SecondFactorOut(Model):
    """The password was right, and a second factor is on: show it within `expires_in` seconds."""

    second_factor_token: str
    expires_in: int = SECOND_FACTOR_TOKEN_S
    methods: list[Literal["code", "recovery_code"]] = ["code", "recovery_code"]


class SecondFactorIn(Model):
    """What the answer to the password brought, and either a code of the app or a recovery code."""

    second_factor_token: Annotated[str, Field(min_length=1, max_length=MAX_CREDENTIAL)]
    code: Code | None = None
    recovery_code: RecoveryCode | None = None
    keep_in: KeptIn | None = None

    @model_validator(mode="after")
    def _one_proof(self) -> "SecondFactorIn":
        check_one(self.code, self.recovery_code)
        return self


class RefreshIn(Model):
    """The refresh token, where it is not in the cookie."""

    refresh_token: RefreshText | None = None


class LogoutIn(RefreshIn):
    """The refresh token, where neither a cookie nor an access token says which sign-in ends."""


class AgainIn(Model):
    """The password once more, from whoever signed in more than ten minutes ago; others may leave the body out."""

    password: AnyPassword | None = None


class DeviceOut(Model):
    """A sign-in. `current` is the one that asks; without another use it ends at `idle_until`."""

    id: str
    current: bool
    program: str
    address: str | None
    kept_in: KeptIn
    created_at: datetime
    last_used_at: datetime
    idle_until: datetime
    expires_at: datetime

    @classmethod
    def of(cls, device: Device, current: str | None) -> "DeviceOut":
        session = device.session
        return cls(
            id=session.id,
            current=session.id == current,
            program=session.program,
            address=session.address,
            kept_in=session.kept_in,
            created_at=session.created_at,
            last_used_at=device.last_used_at,
            idle_until=device.idle_until,
            expires_at=session.expires_at,
        )


class Jwk(Model):
    """A public key (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class JwkSet(Model):
    """The public keys of access tokens (RFC 7517)."""

    keys: list[Jwk]
