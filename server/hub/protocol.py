"""The fast connection: uvicorn's sans-I/O WebSocket protocol, with a way to write finished frames past it.

`uvicorn.Config(ws=LiveProtocol)` puts a `DirectConnection` into each scope. It writes bytes that are the same for
every reader straight into the transport: no ASGI message, no encoding, no framing, no task per reader.
"""

import asyncio
import contextlib
import sys
from asyncio.transports import BaseTransport
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.server import ServerState
from websockets.exceptions import InvalidState
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State

from server.hub.connection import EXTENSION, NO_DESCRIPTOR, Message, Watch, short_reason
from server.hub.inbound import is_between_frames, take_texts
from server.hub.opening import OpeningProtocol
from server.hub.talk import Conversation, Pump
from server.hub.wire import PING, Wire, bye
from server.kernel.limits import BACKLOG_LIMIT, SOFT_BACKLOG


class DirectConnection:
    """Writes into the transport of one `LiveProtocol`; after the connection is lost it touches nothing."""

    __slots__ = ("_limit", "_number", "_over", "_protocol", "_sent", "_transport", "_watch", "descriptor", "send")

    send: Callable[[Wire], None]
    """Where frames go: straight into the transport as long as it keeps nothing back, then counted, at the end nowhere.

    An attribute that changes with the connection, since asking it at every delivery costs a third of a fan-out.
    """

    def __init__(self, protocol: "LiveProtocol", transport: asyncio.Transport) -> None:
        self._protocol = protocol
        self._transport = transport
        self._watch: Watch | None = None
        self._limit = BACKLOG_LIMIT
        self._sent = 0  # of what was sent while bytes waited; grows with every wait, so that `taken` does
        self._over = False
        self._number = _descriptor_of(transport)
        self._take_direct()

    def _take_direct(self) -> None:
        self.send = self._transport.write
        self.descriptor = self._number

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

    def follow(self, talk: Conversation) -> None:
        self._protocol.follow(talk)

    def _send_behind(self, wire: Wire) -> None:
        if self._over:
            return
        if self.backlog() + len(wire) > self._limit:
            self._over = True
            if self._watch is not None:
                self._watch.overflowed(self)
            return
        self._sent += len(wire)
        self._transport.write(wire)
        if self._watch is not None and self.backlog() > self._limit - BACKLOG_LIMIT + SOFT_BACKLOG:
            self._watch.lagging(self)

    def beat(self, wire: Wire) -> bool:
        if not self._protocol.was_heard:
            return False
        self._protocol.was_heard = False
        self.send(Wire(wire + PING))
        return True

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
        self.end()
        if not self._protocol.disconnected:
            self._transport.abort()

    def wait(self) -> None:
        """The transport holds bytes that the network has not taken."""
        self._sent += self.backlog() + 1
        self.descriptor = NO_DESCRIPTOR
        if self.is_open:
            self.send = self._send_behind
        if self._watch is not None:
            self._watch.waiting(self)

    def flow(self) -> None:
        """The network has taken all of them."""
        if self.is_open and not self._over:
            self._take_direct()
            if self._watch is not None:
                self._watch.drained(self)

    def end(self) -> None:
        """Nothing more may be written: the last frame was, or there is nobody left."""
        self.send = _drop
        self.descriptor = NO_DESCRIPTOR

    def stop(self) -> None:
        """The server is about to stop: the hub says goodbye."""
        if self._watch is not None:
            self._watch.stopping()


def _descriptor_of(transport: asyncio.Transport) -> int:
    """None to use with TLS, where bytes must be encrypted first, and on Windows, where sockets have no descriptor."""
    held = transport.get_extra_info("socket")
    if sys.platform == "win32" or held is None or transport.get_extra_info("sslcontext") is not None:
        return NO_DESCRIPTOR
    return int(held.fileno())


def _drop(_wire: Wire) -> None:
    """Nobody is there to read it."""


class LiveProtocol(OpeningProtocol):
    """uvicorn's protocol; all that is its own stays as it is: handshake, pings, reading, flow control.

    Whatever ends a connection passes one of the places below, and there its `direct` is ended too.
    """

    direct: DirectConnection

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._close_sent = False
        self.was_heard = True
        """Whether anything came in since the last heartbeat: if only the pong that it asked for."""
        self._pump: Pump | None = None
        super().__init__(config, server_state, app_state, _loop)

    @property
    def close_sent(self) -> bool:
        """Whether the close frame is out: after it no other may follow."""
        return self._close_sent

    @close_sent.setter
    def close_sent(self, sent: bool) -> None:
        self._close_sent = sent
        if sent:
            self.direct.end()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        # Hear of every byte that the network did not take at once: a healthy reader never has any.
        self.transport.set_write_buffer_limits(high=0)
        self.direct = DirectConnection(self, self.transport)

    def data_received(self, data: bytes) -> None:
        self.was_heard = True
        if self._is_between_messages:
            texts, rest = take_texts(data)
            for text in texts:
                self.queue.put_nowait({"type": "websocket.receive", "text": text})
            if texts and not self.read_paused:  # as uvicorn does: what waits is what was read at once
                self.read_paused = True
                self.transport.pause_reading()
            data = data[rest:]
        if data:
            super().data_received(data)

    @property
    def _is_between_messages(self) -> bool:
        """Whether the parser would begin with a new message, for a conversation that is under way."""
        conn = self.conn
        is_under_way = self._pump is not None and conn.state is State.OPEN and not self._close_sent
        return is_under_way and conn.current_size is None and is_between_frames(conn.parser)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.direct.wait()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.direct.flow()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self.direct.end()

    def connection_lost(self, exc: Exception | None) -> None:
        self.direct.end()
        super().connection_lost(exc)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:  # the app's task has not begun yet
            scope = cast(dict[str, Any], self.scope)
            scope["headers"] = [(name.lower(), value) for name, value in scope["headers"]]  # as ASGI wants them

    async def run_asgi(self) -> None:
        """uvicorn closes the socket when the app returns; ours may leave a conversation behind."""
        extensions = cast(dict[str, Any], self.scope["extensions"])
        extensions[EXTENSION] = self.direct
        try:
            with contextlib.suppress(ClientDisconnected):
                await self.app(self.scope, self.receive, self.send)
        finally:
            if self._pump is None:
                self._part()
            for name in ("scope", "request", "response"):  # seven kilobytes of headers that nobody asks for again
                self.__dict__.pop(name, None)

    def _part(self) -> None:
        if not self.handshake_complete:
            self.send_500_response()
        if self.close_timer is None:
            self.transport.close()

    def follow(self, talk: Conversation) -> None:
        """Feed a conversation from here instead of an app that waits for its messages."""
        earlier = self.queue
        self._pump = Pump(talk, self)
        self.queue = self._pump  # type: ignore[assignment]  # all that uvicorn asks of its queue from here on
        while not earlier.empty():
            self._pump.put_nowait(cast(Message, earlier.get_nowait()))

    def keep(self, task: asyncio.Task[None]) -> None:
        self.tasks.add(task)
        task.add_done_callback(self.on_task_complete)

    def ready(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

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
            self.direct.end()
