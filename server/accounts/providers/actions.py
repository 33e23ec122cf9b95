"""One function per verb: set out for a provider, list one's ways in, give one up."""

from server.accounts import letters
from server.accounts.caller import Caller
from server.accounts.changes import changing
from server.accounts.links.proof import check_proved
from server.accounts.people import store as people
from server.accounts.people.holder import prove_holder
from server.accounts.principal import Principal
from server.accounts.providers import store
from server.accounts.providers.ending import unlink_in
from server.accounts.providers.provider import Provider
from server.accounts.providers.rules import LINKED, SIGNED_IN, ReturnTo
from server.accounts.providers.started import Begun, begin
from server.accounts.providers.store import Identity
from server.accounts.service import Accounts
from server.kernel.errors import LastWayIn, NotFound

_LAST = "Without it you could not sign in any more: set a password first, with a link from {url}/panel/#forgot"


def find(accounts: Accounts, key: str) -> Provider:
    """Raises NotFound for one that this server is not set up for."""
    provider = accounts.providers.find(key)
    if provider is None:
        raise NotFound
    return provider


async def start(accounts: Accounts, provider: Provider, return_to: ReturnTo | None, caller: Caller) -> Begun:
    """Set out to sign in. Raises TooMany."""
    await accounts.throttle.hit("provider", caller.tries())
    return await begin(accounts, provider, None, return_to or SIGNED_IN)


async def start_linking(
    accounts: Accounts,
    provider: Provider,
    principal: Principal,
    password: str | None,
    return_to: ReturnTo | None,
    caller: Caller,
) -> Begun:
    """Set out to have one more way in: not for an address that may be somebody else's, who would come to an account
    with a stranger's way in. Raises what `prove_holder` and `check_proved` raise."""
    await accounts.throttle.hit("provider", caller.tries())
    await check_proved(accounts, principal)
    await prove_holder(accounts, principal, password)
    return await begin(accounts, provider, principal, return_to or LINKED)


async def identities(accounts: Accounts, principal: Principal) -> list[Identity]:
    """One's own, the oldest first."""
    async with accounts.kernel.database.read() as connection:
        return await store.identities_of(connection, principal.id)


async def unlink(accounts: Accounts, principal: Principal, key: str, password: str | None, caller: Caller) -> None:
    """Give one up. Raises NotFound, LastWayIn, and what `prove_holder` raises."""
    if all(each.provider != key for each in await identities(accounts, principal)):
        raise NotFound
    await prove_holder(accounts, principal, password)
    async with changing(accounts) as change:
        user = await people.hold_user(change.connection, principal.id)
        mine = await store.identities_of(change.connection, principal.id)
        gone = next((each for each in mine if each.provider == key), None)
        if user is None or gone is None:
            raise NotFound
        others = [each for each in mine if each.provider != key and works(accounts, each)]
        if user.password_hash is None and not others:
            raise LastWayIn(_LAST.format(url=accounts.kernel.settings.base_url))
        await unlink_in(accounts, change, gone, caller, principal.session_id)
        if user.email is not None:
            await accounts.mailer.post(
                change.connection, letters.way_in_removed(user.email, user.username, _named(accounts, key))
            )


def works(accounts: Accounts, identity: Identity) -> bool:
    """Whether one can still sign in with it: not once this server knows that provider no more, or knows another."""
    provider = accounts.providers.find(identity.provider)
    return provider is not None and provider.issuer == identity.issuer


def _named(accounts: Accounts, key: str) -> str:
    """Its name for people, also where this server is not set up for it any more."""
    provider = accounts.providers.find(key)
    return provider.name if provider is not None else key
