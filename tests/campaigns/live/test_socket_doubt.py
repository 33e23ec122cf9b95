"""What a socket does when its credential becomes more, less or nothing here."""

import asyncio
from typing import Any

import pytest

from server.accounts.principal import Role
from server.campaigns.doubt import Doubt
from server.campaigns.positions import meant, told
from server.hub.codes import Close
from server.hub.source import Position
from server.play.state import Audience
from tests.campaigns.live.table import Table
from tests.hub.doubles import MemoryConnection, settle
from tests.hub.serving import client, hear, hear_until, say, until


async def subscribed(socket: Any, **more: Any) -> None:
    await say(socket, type="subscribe", **more)
    await hear_until(socket, "snapshot")


async def test_a_new_role_with_the_same_sight_is_welcomed(table: Table, port: int) -> None:
    """The socket goes on, and is told what it is now."""
    async with client(port) as socket:
        await subscribed(socket, token="owner")
        table.desk.promoted["id-owner"] = ("gm", "gm")
        table.desk.changed["id-owner"]()
        welcome = (await hear_until(socket, "welcome"))[-1]
        assert (welcome["role"], welcome["resumed"], welcome["seq"]) == ("gm", True, 3)


@pytest.mark.parametrize("becomes", [("player", "table"), ("viewer", "public")])
async def test_another_sight_begins_anew(table: Table, port: int, becomes: tuple[Role, Audience]) -> None:
    """It is closed with a code that says: come back for a fresh snapshot."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        table.desk.promoted["id-gm"] = becomes
        table.desk.changed["id-gm"]()
        assert (await hear_until(socket, "bye"))[-1]["code"] == 4010


async def test_who_may_not_look_on_is_sent_away_for_good(table: Table, port: int) -> None:
    """4403: there is nothing to come back for."""
    async with client(port) as socket:
        await subscribed(socket, token="player")
        table.desk.changed["id-player"]()
        bye = (await hear_until(socket, "bye"))[-1]
        assert (bye["code"], bye["reconnect"]) == (4403, False)


async def test_what_nobody_can_look_up_is_not_shown(table: Table, port: int) -> None:
    """Without a database the socket is sent away, to come back later."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        table.desk.down = True
        table.desk.changed["id-gm"]()
        bye = (await hear_until(socket, "bye"))[-1]
        assert (bye["code"], bye["reconnect"]) == (4013, True)


async def test_a_change_during_the_look_is_looked_at_too(table: Table, port: int) -> None:
    """Two changes in one step: the last one counts."""
    async with client(port) as socket:
        await subscribed(socket, token="owner")
        table.desk.sure.clear()
        table.desk.promoted["id-owner"] = ("gm", "gm")
        table.desk.changed["id-owner"]()
        await asyncio.sleep(0)
        table.desk.promoted["id-owner"] = ("player", "table")
        table.desk.changed["id-owner"]()
        table.desk.sure.set()
        assert (await hear_until(socket, "bye"))[-1]["code"] == 4010


@pytest.mark.parametrize("same", [True, False])
async def test_nothing_is_shown_while_it_is_in_doubt(table: Table, port: int, same: bool) -> None:
    """What happens meanwhile comes after the welcome, in order and once; to who may not see it, never."""
    async with client(port) as socket:
        await subscribed(socket, token="owner")
        table.desk.sure.clear()
        table.desk.promoted["id-owner"] = ("gm", "gm") if same else ("player", "table")
        table.desk.changed["id-owner"]()
        table.hub.publish("c1", [table.source.append(), table.source.append()])
        await say(socket, type="command", id="c1", name="damage")
        await until(lambda: "c1" in table.desk.asked)
        table.desk.sure.set()
        if same:
            heard = [await hear(socket) for _ in range(5)]
            told = [(each["type"], each.get("seq")) for each in heard]
            assert told == [("welcome", 3), ("event", 4), ("event", 5), ("event", 6), ("result", 6)]
        else:
            heard = await hear_until(socket, "bye")
            assert not {"event", "snapshot"} & {each["type"] for each in heard}


@pytest.mark.parametrize("same", [True, False])
async def test_nothing_is_shown_to_who_becomes_doubtful_while_joining(table: Table, port: int, same: bool) -> None:
    """The snapshot that was read meanwhile waits for the look; to who may not see it, it is never sent."""
    table.source.gate.clear()
    async with client(port) as socket:
        await say(socket, type="subscribe", token="gm")
        await until(lambda: bool(table.source.asked))
        table.desk.sure.clear()
        table.desk.promoted["id-gm"] = ("owner", "gm") if same else ("viewer", "public")
        table.desk.changed["id-gm"]()
        table.source.gate.set()
        await until(lambda: table.source.snapshots == 1)
        await settle()
        table.desk.sure.set()
        heard = await hear_until(socket, "snapshot" if same else "bye")
        assert [each["type"] for each in heard] == (["welcome", "snapshot"] if same else ["bye"])
        assert heard[0].get("role" if same else "code") == ("owner" if same else 4010)


async def test_who_is_doubted_while_they_become_somebody_else_is_answered_later(table: Table, port: int) -> None:
    """A newer token brings another audience, and news about it meanwhile: results still come, each after its events."""
    async with client(port) as socket:
        await subscribed(socket, token="player")
        table.source.gate.clear()
        await say(socket, type="refresh", token="gm")
        await until(lambda: ("snapshot", "c1", "gm") in table.source.asked)
        table.desk.promoted["id-gm"] = ("gm", "gm")
        table.desk.changed["id-gm"]()
        await settle()
        table.source.gate.set()
        await hear_until(socket, "snapshot")
        await say(socket, type="command", id="c1", name="damage")
        told = [each["type"] for each in await hear_until(socket, "result")]
        assert told == ["event", "result"]


async def test_a_position_of_another_audience_brings_a_snapshot(port: int) -> None:
    """Who comes back as somebody else holds a state that is not theirs: they are not resumed."""
    async with client(port) as socket:
        await say(socket, type="subscribe", token="gm")
        epoch = (await hear(socket))["epoch"]
    answers = []
    for token in ("gm", "player", "overlay"):
        async with client(port) as socket:
            await say(socket, type="subscribe", token=token, since={"epoch": epoch, "seq": 3})
            answers.append((await hear(socket))["resumed"])
    assert answers == [True, False, False]


AUDIENCES: tuple[Audience, ...] = ("gm", "table", "public")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_epoch_is_told_and_meant_alike(audience: Audience) -> None:
    """What an audience is told leads it back to its own log, and no other audience to any."""
    epoch = told("e1", audience)
    assert meant(epoch, 7, audience) == Position("e1", 7)
    assert all(meant(epoch, 7, other).epoch == "" for other in AUDIENCES if other != audience)
    assert all(meant(odd, 7, audience).epoch == "" for odd in ("e1.", "e1.x", f"e1.{audience}.{audience}"))


async def test_a_doubt_that_is_cancelled_does_not_arise_again() -> None:
    """The server ends before it began to look: nothing new is begun."""
    looks: list[None] = []

    async def look() -> None:
        looks.append(None)

    doubt = Doubt(look, MemoryConnection(), lambda: 5_000)
    before = asyncio.all_tasks()
    doubt.arise()
    (looking,) = asyncio.all_tasks() - before
    looking.cancel()
    await asyncio.wait({looking})
    await asyncio.sleep(0)
    assert (asyncio.all_tasks(), looks) == (before, [])


async def test_nobody_is_doubted_once_the_socket_is_closed() -> None:
    """News that come while it ends, or the server with it, begin nothing."""

    async def look() -> None:
        raise AssertionError("nobody is there to look for")

    connection = MemoryConnection()
    connection.close(Close.RESTARTING, "the server restarts")
    before = asyncio.all_tasks()
    Doubt(look, connection, lambda: 5_000).arise()
    assert asyncio.all_tasks() == before
