"""A server that is told to end lets everybody go in order."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.kernel.limits import GRACEFUL_SHUTDOWN_S
from tests.chaos.guests import invite
from tests.fixtures.process import serving

CLIENTS = 12
PATIENCE_S = 15.0
GIVEN_S = GRACEFUL_SHUTDOWN_S + 4
"""Seconds that orchestrators are to give it: 12."""


async def _follow(url: str) -> ClientConnection:
    address = re.sub("^http", "ws", url) + "/v1/campaigns/demo/ws"
    client = await connect(address, compression=None)
    await client.send(json.dumps({"type": "subscribe"}))
    await client.recv()
    await client.recv()
    return client


@asynccontextmanager
async def _holding_the_line(url: str) -> AsyncIterator[None]:
    """Connections of people who say nothing, half a head and half a body, and a socket whose end reads nothing."""
    post = b"POST /v1/campaigns HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"
    with ExitStack() as stack:
        for said in (b"", b"GET / HT", post):
            held = stack.enter_context(socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))))
            held.sendall(said)
        frozen = await invite(url, "demo")
        while not frozen.said("snapshot"):  # noqa: ASYNC110 - a guest has no events
            await asyncio.sleep(0.02)
        frozen.transport.pause_reading()
        yield
        frozen.transport.abort()
        await asyncio.sleep(0)  # which it does in the loop's next turn


async def test_nobody_holds_up_the_end(tmp_path: Path) -> None:
    """Whoever does not let go is left: the server ends with 0 in the time that docs/hosting.md gives it."""
    with serving(tmp_path) as running:
        async with _holding_the_line(running.url):
            running.process.terminate()
            assert await asyncio.to_thread(running.process.wait, GIVEN_S) == 0


async def _goodbye(client: ClientConnection) -> tuple[dict[str, Any], int | None]:
    """The last frame, and the close code behind it."""
    last: dict[str, Any] = {}
    async with asyncio.timeout(PATIENCE_S):
        try:
            while True:
                last = json.loads(await client.recv())
        except ConnectionClosed:
            return last, client.close_code


async def test_sigterm_sends_everyone_away_and_is_no_failure(tmp_path: Path) -> None:
    """On SIGTERM each client hears when to come back, at times of their own, and the server ends with 0."""
    with serving(tmp_path) as running:
        clients = [await _follow(running.url) for _ in range(CLIENTS)]
        running.process.terminate()
        goodbyes = [await _goodbye(client) for client in clients]
        assert await asyncio.to_thread(running.process.wait, PATIENCE_S) == 0
    assert {(bye["type"], bye["code"], code) for bye, code in goodbyes} == {("bye", 4001, 4001)}
    assert len({bye["retry_after_ms"] for bye, _ in goodbyes}) > 1
