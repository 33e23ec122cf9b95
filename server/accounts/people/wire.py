"""What travels about a person."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from server.accounts.passwords.policy import AnyPassword, NewPassword
from server.accounts.people.names import Email, Username
from server.accounts.people.store import User
from server.accounts.roles.rules import Granted
from server.accounts.sessions.store import KeptIn
from server.accounts.tokens.wire import Model
from server.play.text import Name


class RegisterIn(Model):
    """A new account. The username is public; the address is not, and is proved by mail.

    `keep_in` says where the refresh token goes: a browser gets a cookie, whatever sends no Origin gets it in the body.
    """

    email: Email
    username: Username
    password: NewPassword
    full_name: Name | None = None
    keep_in: KeptIn | None = None


class UserPatch(Model):
    """Only what is named changes; a null empties the full name."""

    username: Annotated[Username, Field(description="A public name, nobody else's.")] | None = None
    full_name: Name | None = None


class PasswordIn(Model):
    """Every other sign-in ends, and this one is begun anew."""

    current_password: AnyPassword
    new_password: NewPassword
    keep_in: KeptIn | None = None


class DeleteMeIn(Model):
    """The password once more: a device that was left open deletes nobody."""

    password: AnyPassword


class UserOut(Model):
    """One's own account."""

    id: str
    username: str
    email: str | None
    email_verified: bool
    full_name: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserOut":
        return cls(
            id=user.id,
            username=user.username,
            email=user.email,
            email_verified=user.email_verified_at is not None,
            full_name=user.full_name,
            created_at=user.created_at,
            updated_at=user.updated_at,
        )


class MeOut(UserOut):
    """One's own account, with what one may do on the whole server."""

    has_password: bool
    """Without one, one comes in through a provider, or by a link for a new password."""
    roles: list[str]
    permissions: list[str]
    second_factor: bool
    must_enrol: bool
    """A second factor has to be switched on before anything else."""

    @classmethod
    def with_grants(cls, user: User, granted: Granted, *, second_factor: bool) -> "MeOut":
        own = UserOut.of(user).model_dump()
        return cls(
            **own,
            has_password=user.password_hash is not None,
            roles=list(granted.roles),
            permissions=sorted(granted.permissions),
            second_factor=second_factor,
            must_enrol=granted.must_enrol,
        )
