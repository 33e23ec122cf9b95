"""`WS /campaigns/{campaign}/ws`: the ASGI edge of a live socket. What is said on it is `session`'s."""

from collections.abc import MutableMapping
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from server.accounts.credential import PREFIXES
from server.campaigns.live import Live
from server.campaigns.session import Session
from server.hub.codes import Close
from server.hub.connection import Connection, Message, Receive, Send
from server.hub.talk import BROKEN_OFF, converse
from server.kernel.addresses import counted, stands_for_others
from server.kernel.logs import get, request_id

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
            await send({"type": "websocket.accept", "headers": _named()})
        except OSError:  # lost while it was greeted (ASGI 2.4)
            return
        await converse(scope, receive, send, partial(self._begin, scope))

    def _begin(self, scope: Scope, connection: Connection) -> "Talk":
        offered = offered_token(scope)
        if not is_welcome(scope, self._live.origins):
            self._turn_away(connection, "this origin may not open sockets here")
        elif offered is not None and not self._may_stand_there(offered):
            self._turn_away(connection, "no token in an address here: send it in subscribe, or set TOKEN_IN_ADDRESS")
        elif self._live.hub.enter(connection, address := counted_address(scope)):
            self._live.admits(connection, "address", address)
        return Talk(self._live, scope["path_params"]["campaign"], connection, offered, _peer(scope))

    def _may_stand_there(self, token: str) -> bool:
        return self._live.takes_tokens_in_addresses and token.startswith(PREFIXES["overlay"])

    def _turn_away(self, connection: Connection, reason: str) -> None:
        connection.attach(self._live.hub.slow)
        connection.close(Close.NOT_ALLOWED, reason)


def _named() -> list[tuple[bytes, bytes]]:
    name = request_id.get()
    return [] if name is None else [(b"x-request-id", name.encode())]


class Talk:
    """A session as the socket's conversation: what goes wrong in it is said, and ends it."""

    __slots__ = ("_connection", "_live", "_session")

    def __init__(
        self, live: Live, campaign: str, connection: Connection, offered: str | None, caller: str | None
    ) -> None:
        self._live, self._connection = live, connection
        self._session = Session(live, campaign, connection, offered, caller)

    async def take(self, message: Message) -> None:
        """What comes after our own close is dropped."""
        if not self._connection.is_open:
            return
        try:
            await self._session.take(message)
        except Exception as error:  # the outermost handler of the socket: nothing behind it would tell the client
            log.error("socket_failed", exc_info=error)
            self._connection.close(Close.FAILED, BROKEN_OFF)

    def end(self) -> None:
        self._session.end()
        self._live.hub.exit(self._connection)


def is_welcome(scope: Scope, origins: frozenset[str]) -> bool:
    """Whether the page that opens this socket may: our own host's, a local file, or one that is configured.

    Programs send no Origin; with none there is no page to mistrust.
    """
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    host = headers.get(b"host", b"").decode("latin-1").lower()
    ours = {f"http://{host}", f"https://{host}"} if host else set()
    return not origin or origin in LOCAL_PAGES or origin in origins or origin in ours


def offered_token(scope: Scope) -> str | None:
    """The token in the address, `?token=`: for programs that can be given an address and nothing else."""
    found = parse_qs(bytes(scope.get("query_string", b"")).decode("latin-1")).get("token")
    return found[0] if found else None


def counted_address(scope: Scope) -> str | None:
    """The peer's address as it is counted: an IPv6 network of 64 bits is one; the own machine is not counted,
    unless a proxy may be there."""
    peer = _peer(scope)
    return None if peer is None else counted(peer, stands_for_others=stands_for_others(scope))


def _peer(scope: Scope) -> str | None:
    client = scope.get("client")
    return str(client[0]) if client else None
