"""`WS /campaigns/{campaign}/ws`: the ASGI edge of a live socket. What is said on it is `session`'s."""

import ipaddress
from collections.abc import MutableMapping
from typing import Any

from server.campaigns.live import Live
from server.campaigns.session import Session
from server.hub.codes import Close
from server.hub.connection import Connection, Receive, Send, connected
from server.kernel.logs import get

log = get(__name__)

Scope = MutableMapping[str, Any]
LOCAL_PAGES = frozenset({"null", "file://"})
"""Origins of pages on the streamer's own disk: OBS and TaleSpire load such. A socket reads no cookies, so there is
nothing that a foreign page could borrow."""


class Socket:
    """An ASGI app; the path's `campaign` is an id or a slug."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (await receive())["type"] != "websocket.connect":
            return
        try:
            await send({"type": "websocket.accept"})
        except OSError:  # lost while it was greeted (ASGI 2.4)
            return
        async with connected(scope, receive, send) as (connection, listen):
            await self._serve(scope, connection, listen)

    async def _serve(self, scope: Scope, connection: Connection, receive: Receive) -> None:
        hub = self._live.hub
        session = Session(self._live, scope["path_params"]["campaign"], connection)
        try:
            if not is_welcome(scope, self._live.origins):
                connection.attach(hub)
                connection.close(Close.NOT_ALLOWED, "this origin may not open sockets here")
            else:
                hub.enter(connection, counted_address(scope))
            await _listen(session, connection, receive)
        except Exception as error:  # the outermost handler of the socket: nothing behind it would tell the client
            log.error("socket_failed", exc_info=error)
            connection.close(Close.FAILED, "something went wrong on our side")
        finally:
            session.end()
            hub.exit(connection)


async def _listen(session: Session, connection: Connection, receive: Receive) -> None:
    """Until the socket is gone; what comes after our own close is dropped."""
    while (message := await receive())["type"] == "websocket.receive":
        if connection.is_open:
            await session.take(message)


def is_welcome(scope: Scope, origins: frozenset[str]) -> bool:
    """Whether the page that opens this socket may: our own host's, a local file, or one that is configured.

    Programs send no Origin; with none there is no page to mistrust.
    """
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    host = headers.get(b"host", b"").decode("latin-1").lower()
    ours = {f"http://{host}", f"https://{host}"} if host else set()
    return not origin or origin in LOCAL_PAGES or origin in origins or origin in ours


def counted_address(scope: Scope) -> str | None:
    """The peer's address as it is counted: an IPv6 network of 64 bits is one; the own machine is not counted."""
    client = scope.get("client")
    if not client:
        return None
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:  # a Unix socket, or a test: there is no address to count
        return None
    if address.is_loopback:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
