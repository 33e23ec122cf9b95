"""A new password by mail: asked for by anybody, given to whoever reads the mailbox. So is the first one of an account
that somebody else made."""

from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.invitations.ending import end_made_by_in
from server.accounts.links import proof, store
from server.accounts.links.actions import taken
from server.accounts.links.making import make_link
from server.accounts.links.store import MailLink
from server.accounts.passwords.policy import check_new_password
from server.accounts.people import store as people
from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.accounts.people.words import Names, words_of
from server.accounts.providers.ending import unlink_all_in
from server.accounts.providers.store import identities_of
from server.accounts.service import Accounts
from server.accounts.sessions.actions import end_all_in, tries_of
from server.accounts.tokens.minting import revoke_made_by_in
from server.kernel.mail import NOBODY


@dataclass(frozen=True, slots=True)
class Reset:
    """A link as it came back, and the password that shall be."""

    token: str = field(repr=False)
    new_password: str = field(repr=False)


async def ask_for_new_password(accounts: Accounts, email: str, username: str | None, caller: Caller) -> None:
    """A link to whoever is reached there. For an address that nobody has the same is done, for nobody.

    `username` is the account's that is meant, where several name an address that none has proved.

    Raises TooMany.
    """
    key = key_of(email)
    await accounts.throttle.hit("forgot", await tries_of(accounts, key, caller))
    async with changing(accounts) as change:
        user = await _reached_at(change.connection, key, None if username is None else key_of(username))
        user_id, address, name = (user.id, user.email or NOBODY, user.username) if user else (None, NOBODY, "nobody")
        link = await make_link(accounts, change.connection, user_id, "reset", address)
        target = f"user:{user_id}" if user_id else None
        event = AuditEvent("authn_password_reset", None, target, address=caller.address)
        await accounts.audit.write(change.connection, event)
        await accounts.mailer.post(change.connection, letters.new_password(address, name, link))


async def _reached_at(connection: AsyncConnection, key: str, username_key: str | None) -> User | None:
    """Who proved the address, or else who is meant, or who named it first. The same two questions, whoever there is:
    what is found is held, since it may be deleted at this moment."""
    found = await people.find_reached(connection, key, username_key)
    user = await people.hold_user(connection, found.id if found is not None else "")
    return user if user is not None and user.disabled_at is None else None


async def reset_password(accounts: Accounts, names: Names, reset: Reset, caller: Caller) -> None:
    """Every sign-in ends, and none begins. Raises LinkEnded; Invalid for a bad password; AlreadyExists where it is the
    first one, and somebody else proved the address meanwhile."""
    link, user = await proof.open_link(accounts, reset.token, "reset", "first")
    words = await words_of(accounts, user, names)
    await check_new_password(reset.new_password, words, "/new_password", accounts.breaches)
    new_hash = await accounts.passwords.hash(reset.new_password)
    by = Asker.person(user.id, user.username, caller)
    try:
        async with changing(accounts) as change:
            await proof.use(change.connection, link)
            if not await people.change_password(change.connection, user, new_hash, accounts.kernel.clock.now()):
                proof.ended()
            await store.end_links(change.connection, user.id, ["email", "reset", "first"])
            await end_all_in(accounts, change, user.id, "password", by)
            if user.email_verified_at is None:  # whoever made the account need not be who reads the mailbox
                await _end_what_others_made(accounts, change, user, by)
            if link.purpose == "first":
                await _prove_address(accounts, change, link, user, by)
            await _tell(accounts, change, link, user, by)
    except IntegrityError as error:
        raise taken() from error


async def _end_what_others_made(accounts: Accounts, change: Change, user: User, by: Asker) -> None:
    await unlink_all_in(accounts, change, user.id, by.caller)
    await revoke_made_by_in(accounts, change, user.id, by, why="taken_back")
    await end_made_by_in(accounts, change, user.id, by.caller)


async def _prove_address(accounts: Accounts, change: Change, link: MailLink, user: User, by: Asker) -> None:
    """Nobody was in this account before, so who reads the mailbox is its holder. Raises IntegrityError."""
    if user.email_key != key_of(link.address):
        proof.ended()
    await people.change_user(change.connection, user.id, {"email_verified_at": accounts.kernel.clock.now()})
    event = AuditEvent.by(by, "user_email_verified", f"user:{user.id}")
    await accounts.audit.write(change.connection, event)


async def _tell(accounts: Accounts, change: Change, link: MailLink, user: User, by: Asker) -> None:
    event = AuditEvent.by(by, "authn_password_change", f"user:{user.id}")
    await accounts.audit.write(change.connection, event)
    ways = [_named(accounts, each.provider) for each in await identities_of(change.connection, user.id)]
    await accounts.mailer.post(change.connection, letters.password_changed(link.address, user.username, ways))


def _named(accounts: Accounts, key: str) -> str:
    provider = accounts.providers.find(key)
    return provider.name if provider is not None else key
