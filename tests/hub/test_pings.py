"""Who is gone without a word is found out by pings: ours from the wheel, another server's own."""

import asyncio

from server.hub.bus import MemoryBus
from server.hub.rooms import Hub
from server.hub.wheel import SLOTS
from server.kernel.clock import ManualClock
from tests.hub.doubles import MemorySource
from tests.hub.echo import HubApp
from tests.hub.raw import dead_reader, publish
from tests.hub.serving import client, hear, hear_until, serving


async def test_another_servers_pings_go_on_between_frames(source: MemorySource) -> None:
    """While events stream a plain server's pings are sent and answered, and find out who is gone."""
    app = HubApp(Hub(source, MemoryBus(), ManualClock()))
    pings = {"ws_ping_interval": 0.1, "ws_ping_timeout": 2.0}  # enough for a reader on a busy machine to answer
    async with serving(app, "plain", **pings) as (_, port), dead_reader(port, app) as dead, client(port) as reader:
        await hear_until(reader, "snapshot")
        seq = source.seq
        while dead.is_open or seq < 60:
            publish(app, source)
            seq += 1
            assert (await hear(reader))["seq"] == seq
            await asyncio.sleep(0.005)
        assert app.members[1].connection.is_open


async def test_the_wheel_finds_out_who_is_gone(source: MemorySource) -> None:
    """A heartbeat brings a ping. Who did not answer the last one is closed; who did hears the next events."""
    app = HubApp(Hub(source, MemoryBus(), ManualClock()))
    async with serving(app, "direct") as (_, port), dead_reader(port, app) as dead, client(port) as reader:
        await hear_until(reader, "snapshot")
        for _ in range(4):
            for _ in range(SLOTS):
                app.hub.turn(0.0)
            assert (await hear(reader))["type"] == "heartbeat"
            await (await reader.ping())  # what came before its pong has come: the answer to the wheel's ping, too
        assert not dead.is_open
        publish(app, source)
        assert (await hear(reader))["seq"] == source.seq
