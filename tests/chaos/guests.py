"""Clients of almost no weight, by the thousand: they count what they are sent, and can stop reading."""

import asyncio
import socket
import zlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import orjson

CLOSE = b"\x88\x80" + bytes(4)
_EVENT = b'{"type":"event","seq":'


class Guest(asyncio.Protocol):
    """One socket's life. `seqs` are the events it was sent, `checksum` is of them, `texts` are all other frames.

    Without `subscribe` it says nothing by itself.
    """

    def __init__(self, path: str, subscribe: dict[str, Any] | None) -> None:
        self._path = path
        self._subscribe = None if subscribe is None else orjson.dumps({"type": "subscribe", **subscribe})
        self._buffer = bytearray()
        self.is_open = False
        self.transport: asyncio.Transport
        self.seqs: list[int] = []
        self.checksum = 0
        self.texts: list[bytes] = []
        self.is_lost = False
        self.answered: asyncio.Future[None]
        """Done with the first frame, or the end of the connection; `over` is done with the end."""
        self.over: asyncio.Future[None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        loop = asyncio.get_running_loop()
        self.answered, self.over = loop.create_future(), loop.create_future()
        words = f"GET {self._path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        transport.write((words + key).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.is_open:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self.is_open, self._buffer = True, bytearray(rest)
            if self._subscribe is not None:
                self.transport.write(masked(self._subscribe))
        self._read_frames()

    def _read_frames(self) -> None:
        at = 0
        while (found := _frame(self._buffer, at)) is not None:
            first, payload, at = found
            assert first in (0x81, 0x88, 0x89, 0x8A), f"a frame begins with {first:#x}: bytes of somebody else"
            if first == 0x81:
                self._hear(payload)
            elif first == 0x88:
                self.transport.write(CLOSE)  # as every client answers: else the server waits for it a while
        del self._buffer[:at]

    def _hear(self, text: bytes) -> None:
        if text.startswith(_EVENT):
            self.seqs.append(int(text[len(_EVENT) : text.index(b",", len(_EVENT))]))
            self.checksum = zlib.crc32(text, self.checksum)
        else:
            self.texts.append(text)
            _settle(self.answered)

    def connection_lost(self, _why: Exception | None) -> None:
        self.is_lost = True
        _settle(self.answered)
        _settle(self.over)

    def said(self, kind: str) -> list[dict[str, Any]]:
        """The frames of a type, events aside."""
        return [frame for text in self.texts if (frame := orjson.loads(text))["type"] == kind]


def _settle(waited_for: asyncio.Future[None]) -> None:
    if not waited_for.done():
        waited_for.set_result(None)


def masked(payload: bytes) -> bytes:
    """A text frame of a client whose mask is zero; under 64 KiB."""
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + payload


def _frame(data: bytearray, at: int) -> tuple[int, bytes, int] | None:
    """First byte, payload and where the next one begins; None where it is not whole yet."""
    if len(data) < at + 2:
        return None
    size, start = data[at + 1], at + 2
    if size >= 126:
        width = 2 if size == 126 else 8
        size, start = int.from_bytes(data[start : start + width], "big"), start + width
    return (data[at], bytes(data[start : start + size]), start + size) if len(data) >= start + size else None


def checksum_of(frames: Iterable[tuple[int, bytes]]) -> int:
    """What the checksum of a guest comes to that was sent exactly these."""
    found = 0
    for _, text in frames:
        found = zlib.crc32(text, found)
    return found


async def invite(server: str, campaign: str, *, small: bool = False, **subscribe: Any) -> Guest:
    """A guest that is on its way in; one that is `small` takes little before it reads."""
    parts = urlsplit(server)
    raw = socket.socket()
    raw.setblocking(False)
    if small:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, (parts.hostname, parts.port))
    _, guest = await loop.create_connection(lambda: Guest(f"/v1/campaigns/{campaign}/ws", subscribe), sock=raw)
    return guest
