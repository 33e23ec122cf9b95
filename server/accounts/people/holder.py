"""The holder of an account: as they are now, and whether it is really they who ask, on a device that they may have left
open. Who is asked for what is decided by what it is about; what counts as a proof is decided here."""

from server.accounts.people import store
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.service import Accounts
from server.accounts.sessions.store import began_at
from server.accounts.throttle import By
from server.kernel.errors import FieldError, Forbidden, Invalid, PasswordMissing, Reauthenticate, Unauthenticated
from server.kernel.limits import RECENT_SIGN_IN_S


async def read_me(accounts: Accounts, principal: Principal) -> User:
    """Raises Unauthenticated where the account is gone."""
    async with accounts.kernel.database.read() as connection:
        return await store.find_user(connection, principal.id) or gone()


def gone() -> User:
    """The account was deleted while somebody was still signed in to it."""
    raise Unauthenticated(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


async def prove_password(accounts: Accounts, principal: Principal, password: str | None) -> User:
    """The password once more: whoever found the device open doesn't know it. Raises Forbidden, TooMany; Invalid where
    it was left out, PasswordMissing where there is none."""
    user = await read_me(accounts, principal)
    if user.password_hash is None:
        raise PasswordMissing(
            f"Set a password first: ask for a link at {accounts.kernel.settings.base_url}/panel/#forgot"
        )
    if password is None:
        raise Invalid(errors=[FieldError("/password", "Write your password once more")])
    await accounts.throttle.hit("password", By(principal.id))
    if not await accounts.passwords.verify(user.password_hash, password):
        raise Forbidden("The current password is wrong")
    await accounts.throttle.forgive("password", By(principal.id))
    return user


async def prove_holder(accounts: Accounts, principal: Principal, password: str | None) -> User:
    """The password once more; for those who have none, a sign-in of RECENT_SIGN_IN_S stands for it.

    Raises Reauthenticate, and what `prove_password` raises.
    """
    user = await read_me(accounts, principal)
    if user.password_hash is not None:
        return await prove_password(accounts, principal, password)
    if not await _is_recent(accounts, principal):
        raise Reauthenticate
    return user


async def prove_recent(accounts: Accounts, principal: Principal, password: str | None) -> None:
    """A sign-in of RECENT_SIGN_IN_S on this device, or else the password.

    Raises Reauthenticate where none was sent, PasswordMissing where there is none, Forbidden where it is
    wrong, TooMany.
    """
    if await _is_recent(accounts, principal):
        return
    if password is None and (await read_me(accounts, principal)).password_hash is not None:
        raise Reauthenticate
    await prove_password(accounts, principal, password)


async def _is_recent(accounts: Accounts, principal: Principal) -> bool:
    async with accounts.kernel.database.read() as connection:
        began = await began_at(connection, principal.session_id or "")
    return began is not None and (accounts.kernel.clock.now() - began).total_seconds() < RECENT_SIGN_IN_S
