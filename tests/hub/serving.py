"""A real server on a free port, with either kind of connection."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection, connect

from server.hub.entrance import wire_options
from server.kernel.limits import MAX_MESSAGE

Kind = Literal["direct", "plain"]
KINDS: tuple[Kind, ...] = ("direct", "plain")
PLAIN: dict[str, Any] = {"ws": WebSocketsSansIOProtocol, "ws_per_message_deflate": False, "ws_max_size": MAX_MESSAGE}
PATIENCE_S = 20.0


@asynccontextmanager
async def serving(app: Any, kind: Kind, **options: Any) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """The server, and its port. `plain` is uvicorn as anybody gets it; `options` are uvicorn's."""
    config = uvicorn.Config(
        app,
        port=0,
        **{**(wire_options() if kind == "direct" else PLAIN), **options},
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=2,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server, server.servers[0].sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


@asynccontextmanager
async def client(port: int, path: str = "/campaigns/c1/ws", **options: Any) -> AsyncIterator[ClientConnection]:
    """A real client; it does not ping by itself."""
    address = f"ws://127.0.0.1:{port}{path}"
    async with connect(address, compression=None, ping_interval=None, max_size=None, **options) as connection:
        yield connection


@asynccontextmanager
async def sent(port: int, *pieces: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """What comes back when these bytes are sent one after the other, within PATIENCE_S."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            yield reader
    finally:
        writer.close()
        await writer.wait_closed()


async def say(connection: ClientConnection, **frame: Any) -> None:
    """Send a frame."""
    await connection.send(json.dumps(frame))


async def hear(connection: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    async with asyncio.timeout(PATIENCE_S):
        frame: dict[str, Any] = json.loads(await connection.recv())
        return frame


async def hear_until(connection: ClientConnection, kind: str) -> list[dict[str, Any]]:
    """The frames up to the next one of a type, with it."""
    frames = [await hear(connection)]
    while frames[-1]["type"] != kind:
        frames.append(await hear(connection))
    return frames


async def until(fact: Any) -> None:
    """Wait until something has become true."""
    async with asyncio.timeout(PATIENCE_S):
        while not fact():  # noqa: ASYNC110 - what is waited for has no event: buffers, counters, sockets
            await asyncio.sleep(0.005)
