"""Readers that fell behind, and how they are brought to the present."""

import pytest

from server.hub.codes import Close
from server.hub.member import Member
from server.hub.rooms import Hub
from server.hub.wire import finish_json
from server.kernel.limits import MAX_HELD, SOFT_BACKLOG
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, joined, member, settle, welcome

_LARGE = SOFT_BACKLOG // 2 + 1


@pytest.fixture
async def slow(hub: Hub, source: MemorySource) -> Member:
    """A reader that fell behind, with event 12: what comes now is kept back."""
    connection = MemoryConnection()
    hub.enter(connection, None)
    reader = member(connection)
    await hub.join(reader, None, welcome)
    connection.is_reading = False
    publish(hub, source, 2, _LARGE)
    await settle()
    assert hub.stats()["behind"] == 1
    return reader


def publish(hub: Hub, source: MemorySource, count: int, pad: int = 0, *, remark: bool = False) -> None:
    hub.publish(TOPIC, [source.append(pad=pad, remark=remark) for _ in range(count)])


def frames(reader: Member) -> MemoryConnection:
    assert isinstance(reader.connection, MemoryConnection)
    return reader.connection


async def read_on(reader: Member) -> None:
    """It reads again, and has read what waited."""
    frames(reader).is_reading = True
    frames(reader).take(frames(reader).held)
    await settle()


@pytest.mark.parametrize(
    ("count", "pad", "types"),
    [(0, 0, []), (9, 0, ["event"] * 9), (2, _LARGE, ["snapshot"])],
)
async def test_what_it_lacks_is_brought_where_that_is_little(
    hub: Hub, source: MemorySource, slow: Member, count: int, pad: int, types: list[str]
) -> None:
    """Up to SOFT_BACKLOG it gets the events themselves, rolls and announcements among them; beyond it the state."""
    before = len(frames(slow).frames)
    publish(hub, source, count, pad)
    await settle()
    assert len(frames(slow).frames) == before
    await read_on(slow)
    assert frames(slow).types()[before:] == types
    assert hub.stats()["behind"] == 0
    assert hub.position(slow).seq == source.seq


async def test_what_no_state_tells_comes_along_with_it(hub: Hub, source: MemorySource, slow: Member) -> None:
    """Rolls and announcements of the time in between are in the snapshot's frame, those for others are not; who joins
    gets the same snapshot without them."""
    for _ in range(2):
        publish(hub, source, 1, remark=True)
        publish(hub, source, 1, _LARGE)
    hub.publish(TOPIC, [source.append(["gm"], remark=True)])
    await read_on(slow)
    snapshot = frames(slow).frames[-1]
    assert (snapshot["type"], snapshot["seq"], snapshot["state"]) == ("snapshot", 17, {"for": "public"})
    assert [(frame["type"], frame["seq"]) for frame in snapshot["missed"]] == [("event", 13), ("event", 15)]
    newcomer = await joined(hub)
    assert newcomer.frames[-1] == {"type": "snapshot", "seq": 17, "state": {"for": "public"}}


async def test_of_very_many_the_newest_come_along(hub: Hub, source: MemorySource, slow: Member) -> None:
    """They have an end too: SOFT_BACKLOG."""
    publish(hub, source, 3, _LARGE, remark=True)
    publish(hub, source, 1)
    await read_on(slow)
    assert [frame["seq"] for frame in frames(slow).frames[-1]["missed"]] == [15]


async def test_so_many_answers_are_held_for_it(hub: Hub, slow: Member) -> None:
    """MAX_HELD are brought behind its events, in order; one more ends it: its position brings it back."""
    results = [finish_json({"type": "result", "id": number}) for number in range(MAX_HELD)]
    for result in results:
        hub.send(slow, result)
    assert frames(slow).is_open
    await read_on(slow)
    held = [frame["id"] for frame in frames(slow).frames if frame["type"] == "result"]
    assert held == list(range(MAX_HELD))


async def test_no_more_answers_than_that_are_held(hub: Hub, slow: Member) -> None:
    """Whoever sends and never reads has an end."""
    for number in range(MAX_HELD + 1):
        assert frames(slow).is_open
        hub.send(slow, finish_json({"type": "result", "id": number}))
    assert frames(slow).closed == (Close.SLOW, None)
