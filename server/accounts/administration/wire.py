"""What travels about people whom one looks after."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from server.accounts.people.names import Email, Username
from server.accounts.people.store import User
from server.accounts.tokens.wire import Model
from server.kernel.limits import MAX_EMAIL, PAGE_DEFAULT, PAGE_MAX
from server.play.fields import Id
from server.play.text import Name, ShortText


class PeoplePage(Model):
    """A page of people. `cursor` is only ever taken from the Link header of the page before."""

    query: Annotated[
        ShortText | None, Field(max_length=MAX_EMAIL, description="A part of a username, a full name or an address.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="How many at most.")] = PAGE_DEFAULT
    cursor: Annotated[Id | None, Field(description="Where the page before ended, from its Link header.")] = None


class PersonIn(Model):
    """An account for somebody else. It has no password: a link to set one goes to the address, and to nobody else."""

    email: Email
    username: Username
    full_name: Name | None = None


class PersonPatch(Model):
    """Only what is named changes, and something has to be; a null empties the full name.

    A disabled account is signed out everywhere at once, and can't sign in.
    """

    disabled: Annotated[bool, Field(strict=True, description="Whether it may not be used.")] | None = None
    username: Annotated[Username, Field(description="A public name, nobody else's.")] | None = None
    full_name: Name | None = None

    @field_validator("disabled", "username")
    @classmethod
    def _is_there(cls, value: bool | str | None) -> bool | str:
        if value is None:
            raise ValueError("an account has one: leave it out, or say which")
        return value

    @model_validator(mode="after")
    def _names_a_change(self) -> "PersonPatch":
        if not self.model_fields_set:
            raise ValueError("name at least one of disabled, username, full_name")
        return self


class RoleGift(Model):
    """The role that somebody is given."""

    role_id: Id


class PersonOut(Model):
    """Somebody's account. `roles` are those that they were given; everybody has `user` beside them."""

    id: str
    username: str
    email: str | None
    email_verified: bool
    full_name: str | None
    disabled: bool
    second_factor: bool
    roles: list[str]
    created_at: datetime
    last_login_at: datetime | None

    @classmethod
    def of(cls, user: User, roles: list[str], *, second_factor: bool) -> "PersonOut":
        return cls(
            id=user.id,
            username=user.username,
            email=user.email,
            email_verified=user.email_verified_at is not None,
            full_name=user.full_name,
            disabled=user.disabled_at is not None,
            second_factor=second_factor,
            roles=roles,
            created_at=user.created_at,
            last_login_at=user.last_login_at,
        )
