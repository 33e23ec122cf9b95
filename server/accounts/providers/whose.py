"""Whose account it is whom a provider has recognised; and a new one for whom it has not brought here before."""

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Caller
from server.accounts.changes import Change, changing
from server.accounts.people import store as people
from server.accounts.people.names import key_of
from server.accounts.people.newcomer import newcomer
from server.accounts.people.store import User
from server.accounts.providers import store
from server.accounts.providers.provider import Provider, Recognised
from server.accounts.providers.rules import NotIn, usernames
from server.accounts.providers.store import Identity
from server.accounts.service import Accounts
from server.accounts.sessions.entering import Pending, let_in
from server.accounts.sessions.opening import Opened


async def enter(accounts: Accounts, identity: Identity, who: Recognised, caller: Caller) -> Opened | Pending | None:
    """Sign in to the account that this identity opens: to its second factor, if it has one. None where it was unlinked
    since it was read. Raises NotIn for an account that is disabled."""
    async with changing(accounts) as change:
        user = await people.hold_user(change.connection, identity.user_id)
        if user is None:
            raise NotIn("account_disabled", "disabled")
        if not await store.note_use(change.connection, identity, who.label, accounts.kernel.clock.now()):
            return None
        return await _let_in(accounts, change, user, identity.provider, caller)


async def sign_up(accounts: Accounts, provider: Provider, who: Recognised, caller: Caller) -> Opened | Pending:
    """A new account without a password. An address that somebody owns is not taken over, nor its account opened.

    Raises NotIn; IntegrityError where somebody was faster.
    """
    async with changing(accounts) as change:
        email_key = key_of(who.email) if who.email is not None else None
        if email_key is not None and await people.find_owner(change.connection, email_key) is not None:
            raise NotIn("address_taken", "address taken")
        name, is_proved = await _free_name(accounts, change, who), who.email is not None
        user = newcomer(accounts.kernel, name, who.email, is_proved=is_proved)
        await people.add_user(change.connection, user)
        identity = Identity(
            provider.key, provider.issuer, who.subject, user.id, who.label, user.created_at, user.created_at
        )
        await store.add_identity(change.connection, identity)
        event = AuditEvent(
            "user_created", user.id, f"user:{user.id}", address=caller.address, details={"by": provider.key}
        )
        await accounts.audit.write(change.connection, event)
        return await _let_in(accounts, change, user, provider.key, caller)


async def _free_name(accounts: Accounts, change: Change, who: Recognised) -> str:
    for name in usernames(who.name, accounts.kernel.entropy):
        if await people.find_by_username(change.connection, key_of(name)) is None:
            return name
    raise NotIn("unavailable")


async def _let_in(accounts: Accounts, change: Change, user: User, key: str, caller: Caller) -> Opened | Pending:
    entered = await change.in_one(lambda stroke: let_in(accounts, stroke, user, caller, "cookie", key))
    if entered is None:
        raise NotIn("account_disabled", "disabled")
    return entered
