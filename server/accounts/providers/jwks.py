"""A provider's public keys, remembered for a while (RFC 7517)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from server.accounts.providers.outside import Outside
from server.accounts.providers.provider import ProviderFailed
from server.kernel.clock import Clock
from server.kernel.limits import PROVIDER_KEYS_AGAIN_S, PROVIDER_KEYS_S

if TYPE_CHECKING:
    import jwt


class Keys:
    """RSA keys for signatures; every other one is left alone."""

    def __init__(self, url: str, algorithm: str, outside: Outside, clock: Clock) -> None:
        self._url, self._algorithm, self._outside, self._clock = url, algorithm, outside, clock
        self._known: dict[str, jwt.PyJWK] = {}
        self._asked_at: datetime | None = None

    async def find(self, kid: str) -> "jwt.PyJWK":
        """The key of that name. Raises ProviderFailed."""
        age = self._age()
        if age >= PROVIDER_KEYS_S or (kid not in self._known and age >= PROVIDER_KEYS_AGAIN_S):
            self._known = self._read(await self._outside.get(self._url))
            self._asked_at = self._clock.now()
        if kid not in self._known:
            raise ProviderFailed("unknown key")
        return self._known[kid]

    def _age(self) -> float:
        if self._asked_at is None:
            return PROVIDER_KEYS_S
        return (self._clock.now() - self._asked_at).total_seconds()

    def _read(self, document: Any) -> "dict[str, jwt.PyJWK]":
        import jwt

        keys = document.get("keys") if isinstance(document, dict) else None
        found: dict[str, jwt.PyJWK] = {}
        for each in keys if isinstance(keys, list) else []:
            if not isinstance(each, dict) or each.get("kty") != "RSA" or each.get("use", "sig") != "sig":
                continue
            try:
                found[str(each.get("kid"))] = jwt.PyJWK.from_dict(each, self._algorithm)
            except (jwt.PyJWTError, ValueError):
                continue
        return found
