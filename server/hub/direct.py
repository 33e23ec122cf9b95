"""The fast connection: finished frames straight into a socket's transport, for every reader the same bytes.

No ASGI message, no encoding, no framing, no task per reader. `protocol` makes one for each socket and tells it what
becomes of that.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Protocol

from server.hub.connection import NO_DESCRIPTOR, Watch, short_reason
from server.hub.talk import Conversation
from server.hub.wire import PING, Wire, bye
from server.kernel.limits import BACKLOG_LIMIT, SOFT_BACKLOG


class Wired(Protocol):
    """What a connection asks of the protocol that speaks for it."""

    was_heard: bool
    """Whether anything came in since the last heartbeat."""
    handshake_complete: bool
    disconnected: bool

    @property
    def close_sent(self) -> bool:
        """Whether the close frame is out: after it no other may follow."""
        ...

    def follow(self, talk: Conversation) -> None:
        """Feed this conversation with what comes in."""
        ...

    def close_now(self, code: int, reason: str) -> None:
        """Send the close frame."""
        ...


class DirectConnection:
    """Writes into the transport of one socket; after the connection is lost it touches nothing."""

    __slots__ = ("_limit", "_number", "_over", "_protocol", "_sent", "_transport", "_watch", "descriptor", "send")

    send: Callable[[Wire], None]
    """Where frames go: straight into the transport as long as it keeps nothing back, then counted, at the end nowhere.

    An attribute that changes with the connection, since asking it at every delivery costs a third of a fan-out.
    """

    def __init__(self, protocol: Wired, transport: asyncio.Transport) -> None:
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
