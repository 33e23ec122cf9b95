"""uvicorn's sans-I/O WebSocket protocol, with a way to write finished frames past it.

`uvicorn.Config(ws=LiveProtocol)` puts a `DirectConnection` into each scope, and feeds conversations that need no task.
"""

import asyncio
import contextlib
from asyncio.transports import BaseTransport
from http import HTTPStatus
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.server import ServerState
from websockets.exceptions import InvalidState
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State

from server.hub.connection import EXTENSION, Message
from server.hub.direct import DirectConnection
from server.hub.handshake import HandshakeProtocol
from server.hub.inbound import is_between_frames, take_texts
from server.hub.talk import Conversation, Pump


class LiveProtocol(HandshakeProtocol):
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
        pump = self._pump
        if pump is not None and self._is_between_messages:
            was_busy = pump.is_busy
            texts, rest = take_texts(data)
            for text in texts:
                pump.put_nowait({"type": "websocket.receive", "text": text})
            if was_busy and not self.read_paused:  # so that what waits is what was read in two goes, at most
                self.read_paused = True
                self.transport.pause_reading()
            data = data[rest:]
        if data:
            super().data_received(data)

    @property
    def _is_between_messages(self) -> bool:
        """Whether the parser would begin with a new message, for a conversation that is under way."""
        conn = self.conn
        is_under_way = conn.state is State.OPEN and not self._close_sent
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
