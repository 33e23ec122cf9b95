"""The first bytes of a connection decide who reads them: a socket's go to its protocol as they came.

uvicorn would parse them with its HTTP protocol, write them anew and have them parsed again: half of the cost of a
handshake, when five thousand come back at once.
"""

import asyncio
import re
from asyncio.transports import BaseTransport
from typing import Any, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from server.hub.handshake import read_handshake
from server.hub.protocol import LiveProtocol
from server.kernel.limits import HEAD_DEADLINE_S, LISTEN_BACKLOG, MAX_MESSAGE

_REQUEST: Final = re.compile(rb"GET [!-~]+ HTTP/1\.1\r\n")
_UPGRADE: Final = re.compile(rb"\r\nupgrade:[ \t]*websocket[ \t]*\r\n", re.IGNORECASE)
_CONNECTION: Final = re.compile(rb"\r\nconnection:[^\r\n]*\bupgrade\b", re.IGNORECASE)
_END_OF_HEAD: Final = b"\r\n\r\n"


def wire_options() -> dict[str, Any]:
    """What uvicorn's Config needs for our connections; what is served beside them is the caller's."""
    return {
        "http": Entrance,
        "ws": LiveProtocol,
        "ws_max_size": MAX_MESSAGE,
        "ws_per_message_deflate": False,
        "ws_ping_interval": None,  # the hub's wheel asks who is there: no timer for each socket
        "interface": "asgi3",
        "backlog": LISTEN_BACKLOG,
    }


class Entrance(asyncio.Protocol):
    """Gives way to `LiveProtocol` or to uvicorn's HTTP as soon as the first bytes are there."""

    patience_s: float = HEAD_DEADLINE_S
    """Seconds that a first request's head may take."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config, self._state, self._app_state = config, server_state, app_state
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        self._deadline = asyncio.get_running_loop().call_later(self.patience_s, self.give_up)

    def connection_lost(self, _error: Exception | None) -> None:
        self._connections.discard(self)
        if self._deadline is not None:
            self._deadline.cancel()

    def data_received(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        handshake = read_handshake(data)
        kind = LiveProtocol if handshake is not None or asks_for_socket(data) else H11Protocol
        chosen = kind(self._config, self._state, self._app_state)
        self._connections.discard(self)
        if self._deadline is not None and _END_OF_HEAD in data:
            self._deadline.cancel()
        self._transport.set_protocol(chosen)
        chosen.connection_made(self._transport)
        if handshake is not None and isinstance(chosen, LiveProtocol):
            chosen.begin(handshake, data)
        else:
            chosen.data_received(data)

    def give_up(self) -> None:
        """Its head is not here yet: whoever holds connections open that ask for nothing holds none for long."""
        if self._transport is None:
            return
        chosen = self._transport.get_protocol()
        if chosen is self or (isinstance(chosen, H11Protocol) and chosen.cycle is None):
            self._transport.close()

    def shutdown(self) -> None:
        """The server stops, and nothing was asked yet."""
        if self._transport is not None:
            self._transport.close()

    @property
    def _connections(self) -> set[Any]:
        return cast(set[Any], self._state.connections)


def asks_for_socket(data: bytes) -> bool:
    """Whether this begins with a whole opening handshake (RFC 6455, 4.1); the protocol checks the rest of it.

    One that comes in pieces is left to uvicorn's HTTP, which gathers them.
    """
    head, found, _ = data.partition(_END_OF_HEAD)
    wanted = (_UPGRADE.search(head + b"\r\n"), _CONNECTION.search(head), _REQUEST.match(head), found)
    return all(wanted)
