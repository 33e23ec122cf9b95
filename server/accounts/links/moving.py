"""Another address: asked for with the password, confirmed at the new one, and taken back from the old one."""

from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Caller
from server.accounts.changes import Change, changing
from server.accounts.links import proof, store
from server.accounts.links.actions import taken
from server.accounts.links.making import make_link
from server.accounts.links.proof import Followed
from server.accounts.people import store as people
from server.accounts.people.holder import prove_holder, prove_password, read_me
from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.providers.ending import unlink_all_in
from server.accounts.roles.guard import still_in
from server.accounts.service import Accounts
from server.accounts.sessions.actions import end_all_in
from server.accounts.throttle import By
from server.kernel.errors import FieldError, Invalid


@dataclass(frozen=True, slots=True)
class NewAddress:
    """The address that shall be, and the password that is."""

    email: str
    password: str | None = field(default=None, repr=False)


async def ask_for_new_address(accounts: Accounts, principal: Principal, asked: NewAddress) -> None:
    """A link to the new address; nothing changes before it is followed. One that has an owner stays theirs, and they
    are told. Raises Forbidden, TooMany; Invalid for the address that one has.

    Whoever has neither a password nor an address, since a provider told us of none, has no other way to get one.
    """
    await accounts.throttle.hit("email", By(principal.id))
    user = await read_me(accounts, principal)
    prove = prove_holder if user.email is None else prove_password
    await prove(accounts, principal, asked.password)
    key = key_of(asked.email)
    if user.email_key == key:
        raise Invalid(errors=[FieldError("/email", "this is your address already")])
    async with changing(accounts) as change:
        await still_in(change.connection, principal)
        owner = await people.find_owner(change.connection, key)
        link = await make_link(accounts, change.connection, user.id, "email", asked.email)
        if owner is not None and owner.email is not None:
            letter = letters.already_yours(owner.email, owner.username, user.username)
        else:
            letter = letters.new_address(asked.email, user.username, link)
        await accounts.mailer.post(change.connection, letter)


async def confirm_address(accounts: Accounts, principal: Principal, followed: Followed, caller: Caller) -> User:
    """The address is the person's from now on, and was proved by that. The one before is told, with the way back, where
    it was proved. Raises LinkEnded, Invalid, Forbidden, TooMany; AlreadyExists where somebody else proved it first."""
    link, user = await proof.open_link(accounts, followed.token, "email")
    await proof.check_holder(accounts, user, principal, followed.password)
    try:
        async with changing(accounts) as change:
            await proof.use(change.connection, link)
            moved = await _move(accounts, change, user, link.address, caller)
            await store.end_links(change.connection, user.id, ["verify", "reset"])
            if user.email is not None and user.email_verified_at is not None:
                back = await make_link(accounts, change.connection, user.id, "undo", user.email)
                await accounts.mailer.post(change.connection, letters.address_changed(user.email, user.username, back))
            return moved
    except IntegrityError as error:
        raise taken() from error


async def undo_move(accounts: Accounts, token: str, caller: Caller) -> User:
    """Back to the address that was. Whoever changed it knew the password, so that works no more; everybody is signed
    out, and the old address gets a link for a new one. Raises LinkEnded, AlreadyExists."""
    link, user = await proof.open_link(accounts, token, "undo")
    try:
        async with changing(accounts) as change:
            await proof.use(change.connection, link)
            await store.end_links(change.connection, user.id, ["verify", "reset", "email", "undo"])
            await end_all_in(accounts, change, user.id, "password")
            await unlink_all_in(accounts, change, user.id, caller)  # theirs too: whoever moved it knew the password
            restored = await _move(accounts, change, user, link.address, caller, password_hash=None)
            new = await make_link(accounts, change.connection, user.id, "reset", link.address)
            await accounts.mailer.post(change.connection, letters.address_restored(link.address, user.username, new))
            return restored
    except IntegrityError as error:
        raise taken() from error


async def _move(accounts: Accounts, change: Change, user: User, address: str, caller: Caller, **more: None) -> User:
    now = accounts.kernel.clock.now()
    values = {"email": address, "email_key": key_of(address), "email_verified_at": now, "updated_at": now, **more}
    moved = await people.change_user(change.connection, user.id, values) or proof.ended()
    event = AuditEvent("user_email_changed", user.id, f"user:{user.id}", address=caller.address)
    await accounts.audit.write(change.connection, event)
    return moved
