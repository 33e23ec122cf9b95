"""The socket's protocol, over real connections of both kinds."""

import json

import pytest

from tests.campaigns.live.table import Table
from tests.campaigns.live.talking import subscribed
from tests.hub.serving import client, hear, hear_until, say, until


async def test_subscribe_brings_welcome_and_snapshot(port: int) -> None:
    """The first frame is answered by a welcome with the position, and the state as the audience sees it."""
    async with client(port) as socket:
        welcome, snapshot = await subscribed(socket)
    assert welcome == {
        "type": "welcome", "protocol": 1, "server": "1.0", "campaign": "c1", "audience": "public", "role": None,
        "epoch": "e1", "seq": 3, "resumed": False, "heartbeat_s": 20.0, "expires_at": None,
    }  # fmt: skip
    assert snapshot == {"type": "snapshot", "seq": 3, "state": {"for": "public"}}


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


@pytest.mark.parametrize(("missed", "resumed"), [(0, True), (2, True), (3, True), (-1, False)])
async def test_resume(port: int, missed: int, resumed: bool) -> None:
    """A position is answered by what was missed, or where it is from the future by a snapshot."""
    async with client(port) as socket:
        await say(socket, type="subscribe", since={"epoch": "e1.gm", "seq": 3 - missed}, token="gm")
        welcome = await hear(socket)
        assert welcome["resumed"] is resumed
        if resumed:
            assert [(await hear(socket))["seq"] for _ in range(missed)] == list(range(4 - missed, 4))
        await say(socket, type="command", id="1", name="damage")
        seqs = [frame["seq"] for frame in await hear_until(socket, "result") if frame["type"] == "event"]
        assert seqs == [4]


async def test_nothing_is_left_behind(port: int, table: Table) -> None:
    """A socket that is gone leaves no member, no place and no presence."""
    async with client(port) as socket:
        await subscribed(socket, token="overlay", client={"kind": "overlay"})
        assert table.hub.stats()["members"] == 1
    await until(lambda: table.hub.stats()["sockets"] == 0)
    assert table.hub.stats()["members"] == 0
    assert table.live.presence.message("c1")["total"] == 0
