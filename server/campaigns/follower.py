"""A small client of the live socket for our own commands: it sends one command and waits for its result."""

import asyncio
import json
import uuid
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from server.kernel.errors import Problem, Unavailable

RESULT_DEADLINE_S = 10.0
"""Seconds until a result is taken for lost and the command is sent again, with the same id."""
CONNECT_DEADLINE_S = 5.0
RECONNECT_PAUSE_S = 0.5
TEMPORARY = frozenset({429, 500, 503})
"""Statuses of a result after which the same command is worth another try."""
FINAL_CODES = range(4400, 4500)
"""Close codes that say: do not come back."""


class Refused(Problem):
    """The server answered a command with a problem; `detail` is its text."""

    code, title, status = "refused", "The server refused the command", 422


class Follower:
    """Connects when it must, and again when the connection is lost; results find their command by id."""

    def __init__(self, url: str, campaign: str, token: str) -> None:
        self._url = f"{url.replace('http', 'ws', 1)}/v1/campaigns/{campaign}/ws"
        self._token = token
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader

    async def command(self, name: str, data: dict[str, Any], *, retry_for_s: float) -> int:
        """Send a command until it is acknowledged; its seq. Raises Refused, or Unavailable after `retry_for_s`."""
        command_id = str(uuid.uuid4())
        frame = json.dumps({"type": "command", "id": command_id, "name": name, "data": data})
        clock = asyncio.get_running_loop().time
        give_up = clock() + retry_for_s
        while clock() < give_up:
            result = await self._attempt(command_id, frame)
            if result is not None and result["ok"]:
                return int(result["seq"])
            if result is not None and result["error"]["status"] not in TEMPORARY:
                raise Refused(f"{result['error']['detail']} {result['error'].get('errors') or ''}".strip())
            await asyncio.sleep(RECONNECT_PAUSE_S)
        raise Unavailable(f"{name} was not acknowledged for {retry_for_s:g} s. Is the server running?")

    async def _attempt(self, command_id: str, frame: str) -> dict[str, Any] | None:
        """One try: the result, or None where the connection or the answer was lost."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[command_id] = answer
        try:
            socket = await self._connected()
            await socket.send(frame)
            async with asyncio.timeout(RESULT_DEADLINE_S):
                return await answer
        except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
            return None
        finally:
            self._waiting.pop(command_id, None)

    async def _connected(self) -> ClientConnection:
        if self._socket is not None and self._reader is not None and not self._reader.done():
            return self._socket
        self._socket = await connect(self._url, open_timeout=CONNECT_DEADLINE_S, compression=None, max_size=None)
        subscribe = {"type": "subscribe", "token": self._token, "client": {"kind": "rehearsal", "name": "rehearsal"}}
        await self._socket.send(json.dumps(subscribe))
        self._reader = asyncio.create_task(self._read(self._socket))
        return self._socket

    async def _read(self, socket: ClientConnection) -> None:
        """Hand results to who waits; when the connection ends, whoever still waits tries again."""
        error: Exception = ConnectionResetError("the connection ended before the result")
        try:
            async for text in socket:
                frame = json.loads(text)
                waiting = self._waiting.get(frame.get("id", ""))
                if frame["type"] == "result" and waiting is not None and not waiting.done():
                    waiting.set_result(frame)
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code in FINAL_CODES:
                error = Refused(f"The server closed the connection: {closed.rcvd.code} {closed.rcvd.reason}")
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error)
