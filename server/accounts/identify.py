"""What a request carries becomes a `Principal`: an access token, a campaign's token, or the server's own."""

import hmac
from collections.abc import Mapping
from typing import Final

from server.accounts.credential import ONE_TIME_PREFIX, digest, has_shape
from server.accounts.principal import ANONYMOUS, SCOPE_ROLES, SERVER_ADMIN, Principal
from server.accounts.roles.guard import check_enrolled
from server.accounts.service import Accounts
from server.accounts.sessions.access import looks_like_one, refusal
from server.accounts.tokens import store
from server.kernel.errors import Forbidden, InvalidRequest, Unauthenticated
from server.kernel.limits import MAX_CREDENTIAL

CREDENTIAL_HEADERS: Final = ("authorization", "x-admin-token", "x-token")


async def identify(accounts: Accounts, headers: Mapping[str, str]) -> Principal:
    """Who sent these headers, if they may do anything yet. Raises what `recognise` raises, and SecondFactorNeeded."""
    principal = await recognise(accounts, headers)
    await check_enrolled(accounts, principal)
    return principal


async def recognise(accounts: Accounts, headers: Mapping[str, str]) -> Principal:
    """Who sent these headers (lower-case names). A wrong credential is Unauthenticated, never anonymous. Only what
    leads to a second factor, or out again, asks for no more: `identify` is for everything else.

    Cookies are not looked at: they serve to refresh and to sign out, and nothing else can be borrowed through them.
    """
    sent = [name for name in CREDENTIAL_HEADERS if name in headers]
    if not sent:
        return ANONYMOUS
    if len(sent) > 1:
        raise InvalidRequest(f"Send one credential, not both {sent[0]} and {sent[1]}")
    text = headers[sent[0]]
    if sent[0] == "x-admin-token":
        if (admin := _server_admin(accounts, text)) is None:
            raise refusal()
        return admin
    return await _recognise_token(accounts, _bearer(text) if sent[0] == "authorization" else text)


async def identify_user(accounts: Accounts, headers: Mapping[str, str]) -> Principal:
    """The person who is signed in. Raises Unauthenticated, and Forbidden for a credential that is no person's, and for
    a person who has to switch on a second factor first."""
    principal = await recognise_user(accounts, headers)
    await check_enrolled(accounts, principal)
    return principal


async def recognise_user(accounts: Accounts, headers: Mapping[str, str]) -> Principal:
    """The same for what leads to a second factor, or out again."""
    principal = await recognise(accounts, headers)
    if principal.kind == "anonymous":
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    if principal.kind != "user":
        raise Forbidden("This is about a person's account: sign in as one")
    return principal


def _bearer(value: str) -> str:
    scheme, _, text = value.partition(" ")
    if scheme.lower() != "bearer":
        raise refusal()
    return text.strip()


async def identify_token(accounts: Accounts, text: str) -> Principal:
    """Who holds this token: a person, a campaign's machine, or the server's admin. Raises Unauthenticated, and
    SecondFactorNeeded."""
    principal = await _recognise_token(accounts, text)
    await check_enrolled(accounts, principal)
    return principal


async def _recognise_token(accounts: Accounts, text: str) -> Principal:
    if len(text) > MAX_CREDENTIAL:
        raise refusal()
    if (admin := _server_admin(accounts, text)) is not None:
        return admin
    wanted = digest(text)
    principal = accounts.verified.get(wanted) or await _look_up(accounts, text, wanted)
    if accounts.revocations.has_ended(principal.session_id or principal.id):
        raise refusal()
    if principal.kind == "campaign_token":
        accounts.last_uses.note(principal.id)
    return principal


def _server_admin(accounts: Accounts, text: str) -> Principal | None:
    if len(text) > MAX_CREDENTIAL:
        return None
    return SERVER_ADMIN if hmac.compare_digest(digest(text), accounts.admin_digest) else None


async def _look_up(accounts: Accounts, text: str, wanted: bytes) -> Principal:
    principal = _person(accounts, text) if looks_like_one(text) else await _machine(accounts, text, wanted)
    accounts.verified.put(wanted, principal)
    return principal


def _person(accounts: Accounts, text: str) -> Principal:
    claims = accounts.access.read(text)
    return Principal(
        "user", claims.user_id, claims.username, expires_at=claims.expires_at, session_id=claims.session_id
    )


async def _machine(accounts: Accounts, text: str, wanted: bytes) -> Principal:
    if not has_shape(text) or text.startswith(ONE_TIME_PREFIX):
        raise refusal()
    async with accounts.kernel.database.read() as connection:
        found = await store.find_by_digest(connection, wanted)
    if found is None or not hmac.compare_digest(found.digest, wanted):
        raise refusal()
    if not found.is_living(accounts.kernel.clock.now()):
        raise refusal()
    role = SCOPE_ROLES[found.scope]
    return Principal("campaign_token", found.id, found.name, found.campaign_id, role, found.expires_at)
