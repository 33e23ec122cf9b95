"""A network cable between browser and server that a test can pull out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CHUNK = 65_536


class Cable:
    """Passes every byte on while it is plugged in; pulled out, all connections die and new ones die at once."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._plugged = True
        self._ends: set[asyncio.StreamWriter] = set()
        self.port = 0

    def pull(self) -> None:
        self._plugged = False
        for end in self._ends:
            end.transport.abort()

    def plug(self) -> None:
        self._plugged = True

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Cable"]:
        """Listening on a port of its own."""
        listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.pull()
            listener.close()
            await listener.wait_closed()

    async def _connected(self, near: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        if not self._plugged:
            answer.transport.abort()
            return
        far, ask = await asyncio.open_connection("127.0.0.1", self._to)
        ends = {answer, ask}
        self._ends |= ends
        try:
            await asyncio.gather(_pass_on(near, ask), _pass_on(far, answer))
        finally:
            self._ends -= ends


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):  # the other end is gone: what was on its way is lost, as on a real cable
        while chunk := await source.read(CHUNK):
            target.write(chunk)
            await target.drain()
    target.close()
