"""Sealing what waits in the database and carries a secret: whoever reads a copy of the tables learns nothing.

AES-256-GCM with a key derived from the server's secret (RFC 5869), one label for each purpose. `cryptography` is heavy:
it is imported on first use.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from server.kernel.ids import Entropy

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class Unsealable(ValueError):
    """It was sealed with a secret that is not known any more, or changed since."""


class Seal:
    """`secrets`: the present one first, then older ones that still open what they closed."""

    def __init__(self, secrets: Sequence[str], label: str, entropy: Entropy) -> None:
        self._secrets, self._label, self._entropy = tuple(secrets), label, entropy

    def close(self, plain: bytes) -> bytes:
        """A nonce, then the sealed text with its tag."""
        nonce = self._entropy(_NONCE_BYTES)
        return nonce + self._keys[0].encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """What was closed. Raises Unsealable."""
        from cryptography.exceptions import InvalidTag

        for key in self._keys:
            try:
                return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
            except InvalidTag:
                continue
        raise Unsealable

    @cached_property
    def _keys(self) -> "list[AESGCM]":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return [AESGCM(derive_key(secret, self._label)) for secret in self._secrets]


def derive_key(secret: str, label: str) -> bytes:
    """32 bytes for one purpose (RFC 5869); no other purpose shares its label."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"tablecast {label}".encode()).derive(secret.encode())
