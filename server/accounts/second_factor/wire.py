"""What travels about second factors."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from server.accounts.links.wire import LinkToken
from server.accounts.passwords.policy import AnyPassword
from server.accounts.second_factor.rules import DIGITS
from server.accounts.tokens.wire import Model

Code = Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{DIGITS}}}$")]
"""As the app shows it."""
RecoveryCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z2-7]{4}(?:[ -]?[A-Za-z2-7]{4}){5}$")]
"""24 letters and digits, in groups or not."""


def check_one(code: str | None, recovery_code: str | None) -> None:
    """Raises ValueError unless one of them, and only one, is there."""
    if (code is None) == (recovery_code is None):
        raise ValueError("send one of code and recovery_code")


class FactorOut(Model):
    """Whether codes are asked for. `needed`: some of what one's roles allow does not count before."""

    enabled: bool
    enabled_at: datetime | None
    recovery_codes_left: int
    needed: bool


class BeginIn(Model):
    """The password once more."""

    password: AnyPassword


class BegunOut(Model):
    """For the app, as text and for a QR code. Nothing is on yet."""

    secret: str
    otpauth_uri: str


class ConfirmIn(Model):
    """A code that the app makes from the new secret."""

    code: Code


class RecoveryCodesOut(Model):
    """Shown now and never again; each is good once."""

    recovery_codes: list[str]


class RenewIn(Model):
    """The password once more, and a code of the app."""

    password: AnyPassword
    code: Code


class LostIn(Model):
    """The token of the link, and the account's password."""

    token: LinkToken
    password: AnyPassword


class DisableIn(Model):
    """The password once more, and either a code of the app or a recovery code."""

    password: AnyPassword
    code: Code | None = None
    recovery_code: Annotated[RecoveryCode | None, Field(description="Where the app is lost.")] = None

    @model_validator(mode="after")
    def _one_proof(self) -> "DisableIn":
        check_one(self.code, self.recovery_code)
        return self
