"""What the actions of accounts are given: made once in `server.app`, passed to each."""

import hashlib
from dataclasses import dataclass

from server.accounts.audit.events import AuditLog
from server.accounts.audit.refusals import Refusals
from server.accounts.audit.store import TableAudit
from server.accounts.members.standing import Standings
from server.accounts.news import News
from server.accounts.passwords.breaches import Breaches, make_breaches
from server.accounts.passwords.hashing import Passwords
from server.accounts.privacy.erasures import Erasures
from server.accounts.providers.known import Providers, make_providers
from server.accounts.revocations import RIGHTS, Revocations
from server.accounts.roles.memory import Grants
from server.accounts.sessions.access import AccessTokens
from server.accounts.throttle import Throttle, Unthrottled
from server.accounts.throttling.connects import Connects
from server.accounts.throttling.counting import CountedTries
from server.accounts.throttling.devices import Devices
from server.accounts.tokens.memory import LastUses, VerifiedTokens
from server.kernel.kernel import Kernel
from server.kernel.mail import Mailer
from server.kernel.seal import Seal
from server.kernel.secrets import Secrets

_ISSUER = "http://localhost"
"""Of a server that has no PUBLIC_URL: nobody else is meant to accept its tokens."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """`mailer`, `throttle`, `audit` and each of `providers` are protocols: tests bring their own."""

    kernel: Kernel
    admin_digest: bytes
    """SHA-256 of the server's admin token."""
    verified: VerifiedTokens
    last_uses: LastUses
    revocations: Revocations
    news: News
    passwords: Passwords
    breaches: Breaches
    access: AccessTokens
    audit: AuditLog
    mailer: Mailer
    throttle: Throttle
    connects: Connects
    devices: Devices
    factor_seal: Seal
    """Closes and opens the secrets of second factors."""
    grants: Grants
    standings: Standings
    refusals: Refusals
    erasures: Erasures
    providers: Providers


def make_accounts(
    kernel: Kernel,
    secrets: Secrets,
    *,
    mailer: Mailer,
    throttle: Throttle | None = None,
    providers: Providers | None = None,
) -> Accounts:
    audit = TableAudit(kernel.clock, kernel.entropy)
    revocations, grants, standings = Revocations(kernel.clock), Grants(), Standings(kernel.clock)
    revocations.heed("grants", grants.forget_all)
    revocations.heed(RIGHTS, grants.forget)
    revocations.heed(RIGHTS, standings.forget)
    return Accounts(
        kernel,
        admin_digest=hashlib.sha256(secrets.admin_token.encode()).digest(),
        verified=VerifiedTokens(kernel),
        last_uses=LastUses(kernel),
        revocations=revocations,
        news=News(kernel.clock, revocations.announce),
        passwords=Passwords(kernel.settings.password_cost),
        breaches=make_breaches(kernel.settings.breach_check_url),
        access=_access(kernel, secrets),
        audit=audit,
        mailer=mailer,
        throttle=throttle or _throttle(kernel, secrets, audit),
        connects=Connects(kernel, secrets.secret_key, is_limited=kernel.settings.rate_limits == "on"),
        devices=Devices(secrets.secret_key, kernel.clock),
        factor_seal=Seal(_known(kernel, secrets), "second factor", kernel.entropy),
        grants=grants,
        standings=standings,
        refusals=Refusals(),
        erasures=Erasures(),
        providers=providers or make_providers(kernel.settings, kernel.clock),
    )


def _throttle(kernel: Kernel, secrets: Secrets, audit: AuditLog) -> Throttle:
    return CountedTries(kernel, secrets.secret_key, audit) if kernel.settings.rate_limits == "on" else Unthrottled()


def _known(kernel: Kernel, secrets: Secrets) -> list[str]:
    """The present secret, and the one before it where it is named."""
    previous = kernel.settings.previous_secret_key
    return [secrets.secret_key, *([previous.get_secret_value()] if previous else [])]


def _access(kernel: Kernel, secrets: Secrets) -> AccessTokens:
    present, *previous = _known(kernel, secrets)
    issuer = kernel.settings.public_url or _ISSUER
    return AccessTokens(present, issuer, kernel.clock, kernel.new_id, previous[0] if previous else None)
