"""A client that is nothing but a socket: it subscribes, and reads only when it is told to."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.hub.connection import Connection
from tests.hub.doubles import TOPIC, MemorySource
from tests.hub.echo import HubApp
from tests.hub.serving import until

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CHUNK = 60_000


def publish(app: HubApp, source: MemorySource, count: int = 1, pad: int = 0) -> None:
    """Commit and publish some events."""
    app.hub.publish(TOPIC, [source.append(pad=pad) for _ in range(count)])


@asynccontextmanager
async def dead_reader(port: int, app: HubApp) -> AsyncIterator[Connection]:
    """The server's end of a client that subscribed and never reads again; its kernel takes little."""
    with socket.socket() as raw:
        await subscribe(raw, port)
        count = len(app.members)
        await until(lambda: len(app.members) == count + 1)
        yield app.members[-1].connection


async def subscribe(raw: socket.socket, port: int) -> None:
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, ("127.0.0.1", port))
    await loop.sock_sendall(raw, HANDSHAKE)
