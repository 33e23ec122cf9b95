"""Another address: asked for with the password, confirmed at the new one, and taken back from the old one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.invitations.ending import end_made_by_in
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
from server.accounts.second_factor.removing import remove_in
from server.accounts.second_factor.store import find_factor
from server.accounts.service import Accounts
from server.accounts.sessions.actions import end_all_in
from server.accounts.throttle import By
from server.accounts.tokens.minting import revoke_made_by_in
from server.kernel.errors import FieldError, Invalid
from server.kernel.limits import UNDO_LINK_S


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
            by = Asker.person(user.id, user.username, caller, principal.session_id)
            moved = await _move(accounts, change, user, link.address, by)
            await store.end_links(change.connection, user.id, ["verify", "reset"])
            if user.email is not None and user.email_verified_at is not None:
                back = await make_link(accounts, change.connection, user.id, "undo", user.email)
                await accounts.mailer.post(change.connection, letters.address_changed(user.email, user.username, back))
            return moved
    except IntegrityError as error:
        raise taken() from error


async def undo_move(accounts: Accounts, token: str, caller: Caller) -> User:
    """Back to the address that was. Whoever changed it knew the password, so that works no more; everybody is out, and
    the old address gets a link for a new one. Raises LinkEnded, AlreadyExists."""
    link, user = await proof.open_link(accounts, token, "undo")
    try:
        async with changing(accounts) as change:
            await proof.use(change.connection, link)
            await store.end_links(change.connection, user.id, ["verify", "reset", "email", "undo"])
            await _put_everybody_out(accounts, change, user, caller)
            gone = {"password_hash": None, "password_changed_at": accounts.kernel.clock.now()}
            by = Asker.person(user.id, user.username, caller)
            restored = await _move(accounts, change, user, link.address, by, **gone)
            await _drop_fresh_factor(accounts, change, restored, link.created_at, caller)
            new = await make_link(accounts, change.connection, user.id, "reset", link.address)
            await accounts.mailer.post(change.connection, letters.address_restored(link.address, user.username, new))
            return restored
    except IntegrityError as error:
        raise taken() from error


async def _put_everybody_out(accounts: Accounts, change: Change, user: User, caller: Caller) -> None:
    """Whatever opens the account, or acts for its person: nobody can tell what is theirs from what a thief made."""
    by = Asker.person(user.id, user.username, caller)
    await end_all_in(accounts, change, user.id, "password", by)
    await unlink_all_in(accounts, change, user.id, caller)
    await revoke_made_by_in(accounts, change, user.id, by, why="taken_back")
    await end_made_by_in(accounts, change, user.id, caller)


async def _drop_fresh_factor(
    accounts: Accounts, change: Change, user: User, moved_at: datetime, caller: Caller
) -> None:
    """One that was switched on after the address was moved, or shortly before, may be the thief's: its owner would be
    out for good. An older one was there before the thief, and a mailbox alone does not get around it."""
    factor = await find_factor(change.connection, user.id)
    if factor is None or factor.enabled_at is None or factor.enabled_at <= moved_at - timedelta(seconds=UNDO_LINK_S):
        return
    await remove_in(accounts, change, user, Principal("user", user.id, user.username), caller)


async def _move(accounts: Accounts, change: Change, user: User, address: str, by: Asker, **more: Any) -> User:
    now = accounts.kernel.clock.now()
    values = {"email": address, "email_key": key_of(address), "email_verified_at": now, "updated_at": now, **more}
    moved = await people.change_user(change.connection, user.id, values) or proof.ended()
    event = AuditEvent.by(by, "user_email_changed", f"user:{user.id}")
    await accounts.audit.write(change.connection, event)
    return moved
