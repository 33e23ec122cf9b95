"""Somebody comes back from a provider: who they are, and whose account that opens.

Nothing is done on the word of an address. An account opens to whoever the provider calls by the same subject as before;
an address that belongs to somebody here brings a stranger nowhere, and its owner the advice to sign in and link.
"""

import hmac
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.exc import IntegrityError

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Caller
from server.accounts.changes import changing
from server.accounts.credential import digest, has_shape
from server.accounts.providers import linking, store
from server.accounts.providers.provider import Asked, Provider, ProviderFailed, Recognised
from server.accounts.providers.rules import NotIn
from server.accounts.providers.started import PREFIX, asked
from server.accounts.providers.store import Start
from server.accounts.providers.whose import enter, sign_up
from server.accounts.service import Accounts
from server.accounts.sessions.entering import Pending
from server.accounts.sessions.opening import Opened
from server.kernel.errors import TooMany, Unavailable

_TIMES: Final = 3
"""How often it is decided whose account it is: somebody may sign up with the same name, or arrive twice, meanwhile."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back from the provider."""

    code: str | None = field(repr=False)
    state: str | None = field(repr=False)
    issuer: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where the browser goes, and who is let in there. Nobody is by linking: somebody was."""

    return_to: str
    entered: Opened | Pending | None = None


async def arrive(accounts: Accounts, key: str, answer: Answer, secret: str | None, caller: Caller) -> Arrived:
    """`secret` is what the browser kept. Raises NotIn, and nothing else."""
    try:
        return await _arrive(accounts, key, answer, secret, caller)
    except TooMany as problem:
        raise NotIn("too_many") from problem
    except Unavailable as problem:
        raise NotIn("unavailable") from problem
    except NotIn as refusal:
        if refusal.trace is not None:
            await _note(accounts, key, refusal, caller)
        raise


async def _arrive(accounts: Accounts, key: str, answer: Answer, secret: str | None, caller: Caller) -> Arrived:
    provider = accounts.providers.find(key)
    if provider is None:
        raise NotIn("provider_failed")
    if secret is None or not secret.startswith(PREFIX) or not has_shape(secret):
        raise NotIn("provider_expired", "no cookie")
    way = asked(accounts, provider, secret)
    start = await _own_way(accounts, provider, answer, way, secret, caller)
    who = await _recognise(provider, answer, way)
    if start.user_id is not None:
        await linking.link(accounts, provider, start, who, caller)
        return Arrived(start.return_to)
    return await _sign_in(accounts, provider, start, who, caller)


async def _own_way(
    accounts: Accounts, provider: Provider, answer: Answer, way: Asked, secret: str, caller: Caller
) -> Start:
    """The way that this browser set out on, to this provider; it is used up by that.

    A cookie and the state that fits it can be made up by anybody, so what comes with them is counted before it is
    looked for. A foreign page has neither, and cannot use up its visitors' tries.
    """
    if not hmac.compare_digest((answer.state or "").encode(), way.state.encode()):
        raise NotIn("provider_expired", "state")
    if answer.issuer is not None and answer.issuer not in provider.issuers:
        raise NotIn("provider_failed", "issuer")
    await accounts.throttle.hit("arrival", caller.tries())
    now = accounts.kernel.clock.now()
    async with accounts.kernel.database.write() as connection:
        start = await store.use_start(connection, digest(secret), provider.key, now)
    if start is None:
        raise NotIn("provider_expired", "used or too old")
    return start


async def _recognise(provider: Provider, answer: Answer, way: Asked) -> Recognised:
    if answer.error is not None or not answer.code:
        raise NotIn("provider_denied" if answer.error == "access_denied" else "provider_failed")
    try:
        return await provider.recognise(answer.code, way)
    except ProviderFailed as failure:
        raise NotIn("provider_failed", str(failure)) from failure


async def _sign_in(accounts: Accounts, provider: Provider, start: Start, who: Recognised, caller: Caller) -> Arrived:
    is_counted = False
    for _ in range(_TIMES):
        async with accounts.kernel.database.read() as connection:
            identity = await store.find_identity(connection, provider, who.subject)
        if identity is None and not is_counted:
            await accounts.throttle.hit("register", caller.tries())
            is_counted = True
        try:
            if identity is not None:
                entered = await enter(accounts, identity, who, caller)
            else:
                entered = await sign_up(accounts, provider, who, caller)
        except IntegrityError:
            continue
        if entered is not None:
            return Arrived(start.return_to, entered)
    raise NotIn("unavailable")


async def _note(accounts: Accounts, key: str, refusal: NotIn, caller: Caller) -> None:
    """What the provider and the browser said is left out: it is anybody's word.

    Only wrong ways back are counted, apart from setting out, which was counted: else any page full of links to this
    address would keep its visitors from signing in. Too many of them are not written down.
    """
    try:
        await accounts.throttle.hit("callback", caller.tries())
    except (TooMany, Unavailable):
        return
    provider = accounts.providers.find(key)
    details = {"by": provider.key if provider else None, "why": refusal.trace}
    event = AuditEvent("authn_login_fail", None, None, "failure", address=caller.address, details=details)
    async with changing(accounts) as change:
        await accounts.audit.write(change.connection, event)
