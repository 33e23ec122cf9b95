"""The tokens lately found good, and their last uses, kept in memory."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from server.accounts.principal import Principal
from server.kernel.kernel import Kernel
from server.kernel.limits import LAST_USED_EVERY_S, VERIFIED_FOR_S, VERIFIED_TOKENS


@dataclass(frozen=True, slots=True)
class _Verified:
    principal: Principal
    until: float


class VerifiedTokens:
    """Principals by token digest, for VERIFIED_FOR_S; the oldest makes room. Revoking here forgets at once."""

    def __init__(self, kernel: Kernel) -> None:
        self._clock = kernel.clock
        self._known: OrderedDict[bytes, _Verified] = OrderedDict()

    def get(self, digest: bytes) -> Principal | None:
        found = self._known.get(digest)
        if found is None or found.until <= self._clock.monotonic():
            return None
        expires_at = found.principal.expires_at
        return None if expires_at is not None and expires_at <= self._clock.now() else found.principal

    def put(self, digest: bytes, principal: Principal) -> None:
        self._known[digest] = _Verified(principal, self._clock.monotonic() + VERIFIED_FOR_S)
        self._known.move_to_end(digest)
        if len(self._known) > VERIFIED_TOKENS:
            self._known.popitem(last=False)

    def forget(self, principal_id: str) -> None:
        for digest in [digest for digest, known in self._known.items() if known.principal.id == principal_id]:
            del self._known[digest]


class LastUses:
    """When each token was last used, waiting to be written; a token is written at most every LAST_USED_EVERY_S."""

    def __init__(self, kernel: Kernel) -> None:
        self._clock = kernel.clock
        self._written: OrderedDict[str, float] = OrderedDict()
        self._waiting: dict[str, datetime] = {}

    def note(self, token_id: str) -> None:
        last = self._written.get(token_id)
        if last is not None and self._clock.monotonic() - last < LAST_USED_EVERY_S:
            return
        self._written[token_id] = self._clock.monotonic()
        self._written.move_to_end(token_id)
        if len(self._written) > VERIFIED_TOKENS:
            self._written.popitem(last=False)
        self._waiting[token_id] = self._clock.now()

    def take(self) -> dict[str, datetime]:
        """What waits to be written; it waits no longer."""
        waiting, self._waiting = self._waiting, {}
        return waiting
