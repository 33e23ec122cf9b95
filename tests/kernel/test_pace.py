"""Counting over time."""

from server.kernel.pace import Allowance, Window


def test_window() -> None:
    """The third within ten seconds is one too many; spread out they never are."""
    window = Window(3, 10)
    assert [window.hit(now) for now in (0, 4, 11, 12, 14, 14)] == [False, False, False, True, True, True]
    spread = Window(3, 10)
    assert not any(spread.hit(now) for now in range(0, 100, 6))


def test_allowance() -> None:
    """A burst at once, then the rate; what is refused says how long to wait."""
    allowance = Allowance(2, 3, now=100)
    assert [allowance.take(100) for _ in range(4)] == [0, 0, 0, 0.5]
    assert allowance.take(100.5) == 0
    assert allowance.take(100.75) == 0.25
    assert [allowance.take(1000) for _ in range(4)] == [0, 0, 0, 0.5]
