"""A WebSocket without a network: the two ends of an ASGI scope, for tests that need thousands of frames."""

import asyncio
import json
from typing import Any

from server.campaigns.socket import Socket
from server.hub.connection import Message

PATIENCE_S = 10.0


class Phone:
    """One call to the socket's ASGI app. What the app sends is in `frames`; `closed` is the code it closed with."""

    def __init__(self, socket: Socket, campaign: str = "c1") -> None:
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._news = asyncio.Event()
        self.frames: list[dict[str, Any]] = []
        self.closed: int | None = None
        scope: dict[str, Any] = {
            "type": "websocket",
            "path_params": {"campaign": campaign},
            "headers": [],
            "client": None,
        }
        self._inbox.put_nowait({"type": "websocket.connect"})
        self.call = asyncio.ensure_future(socket(scope, self._inbox.get, self._sent))

    async def _sent(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            self.frames.append(json.loads(message["text"]))
            self._news.set()
        elif message["type"] == "websocket.close":
            self.closed = message["code"]
            self.hang_up()

    def say(self, frame: str | bytes) -> None:
        """Send one frame."""
        kind = "text" if isinstance(frame, str) else "bytes"
        self._inbox.put_nowait({"type": "websocket.receive", kind: frame})

    async def hear(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """The frames of a type, as soon as there are so many."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := [frame for frame in self.frames if frame["type"] == kind]) < count:
                self._news.clear()
                await self._news.wait()
        return found

    def hang_up(self) -> None:
        """The connection is gone."""
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1005})

    async def over(self) -> None:
        """Hang up, and wait until the app has noticed. Raises what the app raised."""
        self.hang_up()
        async with asyncio.timeout(PATIENCE_S):
            await self.call
