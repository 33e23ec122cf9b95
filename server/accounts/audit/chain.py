"""The chain: each entry's hash covers the entry and the hash before it, so that no entry can be edited, removed or
moved without every later one showing it. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

GENESIS: Final = bytes(32)
"""What the first entry follows."""
SALT_BYTES: Final = 16
_CAMPAIGN: Final = "campaign:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log. `address_mark` stands for the address in the hash, so that the address can be erased."""

    seq: int
    at: datetime
    name: str
    who: str | None
    target: str | None
    outcome: str
    session_id: str | None
    request_id: str | None
    details: Mapping[str, Any]
    campaign_id: str | None = None
    """What `campaign_of` finds in it; it is kept beside the rest to be looked up by."""
    address_mark: bytes | None = None
    address: str | None = None
    address_salt: bytes | None = None
    hash: bytes = field(default=b"", repr=False)


def mark(address: str, salt: bytes) -> bytes:
    """Without the salt, which is erased with the address, nobody finds the address by trying them all."""
    return hashlib.sha256(salt + address.encode(errors="surrogatepass")).digest()


def campaign_of(target: str | None, details: Mapping[str, Any]) -> str | None:
    """The campaign that an entry is about."""
    if target is not None and target.startswith(_CAMPAIGN):
        return target.removeprefix(_CAMPAIGN)
    found = details.get("campaign_id")
    return found if isinstance(found, str) else None


def link(previous: bytes, entry: Entry) -> bytes:
    """The hash of an entry: SHA-256 over the previous hash and the entry as canonical JSON."""
    values = [
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.name,
        entry.who,
        entry.target,
        entry.outcome,
        entry.session_id,
        entry.request_id,
        dict(entry.details),
        entry.address_mark.hex() if entry.address_mark else None,
    ]
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous + text.encode()).digest()


def fault(seq: int, previous: bytes, entry: Entry) -> str | None:
    """What is wrong with `entry`, which should follow entry number `seq` with the hash `previous`; None is nothing."""
    if entry.seq != seq + 1:
        return f"entry {seq + 1} is missing"
    if link(previous, entry) != entry.hash or entry.campaign_id != campaign_of(entry.target, entry.details):
        return f"entry {entry.seq} was changed"
    if entry.address is not None and (
        entry.address_salt is None or mark(entry.address, entry.address_salt) != entry.address_mark
    ):
        return f"the address of entry {entry.seq} was changed"
    return None
