"""Proof that whoever redeems a code is who asked for it (RFC 7636). Pure."""

import base64
import hashlib


def challenge(verifier: str) -> str:
    """S256: the browser carries this one, and the provider is shown the verifier behind its back."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
