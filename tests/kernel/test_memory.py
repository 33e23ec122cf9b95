"""The collector does not look at what was there when the server started, and finds in time what was left since."""

import gc
import weakref

from server.kernel.memory import YOUNG, settled

PARTS = 60
"""Objects of which a socket's leavings consist, all of them in one circle."""
STAY = 2_000
"""Sockets that are there at the same time: when they go, the collector has looked at them and found them in use."""
COME = 40_000


class Leavings:
    """Of one socket."""

    __slots__ = ("__weakref__", "parts")

    def __init__(self) -> None:
        self.parts = [[self] for _ in range(PARTS)]


def test_what_was_there_is_set_aside_and_given_back() -> None:
    """Inside the block nothing old is looked at and the young wait longer; behind it all is as before."""
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with settled():
        assert gc.get_freeze_count() > frozen
        assert gc.get_threshold()[0] == YOUNG
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_what_sockets_leave_behind_is_found() -> None:
    """However many come and go, those that are gone and still in memory are not many more than those that are there."""
    left: weakref.WeakSet[Leavings] = weakref.WeakSet()
    most = 0
    with settled():
        there = [Leavings() for _ in range(STAY)]
        for n in range(COME):
            there[n % STAY] = Leavings()
            left.add(there[n % STAY])
            most = max(most, len(left))
    assert STAY < most < 6 * STAY
