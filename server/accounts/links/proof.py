"""What a link alone is not enough for: proving an address asks for the password of the account that names it.

Else somebody who signed up with a stranger's address would only have to wait until the stranger follows the link.
"""

from dataclasses import dataclass, field
from typing import Final, NoReturn

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.credential import digest, has_shape
from server.accounts.links import store
from server.accounts.links.store import MailLink, Purpose
from server.accounts.people import store as people
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.service import Accounts
from server.accounts.throttle import By
from server.kernel.errors import FieldError, Forbidden, Invalid, LinkEnded, PasswordMissing

_ASKED: Final = "The link says whose mailbox this is; the account's password says that it is your account"


@dataclass(frozen=True, slots=True)
class Followed:
    """A link as it came back. The password may be left out by whoever is signed in as the link's person."""

    token: str = field(repr=False)
    password: str | None = field(default=None, repr=False)


async def open_link(accounts: Accounts, token: str, *purposes: Purpose) -> tuple[MailLink, User]:
    """Whose it is. It is not used up by that. Raises LinkEnded."""
    if not has_shape(token):
        ended()
    async with accounts.kernel.database.read() as connection:
        link = await store.find_link(connection, digest(token), purposes, accounts.kernel.clock.now())
        user = await people.find_user(connection, link.user_id) if link and link.user_id else None
    if link is None or user is None or user.disabled_at is not None:
        ended()
    return link, user


async def check_holder(accounts: Accounts, user: User, principal: Principal, password: str | None) -> None:
    """Whether it is the account's holder who follows the link. Raises Invalid, Forbidden, TooMany."""
    if principal.kind == "user" and principal.id == user.id:
        return
    if password is None:
        raise Invalid(errors=[FieldError("/password", _ASKED)])
    if user.password_hash is None:
        raise PasswordMissing("This account has no password: sign in first, then follow the link again")
    await accounts.throttle.hit("password", By(user.id))
    if not await accounts.passwords.verify(user.password_hash, password):
        raise Forbidden("The password is not the account's")
    await accounts.throttle.forgive("password", By(user.id))


async def check_proved(accounts: Accounts, principal: Principal) -> None:
    """Whoever has not proved an address makes nothing that others rely on, where the server can send mails at all.
    Raises Forbidden."""
    if principal.kind != "user" or not accounts.kernel.settings.can_send_mail:
        return
    async with accounts.kernel.database.read() as connection:
        user = await people.find_user(connection, principal.id)
    if user is None or user.email_verified_at is None:
        raise Forbidden("Prove your e-mail address first: follow the link in the mail, or ask for another one")


async def use(connection: AsyncConnection, link: MailLink) -> None:
    """Use a link up, in the transaction of what it does. Raises LinkEnded where somebody was faster.

    Its person is held first, as by whoever signs in and ends their links: else the two would wait for each other.
    """
    await people.hold_user(connection, link.user_id or "")
    if not await store.use_link(connection, link):
        ended()


def ended() -> NoReturn:
    """The same for whatever is wrong with a link."""
    raise LinkEnded("This link was used, replaced by a newer one, or is too old: ask for a new one")
