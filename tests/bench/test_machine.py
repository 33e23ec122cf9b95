"""What is said of the machine."""

from pathlib import Path

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


def test_a_moment_in_which_nothing_was_counted_is_idle() -> None:
    """Ticks are hundredths of a second."""
    assert busy((7,) * 8, (7,) * 8) == 0


def test_ticks_are_those_of_all_cores_and_counted_once(tmp_path: Path) -> None:
    """The first line is the sum of the others; guests are in the time of users already."""
    stat = tmp_path / "stat"
    stat.write_text("cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n", encoding="ascii")
    assert ticks(stat) == (1, 2, 3, 4, 5, 6, 7, 8)
