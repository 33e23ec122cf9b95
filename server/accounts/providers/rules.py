"""Where one may be sent back to, why one may not come in, and what somebody is called who just came. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

from server.kernel.ids import Entropy
from server.kernel.limits import MAX_USERNAME, USERNAME_TRIES

ReturnTo = Literal["/panel/", "/panel/#arrived", "/panel/#ways-in"]
"""Every place that a browser may be sent to in the end: whoever asks chooses among these, and makes up none."""
SIGNED_IN: Final[ReturnTo] = "/panel/#arrived"
LINKED: Final[ReturnTo] = "/panel/#ways-in"
PROBLEM: Final = "/panel/#problem="
SECOND_FACTOR: Final = "/panel/#second-factor="

Why = Literal[
    "provider_denied",
    "provider_expired",
    "provider_failed",
    "provider_linked",
    "address_taken",
    "identity_taken",
    "account_disabled",
    "too_many",
    "unavailable",
]
_NOBODY: Final = "guest"
_DIGITS: Final = 4


class NotIn(Exception):
    """Somebody came back and does not come in. `why` is what the page says in words, `trace` is for the audit log."""

    def __init__(self, why: Why, trace: str | None = None) -> None:
        super().__init__(why)
        self.why: Why = why
        self.trace = trace


def usernames(name: str, entropy: Entropy) -> Iterator[str]:
    """Names for somebody whom a provider calls so: as it is, as far as we can write it, then with digits behind."""
    base = _written(name)
    yield base
    for _ in range(USERNAME_TRIES - 1):
        number = int.from_bytes(entropy(4)) % 10**_DIGITS
        yield f"{base[: MAX_USERNAME - _DIGITS - 1]}-{number:0{_DIGITS}}"


def _written(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("._-")[:MAX_USERNAME].rstrip("._-")
    return kept if len(kept) > 1 else _NOBODY
