"""The `websockets` library's own server and its `broadcast`, compression off, on uvloop where there is one."""

import asyncio
import contextlib
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

from server.commands.terminal import run
from server.kernel.settings import Settings

readers: set[ServerConnection] = set()


async def handle(connection: ServerConnection) -> None:
    request = connection.request
    if request is not None and request.path == "/publish":
        await connection.send("ready")
        async for text in connection:
            broadcast(readers, text)
        return
    readers.add(connection)
    try:
        await connection.send("ready")
        await connection.wait_closed()
    finally:
        readers.discard(connection)


async def main(port: int) -> None:
    async with serve(handle, "127.0.0.1", port, compression=None):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


if __name__ == "__main__":
    run(lambda: main(int(sys.argv[1])), Settings())
