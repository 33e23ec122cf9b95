"""Who is slow."""

from server.hub.readers import Readers, Wait
from server.kernel.limits import STALL_S
from tests.hub.doubles import MemoryConnection


def _waiting(readers: Readers, held: int = 100) -> MemoryConnection:
    connection = MemoryConnection()
    connection.held = held
    readers.waiting(connection)
    return connection


def test_no_progress_is_noticed() -> None:
    """Bytes that wait for STALL_S without one being taken make a stalled reader."""
    readers = Readers()
    connection = _waiting(readers)
    assert readers.stalled(0) == []
    assert readers.stalled(STALL_S - 1) == []
    assert readers.wait(connection) == Wait(100, STALL_S - 1)
    assert readers.stalled(STALL_S) == [connection]
    assert readers.said(connection) == {"backlog": 100, "still_s": STALL_S}
    assert readers.stalled(STALL_S * 2 - 1) == []
    assert readers.stalled(STALL_S * 2) == [connection]


def test_slow_progress_is_progress() -> None:
    """A reader that takes some bytes each time is slow, not stalled."""
    readers = Readers()
    connection = _waiting(readers)
    for second in range(30):
        connection.take(1)
        assert readers.stalled(second) == []
        assert readers.wait(connection) == Wait(100 - second - 1, 0)


def test_caught_up_is_forgotten() -> None:
    """Without a backlog it costs nothing; its clock starts anew the next time."""
    readers = Readers()
    connection = _waiting(readers)
    readers.stalled(0)
    connection.take(100)
    assert readers.stalled(STALL_S) == []
    assert len(readers) == 0
    connection.held = 1
    readers.waiting(connection)
    assert readers.stalled(STALL_S + 1) == []
