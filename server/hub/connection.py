"""One reader of the hub: where finished frames go. `protocol` has the fast one; here are the seam and the plain one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

from server.hub.wire import Wire, bye, texts
from server.kernel.limits import BACKLOG_LIMIT, SOFT_BACKLOG, STALL_S

EXTENSION = "tablecast.connection"
"""Under this name in the ASGI scope's extensions our protocol offers its connection."""
NO_DESCRIPTOR = -1
"""No descriptor has this number: writing to it fails before anything is written."""
MAX_REASON_BYTES = 123
"""What fits a close frame beside its code (RFC 6455, 5.5)."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Watch(Protocol):
    """Who wants to hear that a connection is in trouble. Called in the middle of a fan-out: only take notes."""

    def waiting(self, connection: "Connection") -> None:
        """It holds bytes that the network has not taken."""
        ...

    def lagging(self, connection: "Connection") -> None:
        """More waits for it than SOFT_BACKLOG: it should get no more until it has read that."""
        ...

    def drained(self, connection: "Connection") -> None:
        """It has read all that waited."""
        ...

    def overflowed(self, connection: "Connection") -> None:
        """It held more than its limit, and takes nothing more but its close."""
        ...

    def stopping(self) -> None:
        """The server is about to stop."""
        ...


class Connection(Protocol):
    """Sending never waits and never raises; what is sent to a closed connection is dropped."""

    descriptor: int
    """Where bytes may be written past `send` now: only while the connection is open and its transport keeps nothing
    back. Else NO_DESCRIPTOR, and for good before the number can be somebody else's."""

    @property
    def is_open(self) -> bool:
        """Whether what is sent now still goes out."""
        ...

    def attach(self, watch: Watch) -> None:
        """Say who is told about trouble."""
        ...

    def send(self, wire: Wire) -> None:
        """Hand finished frames over, in order."""
        ...

    def beat(self, wire: Wire) -> bool:
        """Send a heartbeat, and see whether anything was heard since the one before: if not, the peer is gone."""
        ...

    def allow(self, size: int) -> None:
        """Let `size` bytes more than usual wait: a reader's own snapshot must not count against it."""
        ...

    def backlog(self) -> int:
        """Bytes that the network has not taken yet."""
        ...

    def taken(self) -> int:
        """Bytes that the network has taken so far: while it grows the reader makes progress."""
        ...

    def close(self, code: int, reason: str, retry_after_ms: int | None = None) -> None:
        """Say `bye`, then close, behind all that was sent. The second time it does nothing."""
        ...

    def abort(self) -> None:
        """Drop the connection and what still waits for it, at once."""
        ...


def short_reason(reason: str) -> str:
    """The reason as it fits a close frame, cut at a character."""
    return reason.encode(errors="replace")[:MAX_REASON_BYTES].decode(errors="ignore")


class AsgiConnection:
    """A connection over plain ASGI, for any server: one writer task, and its own measure of what waits."""

    descriptor = NO_DESCRIPTOR

    def __init__(self, receive: Receive, send: Send) -> None:
        self._asgi_receive = receive
        self._asgi_send = send
        self._watch: Watch | None = None
        self._outbox: deque[Wire] = deque()
        self._farewell: Message | None = None
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wake = asyncio.Event()
        self._limit = BACKLOG_LIMIT
        self._sent = self._taken = 0
        self._over = False

    @property
    def is_open(self) -> bool:
        return self._farewell is None and not self._gone.done()

    def attach(self, watch: Watch) -> None:
        self._watch = watch

    def send(self, wire: Wire) -> None:
        if self._over or not self.is_open:
            return
        if self.backlog() + len(wire) > self._limit:
            self._over = True
            if self._watch is not None:
                self._watch.overflowed(self)
            return
        self._queue(wire)
        if self._watch is not None and self.backlog() > self._limit - BACKLOG_LIMIT + SOFT_BACKLOG:
            self._watch.lagging(self)

    def _queue(self, wire: Wire) -> None:
        self._outbox.append(wire)
        self._sent += len(wire)
        self._wake.set()
        if self._watch is not None:
            self._watch.waiting(self)

    def beat(self, wire: Wire) -> bool:
        self.send(wire)
        return True  # the server that runs this socket asks its peer by itself

    def allow(self, size: int) -> None:
        self._limit = BACKLOG_LIMIT + size

    def backlog(self) -> int:
        return self._sent - self._taken

    def taken(self) -> int:
        return self._taken

    def close(self, code: int, reason: str, retry_after_ms: int | None = None) -> None:
        if not self.is_open:
            return
        self._queue(bye(code, reason, retry_after_ms))
        self._farewell = {"type": "websocket.close", "code": code, "reason": short_reason(reason)}

    def abort(self) -> None:
        self._outbox.clear()
        self._sent = self._taken
        if not self._gone.done():
            self._gone.set_result(None)

    async def receive(self) -> Message:
        """The next message, or a disconnect once the connection was aborted or its writer found it lost."""
        getter: asyncio.Future[Any] = asyncio.ensure_future(self._asgi_receive())
        try:
            await asyncio.wait([getter, self._gone], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not getter.done():
                getter.cancel()
        return getter.result() if getter.done() else {"type": "websocket.disconnect", "code": 1006}

    async def write(self) -> None:
        """Send what waits until the close was sent, the peer is lost or makes no progress."""
        try:
            while await self._next():
                wire = self._outbox[0]
                for text in texts(wire):
                    async with asyncio.timeout(STALL_S):
                        await self._asgi_send({"type": "websocket.send", "text": text})
                self._took(wire)
            if self._farewell is not None:
                async with asyncio.timeout(STALL_S):
                    await self._asgi_send(self._farewell)
        except (OSError, TimeoutError):  # ASGI 2.4: sending to a lost connection is an OSError
            self.abort()

    async def _next(self) -> bool:
        while not self._outbox:
            if not self.is_open:
                return False
            self._wake.clear()
            await self._wake.wait()
        return True

    def _took(self, wire: Wire) -> None:
        if self._outbox and self._outbox[0] is wire:
            self._outbox.popleft()
            self._taken += len(wire)
            if self._watch is not None and not self._outbox:
                self._watch.drained(self)


@asynccontextmanager
async def connected(
    scope: MutableMapping[str, Any], receive: Receive, send: Send
) -> AsyncIterator[tuple[Connection, Receive]]:
    """The best connection that this server has for an accepted socket, and how to receive from it."""
    direct = scope.get("extensions", {}).get(EXTENSION)
    if direct is not None:
        yield cast(Connection, direct), receive
        return
    connection = AsgiConnection(receive, send)
    writer = asyncio.ensure_future(connection.write())
    try:
        yield connection, connection.receive
    finally:
        if connection.is_open:
            connection.abort()
            writer.cancel()
        await asyncio.wait({writer}, timeout=STALL_S)
        writer.cancel()
