"""What becomes of readers that are too slow."""

from server.hub.codes import Close
from server.hub.laggards import TOO_FAR_BEHIND
from server.hub.readers import NO_PROGRESS
from server.hub.rooms import Hub
from server.kernel.limits import STALL_S
from tests.hub.doubles import MemoryConnection, joined, settle


async def test_one_who_holds_too_much_is_closed_behind_the_fan_out(hub: Hub) -> None:
    """Not in the middle of it; told to come back, and counted once."""
    connection = await joined(hub)
    hub.slow.overflowed(connection)
    hub.slow.overflowed(connection)
    assert connection.is_open
    await settle()
    assert connection.closed == (Close.SLOW, None)
    assert hub.slow.closes == {TOO_FAR_BEHIND: 1}


async def test_one_who_takes_nothing_is_closed_and_then_cut_off(hub: Hub) -> None:
    """Its goodbye waits behind what it does not read: after as long again nobody waits for that."""
    connection = await joined(hub)
    others = [await joined(hub) for _ in range(2)]
    connection.is_reading = False
    connection.held = 100
    hub.slow.waiting(connection)
    for now in (0.0, STALL_S - 1):
        hub.turn(now)
    assert connection.is_open
    hub.turn(STALL_S)
    assert (connection.closed, connection.aborted) == ((Close.SLOW, None), False)
    hub.turn(STALL_S * 2)
    assert connection.aborted
    assert hub.slow.closes == {NO_PROGRESS: 1}
    assert all(other.is_open for other in others)


async def test_a_connection_that_hears_of_the_end_stops_the_hub(hub: Hub) -> None:
    """Each of them may hear of it; everybody is sent away once."""
    connections = [await joined(hub) for _ in range(3)]
    for _ in connections:
        hub.slow.stopping()
    assert hub.is_stopping
    assert [connection.closed is not None for connection in connections] == [True] * 3
    assert not hub.enter(late := MemoryConnection(), None)
    assert late.closed is not None
