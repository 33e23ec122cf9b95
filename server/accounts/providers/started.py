"""A way to a provider and back. The browser keeps one secret, and everything else follows from it.

State, nonce and verifier are derived from that secret, for one provider each: whoever has the database has none of
them, and whoever sends another browser here has no secret that fits (RFC 9700, 4.7).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from server.accounts.credential import digest, make_token
from server.accounts.principal import Principal
from server.accounts.providers import store
from server.accounts.providers.provider import Asked, Provider
from server.accounts.providers.rules import ReturnTo
from server.accounts.providers.store import Start
from server.accounts.service import Accounts
from server.kernel.limits import PROVIDER_START_S
from server.kernel.prefixes import Prefix

PREFIX: Final[Prefix] = "oau_"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and what it keeps meanwhile."""

    authorization_url: str
    secret: str = field(repr=False)


async def begin(accounts: Accounts, provider: Provider, principal: Principal | None, return_to: ReturnTo) -> Begun:
    """A new way; for a person who links, or for nobody yet."""
    secret, now = make_token(PREFIX, accounts.kernel.entropy), accounts.kernel.clock.now()
    user_id, session_id = (principal.id, principal.session_id) if principal else (None, None)
    until = now + timedelta(seconds=PROVIDER_START_S)
    start = Start(digest(secret), provider.key, return_to, user_id, session_id, until)
    async with accounts.kernel.database.write() as connection:
        await store.add_start(connection, start, now)
    return Begun(provider.authorization_url(asked(accounts, provider, secret)), secret)


def asked(accounts: Accounts, provider: Provider, secret: str) -> Asked:
    """What this way is bound to. Where browsers come back to is built from the settings, never from a request."""
    back = f"{accounts.kernel.settings.base_url}/v1/auth/providers/{provider.key}/callback"
    return Asked(back, *(_derive(secret, f"{name} {provider.key}") for name in ("state", "nonce", "verifier")))


def _derive(secret: str, label: str) -> str:
    raw = hmac.new(secret.encode(), label.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
