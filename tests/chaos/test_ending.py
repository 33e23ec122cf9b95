"""A server that is told to end lets everybody go in order."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.fixtures.process import serving

CLIENTS = 12
PATIENCE_S = 15.0


async def _follow(url: str) -> ClientConnection:
    address = re.sub("^http", "ws", url) + "/v1/campaigns/demo/ws"
    client = await connect(address, compression=None)
    await client.send(json.dumps({"type": "subscribe"}))
    await client.recv()
    await client.recv()
    return client


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
