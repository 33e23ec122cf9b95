"""Input that is not wrong in itself, but unkind: cut into pieces, out of all bounds, again and again, never read."""

import asyncio
import socket
from collections.abc import AsyncIterator

import orjson
import pytest
from websockets.exceptions import ConnectionClosed

from server.hub.codes import Close
from server.kernel.limits import BAD_FRAMES, STALL_S
from tests.campaigns.live.table import Table
from tests.campaigns.live.talking import farewell, subscribed
from tests.chaos.guests import Guest, masked
from tests.hub.serving import PATIENCE_S, client, hear, hear_until, say, until

PING, PONG = b"\x89\x80\x00\x00\x00\x00", b"\x8a\x80\x00\x00\x00\x00"
SUBSCRIBE = orjson.dumps({"type": "subscribe", "token": "gm"})
COMMAND = orjson.dumps({"type": "command", "id": "c1", "name": "damage", "data": {}})


@pytest.fixture
async def silent(port: int) -> AsyncIterator[Guest]:
    """A socket that is open, and on which nothing was said."""
    loop = asyncio.get_running_loop()
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # it takes little before it reads
    raw.setblocking(False)
    await loop.sock_connect(raw, ("127.0.0.1", port))
    _, guest = await loop.create_connection(lambda: Guest("/campaigns/c1/ws", None), sock=raw)
    await until(lambda: guest.is_open)
    yield guest
    guest.transport.abort()


async def test_frames_split_at_every_byte(silent: Guest) -> None:
    """A subscribe and a command that come byte by byte, in two fragments, with a ping and a pong within: understood."""
    for text in (SUBSCRIBE, COMMAND):
        whole = masked(text)
        half = len(text) // 2
        first = b"\x01" + bytes([0x80 | half]) + bytes(4) + text[:half]
        second = b"\x80" + bytes([0x80 | (len(text) - half)]) + bytes(4) + text[half:]
        assert len(first) + len(second) > len(whole)
        for byte in first + PING + PONG + second + PING:
            silent.transport.write(bytes((byte,)))
            await asyncio.sleep(0)  # so that it goes out by itself
    await until(lambda: bool(silent.said("result")))
    assert [frame["ok"] for frame in silent.said("result")] == [True]
    assert [frame["seq"] for frame in silent.said("event")] == [4]


@pytest.mark.parametrize("cut", [1, 2, 5, 6, 7, 20])
async def test_a_frame_in_two_pieces(silent: Guest, cut: int) -> None:
    """Wherever the network cuts a frame, header and mask included, a ping of its own behind it."""
    for text in (SUBSCRIBE, COMMAND):
        whole = masked(text) + PING
        silent.transport.write(whole[:cut])
        await asyncio.sleep(0.005)  # so that the two arrive apart
        silent.transport.write(whole[cut:])
    await until(lambda: bool(silent.said("result")))
    assert [frame["seq"] for frame in silent.said("event")] == [4]


@pytest.mark.parametrize("seq", [4, 10**9, 2**53 - 1])
async def test_a_position_from_the_future(port: int, seq: int) -> None:
    """Nobody has been there: a fresh snapshot, and the present goes on from it."""
    async with client(port) as one:
        welcome, snapshot = await subscribed(one, token="gm", since={"epoch": "e1.gm", "seq": seq})
        assert (welcome["resumed"], snapshot["type"], snapshot["seq"]) == (False, "snapshot", 3)
        await say(one, type="command", id="1", name="damage")
        assert (await hear(one))["seq"] == 4


@pytest.mark.parametrize(
    "since",
    [
        {"epoch": "e1", "seq": 2**53},
        {"epoch": "e1", "seq": 10**300},
        {"epoch": "x" * 65, "seq": 1},
        {"epoch": "e1"},
        "e1:3",
        [],
    ],
)
async def test_a_position_that_is_none(port: int, since: object) -> None:
    """Said with what is wrong, then closed for good."""
    async with client(port) as one:
        await say(one, type="subscribe", since=since)
        assert (await hear(one))["error"]["errors"][0]["pointer"].startswith("/since")
        assert (await farewell(one))[1] == Close.BAD_FRAME


async def test_a_hundred_subscribes(port: int, table: Table) -> None:
    """The first counts; the next ones are bad frames and end that socket, and nobody else's."""
    async with client(port) as other, client(port) as one:
        await subscribed(other, token="gm")
        for _ in range(100):
            await one.send(SUBSCRIBE.decode())
        frames = await hear_until(one, "bye")
        assert [frame["type"] for frame in frames] == ["welcome", "snapshot", *["error"] * BAD_FRAMES, "bye"]
        assert frames[-1]["code"] == Close.BAD_FRAME
        with pytest.raises(ConnectionClosed):
            await hear(one)
        await until(lambda: table.hub.stats()["members"] == 1)
        await say(other, type="command", id="1", name="damage")
        assert (await hear(other))["seq"] == 4


async def test_one_that_sends_and_never_reads(silent: Guest, port: int, table: Table) -> None:
    """Its own answers pile up behind it until it is closed; the others notice nothing."""
    async with client(port) as other:
        await subscribed(other, token="gm")
        silent.transport.write(masked(SUBSCRIBE))
        await until(lambda: bool(silent.said("snapshot")))
        silent.transport.pause_reading()
        refused, now = masked(orjson.dumps({"type": "command", "id": "x" * 60, "name": "refuse"})), 0.0
        async with asyncio.timeout(PATIENCE_S):
            while table.hub.stats()["sockets"] == 2:
                silent.transport.write(refused * 50)
                await asyncio.sleep(0.01)  # the server's turn
                table.hub.turn(now := now + STALL_S)
        await say(other, type="command", id="1", name="damage")
        assert (await hear_until(other, "event"))[-1]["seq"] == 4
