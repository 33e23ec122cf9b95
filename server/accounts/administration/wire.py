"""What travels about people whom one looks after."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from server.accounts.people.store import User
from server.accounts.tokens.wire import Model
from server.kernel.limits import MAX_EMAIL, PAGE_DEFAULT, PAGE_MAX
from server.play.fields import Id
from server.play.text import ShortText


class PeoplePage(Model):
    """A page of people. `cursor` is only ever taken from the Link header of the page before."""

    query: Annotated[
        ShortText | None, Field(max_length=MAX_EMAIL, description="A part of a username, a full name or an address.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="How many at most.")] = PAGE_DEFAULT
    cursor: Annotated[Id | None, Field(description="Where the page before ended, from its Link header.")] = None


class PersonPatch(Model):
    """Whether the account may be used. A disabled one is signed out everywhere at once, and can't sign in."""

    disabled: Annotated[bool, Field(strict=True)]


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
