"""A second factor that is lost, with its recovery codes. Whoever looks after people has a link mailed, and who follows
it reads the account's mailbox and knows its password: none of these three is enough alone."""

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.links import proof
from server.accounts.links.making import make_link
from server.accounts.people import store as people
from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.accounts.principal import ANONYMOUS, Principal
from server.accounts.second_factor import store
from server.accounts.second_factor.removing import remove_in
from server.accounts.service import Accounts
from server.accounts.sessions.actions import end_all_in
from server.kernel.errors import Conflict, PasswordMissing


async def mail_link_in(accounts: Accounts, change: Change, user: User, by: Principal, caller: Caller) -> None:
    """Inside the transaction of `change`: nothing changes before the link is followed. Raises Conflict where there is
    no second factor, or no address."""
    if not await store.is_on(change.connection, user.id):
        raise Conflict("This account has no second factor")
    if user.email is None:
        raise Conflict("This account has no address that a link could go to")
    link = await make_link(accounts, change.connection, user.id, "factor", user.email)
    event = AuditEvent.by(Asker(by, caller), "authn_factor_lost", f"user:{user.id}")
    await accounts.audit.write(change.connection, event)
    await accounts.mailer.post(change.connection, letters.second_factor_lost(user.email, user.username, link))


async def remove_lost(accounts: Accounts, token: str, password: str, caller: Caller) -> None:
    """Off from now on; every device is signed out, and none in.

    Raises LinkEnded, Forbidden, PasswordMissing, TooMany.
    """
    link, user = await proof.open_link(accounts, token, "factor")
    if user.email_key != key_of(link.address):
        proof.ended()
    if user.password_hash is None:
        base = accounts.kernel.settings.base_url
        raise PasswordMissing(f"Set a password first: ask for a link at {base}/panel/#forgot")
    await proof.check_holder(accounts, user, ANONYMOUS, password)
    async with changing(accounts) as change:
        await proof.use(change.connection, link)
        now = await people.find_user(change.connection, user.id)
        if now is None or now.password_hash != user.password_hash or now.disabled_at is not None:
            proof.ended()
        owner = Principal("user", user.id, user.username)
        await end_all_in(accounts, change, user.id, "second_factor", Asker(owner, caller))
        await remove_in(accounts, change, user, owner, caller)
