"""What the tests of the socket say and hear."""

import asyncio
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from server.kernel.clock import ManualClock
from tests.campaigns.live.table import Table
from tests.hub.serving import PATIENCE_S, hear, hear_until, say


def clock(table: Table) -> ManualClock:
    """The clock that a test moves."""
    assert isinstance(table.clock, ManualClock)
    return table.clock


async def subscribed(connection: ClientConnection, **frame: Any) -> list[dict[str, Any]]:
    """Subscribe; the two frames that answer it."""
    await say(connection, type="subscribe", **frame)
    return [await hear(connection), await hear(connection)]


async def farewell(connection: ClientConnection) -> tuple[dict[str, Any], int]:
    """The `bye`, and the code that the connection was then closed with."""
    frames = await hear_until(connection, "bye")
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(PATIENCE_S):
            await connection.recv()
    assert connection.close_code is not None
    return frames[-1], connection.close_code
