"""Opening handshakes (RFC 6455, 4), the short way: what every client sends is read in one go.

The library reads a line at a time, judges each header by itself and builds the answer as it would any: half of what it
costs to greet somebody. So whatever is usual is read here, strictly; the rest is left to the library, from the first
byte on, and so are all refusals.
"""

import asyncio
import logging
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1
from typing import Any, Final, cast
from urllib.parse import unquote

from uvicorn.protocols.utils import get_client_addr, get_path_with_query_string
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from server.kernel.limits import SHORT_HEAD

Header = tuple[bytes, bytes]

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_REQUEST: Final = re.compile(rb"GET (/[!-~]*) HTTP/1\.1")
_HEADER: Final = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)")
_CONNECTION: Final = re.compile(rb"(?:[a-z-]+[ \t]*,[ \t]*)*upgrade(?:[ \t]*,[ \t]*[a-z-]+)*")
_KEY: Final = re.compile(rb"[0-9A-Za-z+/]{22}==")
_UNUSUAL: Final = frozenset({b"sec-websocket-protocol", b"content-length", b"transfer-encoding"})
_ACCEPTED: Final = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


@dataclass(frozen=True, slots=True)
class Handshake:
    """A handshake that may be accepted. `headers` have names in lower case, as ASGI wants them."""

    target: bytes
    headers: list[Header]
    key: bytes

    def answer(self, more: Iterable[Header]) -> bytes:
        """What accepts it, with these headers besides. Raises ValueError where one of them is several lines."""
        accept = b64encode(sha1(self.key + _GUID, usedforsecurity=False).digest())
        lines = [b"Sec-WebSocket-Accept: " + accept, *(b"%b: %b" % header for header in more)]
        head = b"\r\n".join(lines)
        if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1:
            raise ValueError("a header has one line")
        return b"%b%b\r\n\r\n" % (_ACCEPTED, head)


def read_handshake(data: bytes) -> Handshake | None:
    """The whole handshake, and nothing behind it; None where anything about it is unusual."""
    if len(data) > SHORT_HEAD or not data.endswith(b"\r\n\r\n"):
        return None
    first, *lines = data[:-4].split(b"\r\n")
    request, found = _REQUEST.fullmatch(first), [_HEADER.fullmatch(line) for line in lines]
    if request is None or None in found:
        return None
    headers = [(match[1].lower(), match[2].strip(b" \t")) for match in found if match is not None]
    named = dict(headers)
    if len(named) != len(headers) or not _UNUSUAL.isdisjoint(named) or not _asks_to_upgrade(named):
        return None
    return Handshake(request[1], headers, named[b"sec-websocket-key"])


def _asks_to_upgrade(named: dict[bytes, bytes]) -> bool:
    return (
        named.get(b"upgrade", b"").lower() == b"websocket"
        and _CONNECTION.fullmatch(named.get(b"connection", b"").lower()) is not None
        and named.get(b"sec-websocket-version") == b"13"
        and _KEY.fullmatch(named.get(b"sec-websocket-key", b"")) is not None
    )


class HandshakeProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which may also be told of a handshake that was read already."""

    _handshake: Handshake | None = None
    """Set from `begin` until it is answered, or left to the library after all."""
    _unread: bytes = b""

    def begin(self, handshake: Handshake, data: bytes) -> None:
        """Instead of `data_received(data)`, for the first bytes: what `handle_connect` does with a request."""
        self._handshake, self._unread = handshake, data
        self.handshake_initiated = True
        self.scope = cast(Any, self._scope_of(handshake))
        self.queue.put_nowait({"type": "websocket.connect"})
        task: asyncio.Task[None] = self.loop.create_task(self.run_asgi())
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def _scope_of(self, handshake: Handshake) -> dict[str, Any]:
        path, _, query = handshake.target.partition(b"?")
        return {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": self.scheme,
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "path": self.root_path + unquote(path.decode("ascii")),
            "raw_path": self.root_path.encode("ascii") + path,
            "query_string": query,
            "headers": handshake.headers,
            "subprotocols": [],
            "state": self.app_state.copy(),
            "extensions": {"websocket.http.response": {}},
        }

    async def send(self, message: Any) -> None:
        if self._handshake is not None and not self.disconnected:
            if message["type"] == "websocket.accept" and not message.get("subprotocol"):
                self._accept(self._handshake, message.get("headers", ()))
                return
            self._leave_it()
        await super().send(message)

    def _accept(self, handshake: Handshake, headers: Iterable[Header]) -> None:
        """Without an extension: frames are what the hub makes once for all."""
        answer = handshake.answer([*self.default_headers, *((name.lower(), value) for name, value in headers)])
        self._handshake, self._unread = None, b""
        if self.transport.is_closing():
            return
        self._open(self.conn)
        self.handshake_complete = True
        self.transport.write(answer)
        if self.logger.isEnabledFor(logging.INFO):
            said = get_client_addr(self.scope), get_path_with_query_string(self.scope)
            self.logger.info('%s - "WebSocket %s" [accepted]', *said)
        self.start_keepalive()

    @staticmethod
    def _open(conn: ServerProtocol) -> None:
        """As if it had read the handshake: from here on it reads frames."""
        conn.state = State.OPEN
        conn.parser = conn.parse()
        next(conn.parser)

    def _leave_it(self) -> None:
        """To the library: it reads the same bytes, and goes on from there."""
        self._handshake = None
        self.conn.receive_data(self._unread)
        self._unread = b""
        for event in self.conn.events_received():
            self.request = cast(Request, event)
            self.response = self.conn.accept(self.request)

    def data_received(self, data: bytes) -> None:
        if self._handshake is not None:  # it did not wait for its answer
            self._leave_it()
        super().data_received(data)
