"""An account for somebody else: whoever makes it learns no secret, and what it is worth is decided by its holder's
mailbox."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.administration.actions import Person, write_down
from server.accounts.caller import Asker
from server.accounts.changes import Change, changing
from server.accounts.links.making import make_link
from server.accounts.people import store as people
from server.accounts.people.actions import taken
from server.accounts.people.names import key_of
from server.accounts.people.newcomer import newcomer
from server.accounts.people.store import User
from server.accounts.roles.guard import require, require_in
from server.accounts.service import Accounts
from server.accounts.throttle import By
from server.kernel.errors import AlreadyExists, FieldError


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Whose account it shall be, well-formed."""

    email: str
    username: str
    full_name: str | None = None


async def make_person(accounts: Accounts, asker: Asker, new: NewPerson) -> Person:
    """Without a password: a link to set the first one is mailed, and following it proves the address.

    Raises Forbidden, TooMany; AlreadyExists for a username that is taken, and for an address that has an owner, where
    whoever asks may look for people: others hear no more than who signs up with it.
    """
    await require(accounts, asker.principal, "users.write")
    await accounts.throttle.hit("people", By(asker.principal.id))
    user = newcomer(accounts.kernel, new.username, new.email, new.full_name)
    try:
        async with changing(accounts) as change:
            granted = await require_in(accounts, change.connection, asker.principal, "users.write")
            owner = await people.find_owner(change.connection, key_of(new.email))
            if owner is not None and "users.read" in granted.permissions:
                raise AlreadyExists(errors=[FieldError("/email", f"it is the address of {owner.username}")])
            await people.add_user(change.connection, user)
            await write_down(accounts, change, asker, "user_created", user.id, {})
            await _write_to_holder(accounts, change, user, new.email, owner)
    except IntegrityError as error:
        raise taken() from error
    return Person(user, [])


async def _write_to_holder(accounts: Accounts, change: Change, user: User, address: str, owner: User | None) -> None:
    """An address that has an owner stays theirs, and they are told: the same work, and only the letter differs."""
    link = await make_link(accounts, change.connection, user.id, "first", address)
    if owner is not None and owner.email is not None:
        letter = letters.already_yours(owner.email, owner.username, user.username)
    else:
        letter = letters.account_made(address, user.username, link)
    await accounts.mailer.post(change.connection, letter)
