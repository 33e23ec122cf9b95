"""Whom the socket turns away, and what it puts up with."""

from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from server.hub.codes import Close
from server.hub.rooms import Hub
from server.kernel.limits import (
    BAD_FRAMES,
    BAD_FRAMES_WINDOW_S,
    MAX_MESSAGE,
    MAX_PENDING_COMMANDS,
    MAX_SOCKETS_PER_TOKEN,
    SUBSCRIBE_DEADLINE_S,
)
from tests.campaigns.live.table import Table
from tests.campaigns.live.talking import clock, farewell, subscribed
from tests.hub.doubles import TOPIC
from tests.hub.serving import client, hear, say, until


async def test_nothing_is_sent_before_the_first_frame(port: int, table: Table) -> None:
    """Who says nothing hears nothing, and is closed after the deadline."""
    async with client(port) as socket:
        await until(lambda: len(table.hub.doors) == 1)
        clock(table).advance(SUBSCRIBE_DEADLINE_S)
        table.hub.turn(clock(table).monotonic())
        assert (await farewell(socket))[1] == Close.NO_SUBSCRIBE


async def test_too_many_waiting_commands_are_refused(port: int, table: Table) -> None:
    """Beyond the bound a command is answered `too_many`, in its turn, and not carried out."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        for number in range(MAX_PENDING_COMMANDS + 1):
            await say(socket, type="command", id=str(number), name="wait")
        await until(lambda: len(table.desk.asked) == MAX_PENDING_COMMANDS)
        await say(socket, type="report")
        table.desk.gate.set()
        results: list[dict[str, Any]] = []
        while len(results) <= MAX_PENDING_COMMANDS:
            results += [frame for frame in [await hear(socket)] if frame["type"] == "result"]
    assert [frame["ok"] for frame in results] == [True] * MAX_PENDING_COMMANDS + [False]
    assert results[-1]["error"]["code"] == "too_many"


@pytest.mark.parametrize(
    ("path", "token", "code"),
    [("/campaigns/nowhere/ws", None, 4404), ("/campaigns/c1/ws", "stranger", 4401)],
)
async def test_turned_away(port: int, path: str, token: str | None, code: int) -> None:
    """An unknown campaign and a wrong token are answered with a bye that says do not come back, then closed."""
    async with client(port, path) as socket:
        await say(socket, type="subscribe", token=token)
        bye, closed = await farewell(socket)
    assert (bye["code"], bye["reconnect"], closed) == (code, False, code)


async def test_an_unavailable_record_says_come_back(port: int, table: Table) -> None:
    """Where the record does not answer, the client is told when to try again."""
    table.desk.down = True
    async with client(port) as socket:
        await say(socket, type="subscribe")
        bye, closed = await farewell(socket)
    assert (bye["reconnect"], closed) == (True, Close.BUSY)
    assert bye["retry_after_ms"] > 0


@pytest.mark.parametrize(("over", "code", "comes_back"), [(Hub.end, 4404, False), (Hub.reset, Close.BUSY, True)])
async def test_a_campaign_that_ends_while_one_joins(
    port: int, table: Table, over: Callable[[Hub, str], None], code: int, comes_back: bool
) -> None:
    """Deleted or replaced while a join reads it: the client is told and closed, and nothing of the socket stays."""
    table.source.gate.clear()
    async with client(port) as socket:
        await say(socket, type="subscribe")
        await until(lambda: table.source.asked)
        over(table.hub, TOPIC)
        bye, closed = await farewell(socket)
    assert (bye["code"], bye["reconnect"], closed) == (code, comes_back, code)
    await until(lambda: table.hub.stats()["sockets"] == 0)


@pytest.mark.parametrize(
    "first",
    ["{", "[]", "null", '{"type":"command","id":"1","name":"damage"}', '{"type":"subscribe","extra":1}', b"\x00\x01",
     '{"type":"subscribe","since":{"epoch":"e1","seq":-1}}', '{"type":"subscribe","since":{"epoch":"e1","seq":1e3}}'],
)  # fmt: skip
async def test_a_bad_first_frame_ends_the_socket(port: int, first: str | bytes) -> None:
    """Before the subscribe nothing is forgiven: the error is said, then the socket is closed."""
    async with client(port) as socket:
        await socket.send(first)
        assert (await hear(socket))["type"] == "error"
        assert (await farewell(socket))[1] == Close.BAD_FRAME


async def test_bad_frames_are_answered_then_end_the_socket(port: int, table: Table) -> None:
    """Each bad frame gets an error that names what is wrong; five within ten seconds are the end."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        for _ in range(BAD_FRAMES - 1):
            await say(socket, type="dance")
            assert (await hear(socket))["error"]["errors"][0]["pointer"] == "/type"
        clock(table).advance(BAD_FRAMES_WINDOW_S + 1)
        for _ in range(BAD_FRAMES - 1):
            await say(socket, type="subscribe")
            assert (await hear(socket))["error"]["code"] == "invalid_request"
        await say(socket, type="command", id="c1", name=7)
        result = await hear(socket)
        assert (result["id"], result["error"]["errors"][0]["pointer"]) == ("c1", "/name")
        assert (await farewell(socket))[1] == Close.BAD_FRAME
    assert table.source.seq == 3


@pytest.mark.parametrize("letter", ["x", "é"])
async def test_a_frame_over_the_limit_is_answered(port: int, letter: str) -> None:
    """A frame of 70 kB, counted in bytes, is answered with an error, and the connection goes on."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await socket.send(letter * (70_000 // len(letter.encode())))
        assert (await hear(socket))["error"]["code"] == "too_large"
        await say(socket, type="command", id="c1", name=7)
        assert (await hear(socket))["id"] == "c1"


async def test_a_message_beyond_reading_is_1009(port: int) -> None:
    """What is far over the limit is refused by the protocol itself, with its own code."""
    async with client(port) as socket:
        await subscribed(socket)
        await socket.send("x" * (MAX_MESSAGE + 1))
        with pytest.raises(ConnectionClosed):
            await hear(socket)
        assert socket.close_code == 1009


async def test_an_overlay_token_opens_few_sockets(port: int) -> None:
    """The ninth socket of one overlay token is refused; when one closes there is a place again."""
    connections = [client(port) for _ in range(MAX_SOCKETS_PER_TOKEN)]
    sockets = [await connection.__aenter__() for connection in connections]
    for socket in sockets:
        await subscribed(socket, token="overlay")
    async with client(port) as one_more:
        await say(one_more, type="subscribe", token="overlay")
        assert (await farewell(one_more))[1] == Close.TOO_MANY
    for connection in connections:
        await connection.__aexit__(None, None, None)
    async with client(port) as again:
        await subscribed(again, token="overlay")


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [(None, True), ("null", True), ("http://127.0.0.1:{port}", True), ("https://evil.example", False),
     ("http://127.0.0.1:1", False), ("https://127.0.0.1:{port}.evil.example", False)],
)  # fmt: skip
async def test_origins(port: int, origin: str | None, is_welcome: bool) -> None:
    """Our own pages, local ones and programs may open sockets; foreign pages may not."""
    async with client(port, origin=origin and origin.format(port=port)) as socket:
        if is_welcome:
            await subscribed(socket)
        else:
            assert (await farewell(socket))[1] == Close.NOT_ALLOWED
