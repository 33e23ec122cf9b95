"""What travels about links that were mailed."""

from typing import Annotated

from pydantic import Field

from server.accounts.passwords.policy import AnyPassword, NewPassword
from server.accounts.people.names import Email, Username
from server.accounts.tokens.wire import Model
from server.kernel.limits import MAX_CREDENTIAL

LinkToken = Annotated[str, Field(min_length=1, max_length=MAX_CREDENTIAL)]


class FollowIn(Model):
    """The token of the link, and the account's password: it may be left out where one is signed in as its person."""

    token: LinkToken
    password: AnyPassword | None = None


class ForgotIn(Model):
    """The address of the account. Its username says which one is meant, where others name that address too and nobody
    has proved it."""

    email: Email
    username: Username | None = None


class ResetIn(Model):
    """The token of the link, and the password that shall be."""

    token: LinkToken
    new_password: NewPassword


class EmailIn(Model):
    """The address that shall be, and the password once more: only whoever has neither yet may leave it out."""

    email: Email
    password: AnyPassword | None = None


class UndoIn(Model):
    """The token of the link."""

    token: LinkToken
