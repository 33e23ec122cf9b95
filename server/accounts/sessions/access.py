"""Access tokens: short-lived JWTs (RFC 9068) that other services can check with the public keys alone.

They carry no roles: those are read where they are needed, at every action.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from server.kernel.clock import Clock
from server.kernel.errors import Unauthenticated
from server.kernel.ids import NewId
from server.kernel.limits import ACCESS_TOKEN_S, CLOCK_SKEW_S, KEY_PERIOD_S

if TYPE_CHECKING:
    from server.accounts.sessions.keys import Key

TYPE: Final = "at+jwt"
ALGORITHM: Final = "EdDSA"
AUDIENCE: Final = "tablecast"
_TEXTS: Final = ("sub", "sid", "jti", "preferred_username")
_REQUIRED: Final = ["iss", "aud", "sub", "sid", "jti", "iat", "exp", "client_id", "scope"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: whose it is, and which sign-in it belongs to."""

    user_id: str
    username: str
    session_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Ring:
    period: int
    signing: "Key"
    known: Mapping[str, "Key"]


@dataclass(slots=True)
class AccessTokens:
    """Makes and reads them. `previous` is the secret before this one, if it was changed lately."""

    secret: str = field(repr=False)
    issuer: str
    clock: Clock
    new_id: NewId
    previous: str | None = field(default=None, repr=False)
    _ring: _Ring | None = field(default=None, repr=False)

    def make(self, user_id: str, username: str, session_id: str) -> tuple[str, Claims]:
        """A token good for ACCESS_TOKEN_S."""
        import jwt

        now = int(self.clock.now().timestamp())
        until = now + ACCESS_TOKEN_S
        payload = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": user_id,
            "client_id": AUDIENCE,
            "sid": session_id,
            "jti": self.new_id(),
            "iat": now,
            "exp": until,
            "scope": "",
            "preferred_username": username,
        }
        key = self._keys().signing
        text = jwt.encode(payload, key.private, ALGORITHM, headers={"typ": TYPE, "kid": key.kid})
        return text, Claims(user_id, username, session_id, datetime.fromtimestamp(until, UTC))

    def read(self, text: str) -> Claims:
        """What a token of ours says. Raises Unauthenticated for every other."""
        import jwt

        try:
            header = jwt.get_unverified_header(text)
            if header.get("typ") != TYPE or not isinstance(header.get("kid"), str):
                raise jwt.InvalidTokenError
            key = self._keys().known[header["kid"]]
            payload = jwt.decode(
                text,
                key.public,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=self.issuer,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},  # our own clock, below
            )
        except (jwt.InvalidTokenError, KeyError) as error:
            raise refusal() from error
        return self._claims(payload)

    def _claims(self, payload: Mapping[str, Any]) -> Claims:
        if not all(isinstance(payload.get(name), str) for name in _TEXTS):
            raise refusal()
        began, ends = payload["iat"], payload["exp"]
        if not all(isinstance(time, int) and not isinstance(time, bool) for time in (began, ends)):
            raise refusal()
        now = self.clock.now().timestamp()
        if began > now + CLOCK_SKEW_S or ends <= now - CLOCK_SKEW_S or ends - began > ACCESS_TOKEN_S:
            raise refusal()
        until = datetime.fromtimestamp(ends, UTC)
        return Claims(payload["sub"], payload["preferred_username"], payload["sid"], until)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys (RFC 7517) of this period and its neighbours, so that caches and clocks may differ."""
        return {"keys": [key.jwk for key in self._keys().known.values()]}

    def _keys(self) -> _Ring:
        period = int(self.clock.now().timestamp()) // KEY_PERIOD_S
        if self._ring is None or self._ring.period != period:
            self._ring = self._make_ring(period)
        return self._ring

    def _make_ring(self, period: int) -> _Ring:
        from server.accounts.sessions.keys import derive

        secrets = [self.secret, *([self.previous] if self.previous else [])]
        keys = [derive(secret, each) for secret in secrets for each in (period, period - 1, period + 1)]
        return _Ring(period, keys[0], {key.kid: key for key in keys})


def looks_like_one(text: str) -> bool:
    """Whether it could be a signed token: three parts, of which the first begins a JSON object."""
    return text.startswith("eyJ") and text.count(".") == 2


def refusal() -> Unauthenticated:
    """The same for whatever is wrong."""
    return Unauthenticated(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
