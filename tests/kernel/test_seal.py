"""What is sealed opens with the secret that closed it, unchanged, and with no other."""

import secrets

import pytest

from server.kernel.seal import Seal, Unsealable, derive_key

OLD, NEW = "the-old-secret-0123456789", "the-new-secret-0123456789"


def test_what_was_closed_opens() -> None:
    """Also after the secret changed, where the older one is known."""
    sealed = Seal([OLD], "mail", secrets.token_bytes).close(b"canary")
    assert b"canary" not in sealed
    assert Seal([OLD], "mail", secrets.token_bytes).open(sealed) == b"canary"
    assert Seal([NEW, OLD], "mail", secrets.token_bytes).open(sealed) == b"canary"


@pytest.mark.parametrize(("secret", "label"), [(NEW, "mail"), (OLD, "other")])
def test_another_secret_or_purpose_opens_nothing(secret: str, label: str) -> None:
    """Each purpose has a key of its own."""
    sealed = Seal([OLD], "mail", secrets.token_bytes).close(b"canary")
    with pytest.raises(Unsealable):
        Seal([secret], label, secrets.token_bytes).open(sealed)


@pytest.mark.parametrize("place", [0, 12, -1])
def test_what_was_changed_does_not_open(place: int) -> None:
    """One bit is enough."""
    sealed = bytearray(Seal([OLD], "mail", secrets.token_bytes).close(b"canary"))
    sealed[place] ^= 1
    with pytest.raises(Unsealable):
        Seal([OLD], "mail", secrets.token_bytes).open(bytes(sealed))


def test_keys_of_two_purposes_differ() -> None:
    """One that leaks opens nothing else."""
    assert derive_key(OLD, "mail") != derive_key(OLD, "device")
