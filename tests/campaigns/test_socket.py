"""The socket's protocol, over real connections of both kinds."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from server.hub.codes import Close
from server.kernel.clock import ManualClock
from server.kernel.limits import (
    BAD_FRAMES,
    BAD_FRAMES_WINDOW_S,
    MAX_FRAME,
    MAX_PENDING_COMMANDS,
    MAX_SOCKETS_PER_OVERLAY_TOKEN,
    SUBSCRIBE_DEADLINE_S,
    TOKEN_GRACE_S,
)
from tests.campaigns.table import Table
from tests.hub.serving import KINDS, PATIENCE_S, Kind, client, hear, hear_until, say, serving, until


@pytest.fixture
def table() -> Table:
    """A table whose clock stands still."""
    return Table()


@pytest.fixture(params=KINDS)
async def port(request: pytest.FixtureRequest, table: Table) -> AsyncIterator[int]:
    """A server of either kind around the table."""
    kind: Kind = request.param
    async with serving(table, kind) as (_, port):
        yield port


def clock(table: Table) -> ManualClock:
    assert isinstance(table.clock, ManualClock)
    return table.clock


async def subscribed(connection: ClientConnection, **frame: Any) -> list[dict[str, Any]]:
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


async def test_subscribe_brings_welcome_and_snapshot(port: int) -> None:
    """The first frame is answered by a welcome with the position, and the state as the audience sees it."""
    async with client(port) as socket:
        welcome, snapshot = await subscribed(socket)
    assert welcome == {
        "type": "welcome", "protocol": 1, "server": "1.0", "campaign": "c1", "audience": "public", "role": None,
        "epoch": "e1", "seq": 3, "resumed": False, "heartbeat_s": 20.0, "expires_at": None,
    }  # fmt: skip
    assert snapshot == {"type": "snapshot", "seq": 3, "state": {"for": "public"}}


async def test_nothing_is_sent_before_the_first_frame(port: int, table: Table) -> None:
    """Who says nothing hears nothing, and is closed after the deadline."""
    async with client(port) as socket:
        await until(lambda: len(table.hub.doors) == 1)
        clock(table).advance(SUBSCRIBE_DEADLINE_S)
        table.hub.turn(clock(table).monotonic())
        assert (await farewell(socket))[1] == Close.NO_SUBSCRIBE


async def test_events_come_before_the_result(port: int) -> None:
    """The events that a command made reach its own socket before its result."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await say(socket, type="command", id="c7", name="damage", data={})
        event, result = await hear(socket), await hear(socket)
    assert (event["type"], event["seq"]) == ("event", 4)
    assert result == {"type": "result", "id": "c7", "ok": True, "seq": 4}


async def test_everyone_gets_the_event_of_their_audience(port: int) -> None:
    """A command of one is an event for all, each in the words of its audience."""
    async with client(port) as gm, client(port) as viewer:
        await subscribed(gm, token="gm")
        await subscribed(viewer)
        await say(gm, type="command", id="1", name="damage")
        assert (await hear(viewer))["event"]["for"] == "public"
        assert (await hear(gm))["event"]["for"] == "gm"


async def test_results_come_in_the_order_of_the_commands(port: int, table: Table) -> None:
    """A command that waits holds back the results behind it, not the work; refused and crashed ones are answered."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        for number, name in enumerate(["wait", "damage", "refuse", "crash", "damage"]):
            await say(socket, type="command", id=str(number), name=name)
        await until(lambda: len(table.desk.asked) == 5)
        table.desk.gate.set()
        frames = [frame for frame in [await hear(socket) for _ in range(8)] if frame["type"] == "result"]
    assert [frame["id"] for frame in frames] == ["0", "1", "2", "3", "4"]
    assert [frame["ok"] for frame in frames] == [True, True, False, False, True]
    assert frames[2]["error"]["detail"] == "the dead do not heal"
    assert frames[3]["error"]["code"] == "internal"
    assert "secret" not in json.dumps(frames[3])


async def test_who_may_not_is_told(port: int) -> None:
    """A viewer's command gets a result that says forbidden, and the socket stays."""
    async with client(port) as socket:
        await subscribed(socket)
        await say(socket, type="command", id="1", name="damage")
        result = await hear(socket)
        assert (result["type"], result["error"]["code"]) == ("result", "forbidden")


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


@pytest.mark.parametrize(("missed", "resumed"), [(0, True), (2, True), (3, True), (-1, False)])
async def test_resume(port: int, missed: int, resumed: bool) -> None:
    """A position is answered by what was missed, or where it is from the future by a snapshot."""
    async with client(port) as socket:
        await say(socket, type="subscribe", since={"epoch": "e1", "seq": 3 - missed}, token="gm")
        welcome = await hear(socket)
        assert welcome["resumed"] is resumed
        if resumed:
            assert [(await hear(socket))["seq"] for _ in range(missed)] == list(range(4 - missed, 4))
        await say(socket, type="command", id="1", name="damage")
        seqs = [frame["seq"] for frame in await hear_until(socket, "result") if frame["type"] == "event"]
        assert seqs == [4]


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


async def test_a_frame_over_the_limit_is_1009(port: int) -> None:
    """A frame of 70 kB is refused by the protocol itself, with its own code."""
    async with client(port) as socket:
        await subscribed(socket)
        await socket.send("x" * (MAX_FRAME + 1))
        with pytest.raises(ConnectionClosed):
            await hear(socket)
        assert socket.close_code == 1009


async def test_refresh_with_the_same_audience(port: int) -> None:
    """A new token on the same socket is answered by a welcome; nothing is sent again."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await say(socket, type="refresh", token="owner")
        welcome = await hear(socket)
        assert (welcome["type"], welcome["role"], welcome["resumed"]) == ("welcome", "owner", True)


async def test_refresh_with_another_audience(port: int, table: Table) -> None:
    """When the audience changes a snapshot for the new one follows, and then only its events."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await say(socket, type="refresh", token="player")
        welcome, snapshot = await hear(socket), await hear(socket)
        assert (welcome["audience"], welcome["resumed"]) == ("table", False)
        assert snapshot["state"] == {"for": "table"}
        table.hub.publish("c1", [table.source.append()])
        assert (await hear(socket))["event"]["for"] == "table"


async def test_refresh_with_a_wrong_token(port: int) -> None:
    """A wrong token is an error; the old one still counts."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await say(socket, type="refresh", token="nobody")
        assert (await hear(socket))["error"]["code"] == "unauthenticated"
        await say(socket, type="command", id="1", name="damage")
        assert (await hear_until(socket, "result"))[-1]["ok"] is True


async def test_a_revoked_token_ends_its_socket(port: int, table: Table) -> None:
    """Revoking closes at once, with a code that says do not come back."""
    async with client(port) as socket:
        await subscribed(socket, token="overlay")
        table.desk.revoke["id-overlay"]()
        assert (await farewell(socket))[1] == Close.NOT_AUTHENTICATED


async def test_an_expired_token_ends_its_socket(port: int, table: Table) -> None:
    """A socket outlives its token by the grace time, not longer."""
    table.desk.expires_at = clock(table).now() + timedelta(seconds=60)
    async with client(port) as socket:
        welcome, _ = await subscribed(socket, token="gm")
        assert welcome["expires_at"] == "2026-01-01T00:01:00+00:00"
        clock(table).advance(60 + TOKEN_GRACE_S - 1)
        table.live.expiries.turn(0)
        await say(socket, type="command", id="1", name="damage")
        await hear_until(socket, "result")
        clock(table).advance(1)
        table.live.expiries.turn(0)
        assert (await farewell(socket))[1] == Close.NOT_AUTHENTICATED


async def test_an_overlay_token_opens_few_sockets(port: int) -> None:
    """The ninth socket of one overlay token is refused; when one closes there is a place again."""
    connections = [client(port) for _ in range(MAX_SOCKETS_PER_OVERLAY_TOKEN)]
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


async def test_nothing_is_left_behind(port: int, table: Table) -> None:
    """A socket that is gone leaves no member, no place and no presence."""
    async with client(port) as socket:
        await subscribed(socket, token="overlay", client={"kind": "overlay"})
        assert table.hub.stats()["members"] == 1
    await until(lambda: table.hub.stats()["sockets"] == 0)
    assert table.hub.stats()["members"] == 0
    assert table.live.presence.message("c1")["total"] == 0
