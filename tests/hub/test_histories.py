"""Random histories of one room."""

import asyncio

from hypothesis import given, settings, strategies as st

from server.hub.bus import MemoryBus
from server.hub.rooms import Hub
from server.hub.source import Position
from server.hub.wire import finish_json
from server.kernel.clock import ManualClock
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, commit, joined, member, settle, welcome


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(["commit", "foreign", "hint", "tick", "join", "resume", "turn"]), max_size=60))
def test_every_reader_has_the_whole_log(steps: list[str]) -> None:
    """Whatever is interleaved, each reader holds a start and then every event, in order, once."""
    asyncio.run(_play(steps))


async def _play(steps: list[str]) -> None:
    source = MemorySource(seq=4)
    hub = Hub(source, MemoryBus(), ManualClock())
    await joined(hub)  # so that the room knows where it stands
    joins: list[asyncio.Future[MemoryConnection]] = []
    for number, step in enumerate(steps):
        match step:
            case "commit":
                commit(hub, source)
            case "foreign":
                source.append()
            case "hint":
                hub.hint(TOPIC, source.seq)
            case "tick":
                await asyncio.sleep(0)
            case "join":
                joins.append(asyncio.ensure_future(joined(hub)))
            case "resume":
                joins.append(asyncio.ensure_future(joined(hub, Position("e1", source.seq // 2))))
            case _:
                hub.turn(number)
    connections = await asyncio.gather(*joins)
    hub.hint(TOPIC, source.seq)
    await settle()
    for connection in connections:
        assert _follows(connection, source.seq)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["commit", "commit", "commit", "stop", "read", "tick", "turn", "answer"]), max_size=60))
def test_a_slow_reader_ends_where_the_others_do(steps: list[str]) -> None:
    """However it stops and reads on: no gap, no double, no position it has not reached, and the present at the end."""
    asyncio.run(_dawdle(steps))


async def _dawdle(steps: list[str]) -> None:
    source = MemorySource(seq=4)
    hub = Hub(source, MemoryBus(), ManualClock())
    slow = MemoryConnection()
    hub.enter(slow, None)
    seated = member(slow)
    await hub.join(seated, None, welcome)
    for step in steps:
        match step:
            case "commit":
                hub.publish(TOPIC, [source.append(pad=30_000)])
            case "stop":
                slow.is_reading = False
            case "read":
                slow.is_reading = True
                slow.take(slow.held)
            case "answer":
                hub.send(seated, finish_json({"type": "result", "at": source.seq}))
            case "tick":
                await asyncio.sleep(0)
            case _:
                hub.turn(0)
    slow.is_reading = True
    slow.take(slow.held)
    await settle()
    slow.take(slow.held)
    await settle()
    assert _is_brought_to(slow, source.seq)


def _is_brought_to(connection: MemoryConnection, seq: int) -> bool:
    """What a client makes of the frames: a state replaces all, an event is the next one, a result is not early."""
    at = None
    for frame in connection.frames:
        match frame["type"]:
            case "snapshot":
                at = frame["seq"]
            case "event":
                assert at is not None
                assert frame["seq"] == at + 1
                at = frame["seq"]
            case "heartbeat":
                assert frame["seq"] == at
            case "result":
                assert at is not None
                assert frame["at"] <= at
    return at == seq


def _follows(connection: MemoryConnection, seq: int) -> bool:
    """The reader's frames bring it from its start to `seq` without a gap or a double."""
    seqs = connection.seqs()
    snapshots = [frame["seq"] for frame in connection.frames if frame["type"] == "snapshot"]
    start = snapshots[0] if snapshots else connection.since
    return seqs == list(range(start + 1, seq + 1))
