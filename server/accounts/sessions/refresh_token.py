"""What a refresh token is: `rt_`, the id of its session, and 256 random bits. Pure."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from server.kernel.ids import Entropy
from server.kernel.prefixes import Prefix

_SECRET_BYTES: Final = 32
_PREFIX: Final[Prefix] = "rt_"
_SHAPE: Final = re.compile(_PREFIX + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """The text goes to the device, the digest into the database."""

    session_id: str
    text: str = field(repr=False)
    digest: bytes = field(repr=False)


def make_refresh_token(session_id: str, entropy: Entropy) -> RefreshToken:
    secret = base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).rstrip(b"=").decode()
    return RefreshToken(session_id, f"{_PREFIX}{session_id}_{secret}", _digest(secret))


def read_refresh_token(text: str) -> RefreshToken | None:
    """None where it could not be one of ours; that never reaches the database."""
    found = _SHAPE.fullmatch(text)
    return None if found is None else RefreshToken(found[1], text, _digest(found[2]))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
