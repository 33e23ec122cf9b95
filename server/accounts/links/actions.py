"""One function per verb: prove an address, ask for the link once more."""

from typing import NoReturn

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.links import proof
from server.accounts.links.making import make_link
from server.accounts.links.proof import Followed
from server.accounts.people import store as people
from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.roles.guard import still_in
from server.accounts.service import Accounts
from server.kernel.errors import AlreadyExists, Unauthenticated


async def prove_address(accounts: Accounts, principal: Principal, followed: Followed, caller: Caller) -> User:
    """The address is the person's from now on, and nobody else's. Raises LinkEnded, Invalid, Forbidden, TooMany;
    AlreadyExists where somebody else proved it first."""
    link, user = await proof.open_link(accounts, followed.token, "verify")
    if user.email_key != key_of(link.address):
        proof.ended()
    await proof.check_holder(accounts, user, principal, followed.password)
    try:
        async with changing(accounts) as change:
            await proof.use(change.connection, link)
            values = {"email_verified_at": accounts.kernel.clock.now()}
            proved = await people.change_user(change.connection, user.id, values) or proof.ended()
            by = Asker.person(user.id, user.username, caller, principal.session_id)
            event = AuditEvent.by(by, "user_email_verified", f"user:{user.id}")
            await accounts.audit.write(change.connection, event)
            return proved
    except IntegrityError as error:
        raise taken() from error


def taken() -> AlreadyExists:
    """Only whoever reads the mailbox gets as far as to hear this."""
    return AlreadyExists("Another account has proved this address: sign in to that one")


async def send_proof_again(accounts: Accounts, principal: Principal, caller: Caller) -> None:
    """A new link, which ends the older one. Raises TooMany. Where there is nothing to prove, nobody gets a letter."""
    await accounts.throttle.hit("resend", caller.tries(principal.id))
    async with changing(accounts) as change:
        await still_in(change.connection, principal)
        user = await people.find_user(change.connection, principal.id) or _gone()
        await write_to_claimed(accounts, change, user)


def _gone() -> NoReturn:
    raise Unauthenticated(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


async def write_to_claimed(accounts: Accounts, change: Change, user: User) -> None:
    """Ask the address that somebody names to be proved. One that has an owner stays theirs, and they are told: the
    same work, and only the letter differs."""
    if user.email is None or user.email_key is None or user.email_verified_at is not None:
        return
    owner = await people.find_owner(change.connection, user.email_key)
    link = await make_link(accounts, change.connection, user.id, "verify", user.email)
    if owner is not None and owner.email is not None:
        letter = letters.already_yours(owner.email, owner.username, user.username)
    else:
        letter = letters.welcome(user.email, user.username, link)
    await accounts.mailer.post(change.connection, letter)
