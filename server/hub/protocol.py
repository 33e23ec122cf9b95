"""The fast connection: uvicorn's sans-I/O WebSocket protocol, with a way to write finished frames past it.

`uvicorn.Config(ws=LiveProtocol)` puts a `DirectConnection` into each scope. It writes bytes that are the same for
every reader straight into the transport: no ASGI message, no encoding, no framing, no task per reader.
"""

import asyncio
from asyncio.transports import BaseTransport
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import InvalidState

from server.hub.connection import EXTENSION, Watch, short_reason
from server.hub.wire import Wire, bye
from server.kernel.limits import BACKLOG_LIMIT


class DirectConnection:
    """Writes into the transport of one `LiveProtocol`; after the connection is lost it touches nothing."""

    __slots__ = ("_limit", "_over", "_protocol", "_sent", "_transport", "_watch")

    def __init__(self, protocol: "LiveProtocol", transport: asyncio.Transport) -> None:
        self._protocol = protocol
        self._transport = transport
        self._watch: Watch | None = None
        self._limit = BACKLOG_LIMIT
        self._sent = 0
        self._over = False

    @property
    def is_open(self) -> bool:
        protocol = self._protocol
        ready = protocol.handshake_complete and not protocol.close_sent and not protocol.disconnected
        return ready and not self._transport.is_closing()

    @property
    def is_attached(self) -> bool:
        """Whether the hub looks after it."""
        return self._watch is not None

    def attach(self, watch: Watch) -> None:
        self._watch = watch

    def send(self, wire: Wire) -> None:
        if self._over or not self.is_open:
            return
        if not self._protocol.writable.is_set() and self.backlog() + len(wire) > self._limit:
            self._over = True
            if self._watch is not None:
                self._watch.overflowed(self)
            return
        self._sent += len(wire)
        self._transport.write(wire)

    def allow(self, size: int) -> None:
        self._limit = BACKLOG_LIMIT + size

    def backlog(self) -> int:
        return 0 if self._protocol.disconnected else self._transport.get_write_buffer_size()

    def taken(self) -> int:
        return self._sent - self.backlog()

    def close(self, code: int, reason: str, retry_after_ms: int | None = None) -> None:
        if not self.is_open:
            return
        wire = bye(code, reason, retry_after_ms)
        self._sent += len(wire)
        self._transport.write(wire)
        self._protocol.close_now(code, short_reason(reason))

    def abort(self) -> None:
        if not self._protocol.disconnected:
            self._transport.abort()

    def waits(self) -> None:
        """The transport holds bytes that the network has not taken."""
        if self._watch is not None:
            self._watch.waiting(self)

    def stop(self) -> None:
        """The server is about to stop: the hub says goodbye."""
        if self._watch is not None:
            self._watch.stopping()


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol; all that is its own stays as it is: handshake, pings, reading, flow control."""

    direct: DirectConnection

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        # Hear of every byte that the network did not take at once: a healthy reader never has any.
        self.transport.set_write_buffer_limits(high=0)
        self.direct = DirectConnection(self, self.transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.direct.waits()

    async def run_asgi(self) -> None:
        extensions = cast(dict[str, Any], self.scope["extensions"])
        extensions[EXTENSION] = self.direct
        await super().run_asgi()

    def close_now(self, code: int, reason: str) -> None:
        """What uvicorn does on `websocket.close`, without waiting for the reader to take what it was sent."""
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        try:
            self.conn.send_close(code, reason)
        except InvalidState:  # the peer's own close is being answered
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

    def shutdown(self) -> None:
        """On a restart the hub closes its own readers, each with its own delay; uvicorn would say 1012 to all."""
        if self.direct.is_attached:
            self.direct.stop()
        if not self.direct.is_attached or not self.close_sent:
            super().shutdown()
