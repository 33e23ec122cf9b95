"""What is said of the machine."""

import pytest

from bench.machine import busy, ticks


@pytest.mark.parametrize(
    ("spent", "share"),
    [((50, 0, 40, 10, 0, 0, 0, 0), 0.9), ((0, 0, 0, 80, 20, 0, 0, 0), 0.0), ((10, 5, 5, 0, 0, 2, 3, 0), 1.0)],
)
def test_what_is_neither_idle_nor_waiting_is_busy(spent: tuple[int, ...], share: float) -> None:
    """Users and the system, interrupts too; a core that waits for a disk could do something."""
    before = (1_000,) * 8
    assert busy(before, tuple(early + more for early, more in zip(before, spent, strict=True))) == pytest.approx(share)


def test_a_moment_in_which_nothing_was_counted_is_idle_or_busy_and_no_error() -> None:
    """Ticks are hundredths of a second."""
    now = ticks()
    assert len(now) == 8
    assert 0 <= busy(now, now) <= 1
