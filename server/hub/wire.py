"""Finished WebSocket frames (RFC 6455, 5.2): built once, written to every socket as they are."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NewType

from server.hub.codes import comes_back

Wire = NewType("Wire", bytes)
"""One or more finished, unmasked, unfragmented text frames, back to back."""

PING: Final = b"\x89\x00"
"""A protocol ping without a payload, which any peer answers by itself."""


def finish(text: bytes) -> Wire:
    """Put the server's frame header before a UTF-8 text: 0x81 is a whole text frame; behind 126 the size follows in two
    bytes, behind 127 in eight."""
    size = len(text)
    if size < 126:
        return Wire(b"\x81%c%b" % (size, text))
    if size < 65_536:
        return Wire(b"\x81\x7e%c%c%b" % (size >> 8, size & 0xFF, text))
    return Wire(b"\x81\x7f%b%b" % (size.to_bytes(8, "big"), text))


def texts(wire: Wire) -> Iterator[str]:
    """The texts of finished frames, for servers that want to frame them themselves."""
    at = 0
    while at < len(wire):
        size, start = wire[at + 1], at + 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(wire[start : start + width], "big"), start + width
        yield wire[start : start + size].decode()
        at = start + size


def finish_json(message: dict[str, Any]) -> Wire:
    """Finish a small message that only one reader gets; ASCII, since a client may have sent half a character."""
    return finish(json.dumps(message, separators=(",", ":")).encode())


def heartbeat(seq: int) -> Wire:
    """The position as a sign of life: browsers cannot see protocol pings."""
    return finish(b'{"type":"heartbeat","seq":%d}' % seq)


def with_missed(snapshot: Wire, events: Sequence[Wire]) -> Wire:
    """The snapshot's frame with a field more: the event frames that it does not tell of. Both come whole or not at
    all, so a position never says more than a client has."""
    if not events:
        return snapshot
    (state,) = texts(snapshot)
    missed = ",".join(text for wire in events for text in texts(wire))
    return finish(f'{state[:-1]},"missed":[{missed}]}}'.encode())


def bye(code: int, reason: str, retry_after_ms: int | None = None) -> Wire:
    """What is always sent before a close: a browser may see only 1006. Who is told a time comes back then."""
    is_welcome = comes_back(code) or retry_after_ms is not None
    message: dict[str, Any] = {"type": "bye", "code": code, "reason": reason, "reconnect": is_welcome}
    if retry_after_ms is not None:
        message["retry_after_ms"] = retry_after_ms
    return finish_json(message)
