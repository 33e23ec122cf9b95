"""A device that has been signed in to an account before: it says so with a signed cookie, and strangers cannot.

The OWASP device cookie: guesses from elsewhere close the account's counters, and whoever sits at a known device has
counters of their own. It is no credential: it opens nothing without the password.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from server.kernel.ids import Entropy
from server.kernel.prefixes import Prefix
from server.kernel.seal import derive_key

_NONCE_BYTES: Final = 12
_PREFIX: Final[Prefix] = "dev_"
_SHAPE: Final = re.compile(
    _PREFIX + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{16})_([A-Za-z0-9_-]{43})"
)


@dataclass(frozen=True, slots=True)
class Device:
    """A device, as it is known to one account."""

    user_id: str
    nonce: str

    @property
    def name(self) -> str:
        """What its tries are counted under."""
        return f"{self.user_id} {self.nonce}"


class Devices:
    """Signs and reads what devices keep."""

    def __init__(self, secret: str, entropy: Entropy) -> None:
        self._secret, self._entropy = secret, entropy

    def make(self, user_id: str) -> str:
        """For a device where this person has just signed in."""
        nonce = _text(self._entropy(_NONCE_BYTES))
        return f"{_PREFIX}{user_id}_{nonce}_{self._sign(user_id, nonce)}"

    def read(self, text: str | None) -> Device | None:
        """None for whatever is not ours."""
        found = _SHAPE.fullmatch(text or "")
        if found is None or not hmac.compare_digest(found[3], self._sign(found[1], found[2])):
            return None
        return Device(found[1], found[2])

    def _sign(self, user_id: str, nonce: str) -> str:
        return _text(hmac.new(self._key, f"{user_id} {nonce}".encode(), hashlib.sha256).digest())

    @cached_property
    def _key(self) -> bytes:
        return derive_key(self._secret, "known device")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
