"""One more way in to an account: for whoever set out signed in, and has just shown that it is theirs."""

from sqlalchemy.exc import IntegrityError

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Caller
from server.accounts.changes import Change, changing
from server.accounts.people import store as people
from server.accounts.people.store import User
from server.accounts.providers import store
from server.accounts.providers.provider import Provider, Recognised
from server.accounts.providers.rules import NotIn
from server.accounts.providers.store import Identity, Start
from server.accounts.service import Accounts
from server.accounts.sessions.store import began_at


async def link(accounts: Accounts, provider: Provider, start: Start, who: Recognised, caller: Caller) -> None:
    """Twice is once. Raises NotIn where it opens another account, or this one has another of that provider; and where
    the sign-in that set out is over."""
    try:
        async with changing(accounts) as change:
            user = await _still_in(change, start)
            if await _is_linked(change, provider, user, who):
                return
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
    mine = await store.identities_of(change.connection, user.id)
    if known is None and any(each.provider == provider.key for each in mine):
        raise NotIn("provider_linked")
    return known is not None


async def _tell(
    accounts: Accounts, change: Change, user: User, start: Start, provider: Provider, caller: Caller
) -> None:
    event = AuditEvent(
        "authn_identity_linked",
        user.id,
        f"user:{user.id}",
        session_id=start.session_id,
        address=caller.address,
        details={"provider": provider.key},
    )
    await accounts.audit.write(change.connection, event)
    if user.email is not None:
        await accounts.mailer.post(change.connection, letters.way_in_added(user.email, user.username, provider.name))
