"""Google: OpenID Connect's code flow. Who somebody is stands in a signed ID token (OpenID Connect Core, 3.1.3.7)."""

import hmac
from typing import Any, Final
from urllib.parse import urlencode

from server.accounts.providers import said
from server.accounts.providers.jwks import Keys
from server.accounts.providers.outside import Outside
from server.accounts.providers.pkce import challenge
from server.accounts.providers.provider import Asked, Client, ProviderFailed, Recognised
from server.kernel.clock import Clock
from server.kernel.limits import CLOCK_SKEW_S, MAX_SUBJECT
from server.kernel.settings import GOOGLE

ALGORITHM: Final = "RS256"
_REQUIRED: Final = ["iss", "aud", "sub", "nonce", "iat", "exp"]
_TOKENS: Final = "https://oauth2.googleapis.com"
_KEYS: Final = "https://www.googleapis.com"
_BARE: Final = "accounts.google.com"
"""Google's ID tokens may also call it by this name."""


class Google:
    """At `url` there may also be a server that plays Google, with all its addresses below that one."""

    key = "google"
    name = "Google"

    def __init__(self, client: Client, url: str, outside: Outside, clock: Clock) -> None:
        is_real = url == GOOGLE
        self._client, self._outside, self._clock = client, outside, clock
        self.issuer = url
        self.issuers = frozenset({url, _BARE} if is_real else {url})
        self._authorize = f"{url}/o/oauth2/v2/auth"
        self._token = f"{_TOKENS if is_real else url}/token"
        self._keys = Keys(f"{_KEYS if is_real else url}/oauth2/v3/certs", ALGORITHM, outside, clock)

    def authorization_url(self, asked: Asked) -> str:
        """Where to send the browser; one chooses among one's accounts there."""
        query = {
            "client_id": self._client.id,
            "redirect_uri": asked.redirect_uri,
            "response_type": "code",
            "scope": "openid email profile",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge(asked.verifier),
            "code_challenge_method": "S256",
            "prompt": "select_account",
        }
        return f"{self._authorize}?{urlencode(query)}"

    async def recognise(self, code: str, asked: Asked) -> Recognised:
        """Who the ID token is about. The access token beside it is not looked at. Raises ProviderFailed."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.redirect_uri,
            "client_id": self._client.id,
            "client_secret": self._client.secret,
            "code_verifier": asked.verifier,
        }
        token = said.text(await self._outside.post(self._token, form), "id_token")
        if token is None:
            raise ProviderFailed("no ID token")
        claims = await self._claims(token, asked.nonce)
        email = said.address(claims.get("email")) if claims.get("email_verified") is True else None
        name = said.line(claims.get("name"))
        return Recognised(claims["sub"], name, email or name, email)

    async def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """What the token says, once it is known to be Google's, for us, for this way and of now."""
        import jwt

        try:
            kid = jwt.get_unverified_header(token).get("kid")
            claims: dict[str, Any] = jwt.decode(
                token,
                await self._keys.find(str(kid)),
                algorithms=[ALGORITHM],
                audience=self._client.id,
                issuer=sorted(self.issuers),
                # our own clock, below
                options={"require": _REQUIRED, "strict_aud": True, "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError as error:
            raise ProviderFailed("ID token") from error
        self._check(claims, nonce)
        return claims

    def _check(self, claims: dict[str, Any], nonce: str) -> None:
        now, subject, said_nonce = self._clock.now().timestamp(), claims["sub"], claims["nonce"]
        times = (claims["iat"], claims["exp"])
        if not all(isinstance(time, int | float) and not isinstance(time, bool) for time in times):
            raise ProviderFailed("times")
        if times[1] <= now - CLOCK_SKEW_S or times[0] > now + CLOCK_SKEW_S:
            raise ProviderFailed("too old")
        if not isinstance(said_nonce, str) or not hmac.compare_digest(said_nonce.encode(), nonce.encode()):
            raise ProviderFailed("nonce")
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
            raise ProviderFailed("subject")
