"""A device that has been signed in to an account before: it says so with a signed cookie, and strangers cannot.

The OWASP device cookie: guesses from elsewhere close the account's counters, and whoever sits at a known device has
counters of their own. It is no credential: it opens nothing without the password. It says when it was given, and is
worth nothing after KNOWN_DEVICE_S, nor once the password is another: whoever knew the one before is a stranger again.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from server.kernel.clock import Clock
from server.kernel.limits import KNOWN_DEVICE_S
from server.kernel.prefixes import Prefix
from server.kernel.seal import derive_key

_NONCE_BYTES: Final = 12
_PREFIX: Final[Prefix] = "dev_"
_SHAPE: Final = re.compile(
    _PREFIX + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9]{13})_([A-Za-z0-9_-]{16})_([A-Za-z0-9_-]{43})"
)
_LIFE: Final = timedelta(seconds=KNOWN_DEVICE_S)
_MS: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Device:
    """A device, as it is known to one account since `given_at`."""

    user_id: str
    nonce: str
    given_at: datetime

    @property
    def name(self) -> str:
        """What its tries are counted under."""
        return f"{self.user_id} {self.nonce}"

    def is_known_to(self, user_id: str, *since: datetime | None) -> bool:
        """Whether it was given for this account, and after all of that."""
        return self.user_id == user_id and all(each is None or _ms(self.given_at) >= _ms(each) for each in since)


class Devices:
    """Signs and reads what devices keep."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret, self._clock = secret, clock

    def make(self, user_id: str, session_id: str) -> str:
        """For a device where this person is signed in. One sign-in is one device, however often it asks."""
        nonce = hmac.new(self._key, f"sign-in {session_id}".encode(), hashlib.sha256).digest()[:_NONCE_BYTES]
        return self._write(user_id, _text(nonce))

    def renew(self, device: Device) -> str:
        """Known from now on, under the name that it had: what it tried goes on counting."""
        return self._write(device.user_id, device.nonce)

    def read(self, text: str | None) -> Device | None:
        """None for whatever is not ours, or too old."""
        found = _SHAPE.fullmatch(text or "")
        if found is None or not hmac.compare_digest(found[4], self._sign(found[1], found[2], found[3])):
            return None
        given_at = _EPOCH + int(found[2]) * _MS
        return Device(found[1], found[3], given_at) if self._clock.now() - given_at < _LIFE else None

    def _write(self, user_id: str, nonce: str) -> str:
        ms = f"{_ms(self._clock.now()):013}"
        return f"{_PREFIX}{user_id}_{ms}_{nonce}_{self._sign(user_id, ms, nonce)}"

    def _sign(self, *parts: str) -> str:
        return _text(hmac.new(self._key, " ".join(parts).encode(), hashlib.sha256).digest())

    @cached_property
    def _key(self) -> bytes:
        return derive_key(self._secret, "known device")


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // _MS


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
