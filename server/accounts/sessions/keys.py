"""The keys that sign access tokens: Ed25519, derived from the server's secret, a new one in every period.

Nothing is stored, and every process that has the secret has the same keys. `cryptography` is heavy: this module is
imported on first use.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True, slots=True)
class Key:
    """A key of one period. `kid` is the thumbprint of its public half (RFC 7638)."""

    kid: str
    private: Ed25519PrivateKey = field(repr=False)
    public: Ed25519PublicKey
    jwk: dict[str, str]
    """The public half, for others (RFC 8037)."""


def derive(secret: str, period: int) -> Key:
    """The key for access tokens of that period (RFC 5869); no other purpose shares its label."""
    label = f"tablecast access token {period}".encode()
    seed = HKDF(SHA256(), 32, salt=None, info=label).derive(secret.encode())
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key()
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": _text(public.public_bytes(Encoding.Raw, PublicFormat.Raw))}
    kid = _text(hashlib.sha256(json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()).digest())
    return Key(kid, private, public, {**jwk, "kid": kid, "use": "sig", "alg": "EdDSA"})


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
