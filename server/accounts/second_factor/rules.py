"""Codes by time (TOTP, RFC 6238, over HOTP, RFC 4226) and recovery codes. Pure.

SHA-1, six digits and thirty seconds are what every authenticator app understands; SHA-1's collisions are no matter in
an HMAC.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote

from server.kernel.ids import Entropy
from server.kernel.limits import RECOVERY_CODES

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""As long as what HMAC-SHA-1 gives (RFC 4226, 4, R6)."""
_RECOVERY_BYTES: Final = 15
"""120 bits: 24 characters of base32. Nobody can guess them, so their SHA-256 is kept and no slow hash."""
_GROUP: Final = 4


def code_at(secret: bytes, counter: int, digits: int = DIGITS) -> str:
    """The code of that counter (RFC 4226, 5.3)."""
    mac = hmac.digest(secret, counter.to_bytes(8), "sha1")
    place = mac[-1] & 0x0F
    number = int.from_bytes(mac[place : place + 4]) & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: datetime) -> int:
    """The counter of that time (RFC 6238, 4.2)."""
    return int(now.timestamp()) // STEP_S


def matching_step(secret: bytes, code: str, now: datetime, late: int) -> int | None:
    """The step whose code this is: the present one, or one of the `late` before it. None for any other code."""
    present = step_at(now)
    return next(
        (step for step in range(present, present - late - 1, -1) if hmac.compare_digest(code_at(secret, step), code)),
        None,
    )


def secret_text(secret: bytes) -> str:
    """As it is typed into an app: base32."""
    return base64.b32encode(secret).decode()


def otpauth_uri(secret: bytes, issuer: str, username: str) -> str:
    """What an app reads from a QR code (Key Uri Format)."""
    label = f"{quote(issuer, safe='')}:{quote(username, safe='')}"
    figures = f"algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
    return f"otpauth://totp/{label}?secret={secret_text(secret)}&issuer={quote(issuer, safe='')}&{figures}"


def make_recovery_codes(entropy: Entropy) -> list[str]:
    """New ones, in groups that can be read aloud."""
    return [_in_groups(base64.b32encode(entropy(_RECOVERY_BYTES)).decode()) for _ in range(RECOVERY_CODES)]


def _in_groups(text: str) -> str:
    return "-".join(text[place : place + _GROUP] for place in range(0, len(text), _GROUP))


def recovery_digest(code: str) -> bytes:
    """What is kept of one; how it was grouped and whether it was shouted makes no difference."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(plain.encode()).digest()
