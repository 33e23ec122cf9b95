"""Who may come in."""

import pytest

from server.hub.codes import Close
from server.hub.doors import Caps, Doors
from server.kernel.limits import ARRIVALS_BURST, ARRIVALS_PER_S, BUSY_RETRY_S, SUBSCRIBE_DEADLINE_S
from tests.hub.doubles import MemoryConnection

CAPS = Caps(total=6, per_address=4, unsubscribed=2)


def _enter(doors: Doors, address: str | None = "a", now: float = 0.0) -> MemoryConnection | Close:
    connection = MemoryConnection()
    return doors.enter(connection, address, now) or connection


def test_caps_per_address() -> None:
    """An address has few silent sockets, and not many in all; others are not touched by that."""
    doors = Doors(CAPS)
    inside = [_enter(doors) for _ in range(2)]
    assert _enter(doors) is Close.TOO_MANY
    for connection in inside:
        assert isinstance(connection, MemoryConnection)
        doors.subscribed(connection)
    inside += [_enter(doors) for _ in range(2)]
    for connection in inside:
        assert isinstance(connection, MemoryConnection)
        doors.subscribed(connection)
    assert _enter(doors) is Close.TOO_MANY
    assert isinstance(_enter(doors, "b"), MemoryConnection)


def test_a_full_server_says_come_back() -> None:
    """The total counts everyone, the own machine too."""
    doors = Doors(CAPS)
    for _ in range(6):
        _enter(doors, None)
    assert _enter(doors, None) is Close.BUSY


def test_leaving_makes_room() -> None:
    """Whoever leaves, subscribed or not, twice or once, gives back exactly their place."""
    doors = Doors(CAPS)
    first, second = _enter(doors), _enter(doors)
    assert isinstance(first, MemoryConnection)
    assert isinstance(second, MemoryConnection)
    doors.subscribed(first)
    for connection in (first, first, second, second):
        doors.leave(connection)
    assert len(doors) == 0
    assert isinstance(_enter(doors), MemoryConnection)
    assert isinstance(_enter(doors), MemoryConnection)
    assert _enter(doors) is Close.TOO_MANY


def test_a_stranger_may_leave() -> None:
    """One that was refused was never counted, so its leaving changes nothing."""
    doors = Doors(CAPS)
    doors.leave(MemoryConnection())
    assert len(doors) == 0


def test_silence_is_overdue() -> None:
    """Who says nothing is due after the deadline; who subscribed is not."""
    doors = Doors(CAPS)
    early, quick, late = _enter(doors, now=0), _enter(doors, now=1), _enter(doors, None, now=5)
    assert isinstance(quick, MemoryConnection)
    doors.subscribed(quick)
    assert doors.overdue(SUBSCRIBE_DEADLINE_S - 0.1) == []
    assert doors.overdue(SUBSCRIBE_DEADLINE_S) == [early]
    assert doors.overdue(SUBSCRIBE_DEADLINE_S + 5) == [early, late]


def test_a_stampede_is_let_in_by_and_by() -> None:
    """Beyond the burst each is told its own time, later than the one before; a second later there is room."""
    doors = Doors(Caps(per_address=None, unsubscribed=None, total=100_000))
    assert all(isinstance(_enter(doors, None), MemoryConnection) for _ in range(ARRIVALS_BURST))
    assert _enter(doors, None) is Close.BUSY
    times = [doors.retry_ms(0.0) for _ in range(round(ARRIVALS_PER_S))]
    assert times == sorted(times)
    assert times[-1] - times[0] > 990
    let_in = [_enter(doors, None, 1.0) for _ in range(round(ARRIVALS_PER_S) + 1)]
    assert [isinstance(each, MemoryConnection) for each in let_in] == [True] * round(ARRIVALS_PER_S) + [False]


@pytest.mark.parametrize("rate", [10.0, None])
def test_who_cannot_be_served_comes_back_in_turns(rate: float | None) -> None:
    """A record that does not answer turns everybody away at once; they are told times of their own, none too early."""
    doors = Doors(Caps(arrivals_per_s=rate))
    times = [doors.later_ms(0.0) for _ in range(100)]
    assert times == sorted(times)
    assert times[0] >= 1000 * BUSY_RETRY_S
    assert times[-1] - times[0] == pytest.approx(99_000 / (rate or ARRIVALS_PER_S), abs=1)
