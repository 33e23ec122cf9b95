"""One more way in to an account: for whoever set out signed in, and has just shown that it is theirs."""

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.people import store as people
from server.accounts.people.store import User
from server.accounts.providers import store
from server.accounts.providers.ending import unlink_in
from server.accounts.providers.provider import Provider, Recognised
from server.accounts.providers.rules import NotIn
from server.accounts.providers.store import Identity, Start
from server.accounts.service import Accounts
from server.accounts.sessions.store import began_at


async def link(accounts: Accounts, provider: Provider, start: Start, who: Recognised, caller: Caller) -> None:
    """Twice is once; and one of a server that is asked no more gives way. Raises NotIn where it opens another account,
    or this one has another of that provider; and where the sign-in that set out is over."""
    try:
        async with changing(accounts) as change:
            user = await _still_in(change, start)
            if await _is_linked(change, provider, user, who):
                return
            await _make_room(accounts, change, provider, user, caller)
            now = accounts.kernel.clock.now()
            identity = Identity(provider.key, provider.issuer, who.subject, user.id, who.label, now)
            await store.add_identity(change.connection, identity)
            await _tell(accounts, change, user, start, provider, caller)
    except IntegrityError as error:
        raise NotIn("identity_taken", "identity taken") from error


async def _still_in(change: Change, start: Start) -> User:
    """Whoever signed out meanwhile, or was signed out, links nothing."""
    user = await people.hold_user(change.connection, start.user_id or "")
    began = await began_at(change.connection, start.session_id or "")
    if began is None or user is None or user.disabled_at is not None:
        raise NotIn("provider_expired", "signed out")
    return user


async def _is_linked(change: Change, provider: Provider, user: User, who: Recognised) -> bool:
    known = await store.find_identity(change.connection, provider, who.subject)
    if known is not None and known.user_id != user.id:
        raise NotIn("identity_taken", "identity taken")
    return known is not None


async def _make_room(accounts: Accounts, change: Change, provider: Provider, user: User, caller: Caller) -> None:
    """An account has one of each provider: whoever the same name stood for before opens nothing any more."""
    mine = await store.identities_of(change.connection, user.id)
    old = next((each for each in mine if each.provider == provider.key), None)
    if old is None:
        return
    if old.issuer == provider.issuer:
        raise NotIn("provider_linked")
    await unlink_in(accounts, change, old, caller)


async def _tell(
    accounts: Accounts, change: Change, user: User, start: Start, provider: Provider, caller: Caller
) -> None:
    by = Asker.person(user.id, user.username, caller, start.session_id)
    event = AuditEvent.by(by, "authn_identity_linked", f"user:{user.id}", {"provider": provider.key})
    await accounts.audit.write(change.connection, event)
    if user.email is not None:
        await accounts.mailer.post(change.connection, letters.way_in_added(user.email, user.username, provider.name))
