"""Conversations: what becomes of a socket whose conversation breaks off."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from server.hub.codes import Close
from server.hub.connection import Connection, Message, Receive, Send
from server.hub.talk import converse
from tests.hub.serving import KINDS, Kind, client, hear, serving, until


class BreaksOff:
    """An ASGI app whose conversation ends in the middle of a message: cancelled, or with a fault of its own."""

    def __init__(self, fault: Exception | None) -> None:
        self.fault, self.ends = fault, 0
        self.connection: Connection | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await converse(scope, receive, send, self._begin)

    def _begin(self, connection: Connection) -> "BreaksOff":
        self.connection = connection
        return self

    async def take(self, _message: Message) -> None:
        if self.fault is not None:
            raise self.fault
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    def end(self) -> None:
        self.ends += 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", [None, RuntimeError("a fault of ours")])
async def test_a_conversation_that_breaks_off_ends_its_socket(kind: Kind, fault: Exception | None) -> None:
    """Nobody would hear the client any more: it is told, and the connection is closed."""
    app = BreaksOff(fault)
    async with serving(app, kind) as (server, port), client(port) as reader:
        await reader.send("hello")
        bye = await hear(reader)
        assert (bye["type"], bye["code"], bye["reconnect"]) == ("bye", Close.FAILED, True)
        with pytest.raises(ConnectionClosed):
            await hear(reader)
        assert reader.close_code == Close.FAILED
        await until(lambda: app.ends)
        await until(lambda: not server.server_state.connections)
    assert app.ends == 1


class Holds:
    """An ASGI app whose conversation keeps each message until it may go on."""

    def __init__(self) -> None:
        self.go, self.taken = asyncio.Event(), 0
        self.heard: list[str] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await converse(scope, receive, send, lambda _connection: self)

    async def take(self, message: Message) -> None:
        self.taken += 1
        await self.go.wait()
        self.heard.append(message["text"])

    def end(self) -> None:
        """There is nothing to give back."""


@pytest.mark.parametrize("kind", KINDS)
async def test_a_flood_waits_with_its_sender(kind: Kind) -> None:
    """While a message is dealt with, the socket is soon not read any more; once it goes on, all of it is heard."""
    app, last = Holds(), 5
    async with serving(app, kind) as (server, port), client(port) as talker:
        (protocol,) = server.server_state.connections
        transport: asyncio.ReadTransport = vars(protocol)["transport"]
        await talker.send("0")
        await until(lambda: app.taken)
        await talker.send("1")
        await until(lambda: not transport.is_reading())
        for number in range(2, last + 1):
            await talker.send(f"{number}")
        assert app.heard == []
        app.go.set()
        await until(lambda: len(app.heard) > last and transport.is_reading())
    assert app.heard == [f"{number}" for number in range(last + 1)]
