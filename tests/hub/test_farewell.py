"""How everyone is sent away when a server ends."""

from collections import Counter

import pytest

from server.hub.codes import Close
from server.hub.farewell import send_away
from server.kernel.limits import LEAST_DELAY_MS, RESTART_SPREAD_MAX_S, RESTART_SPREAD_PER_S
from tests.hub.doubles import MemoryConnection


class _Crowd(MemoryConnection):
    """Stands for everybody: what each is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[int | None] = []

    def close(self, code: int, _reason: str, retry_after_ms: int | None = None) -> None:
        assert code == Close.RESTARTING
        self.told.append(retry_after_ms)


def _told(count: int) -> list[int]:
    crowd = _Crowd()
    send_away([crowd] * count)
    return [delay for delay in crowd.told if delay is not None]


@pytest.mark.parametrize(("count", "seconds"), [(1, 0), (300, 0.3), (2_000, 2), (60_000, RESTART_SPREAD_MAX_S)])
def test_they_come_back_at_the_rate_that_a_process_greets(count: int, seconds: float) -> None:
    """RESTART_SPREAD_PER_S of them each second, evenly, and all of them within RESTART_SPREAD_MAX_S."""
    told = _told(count)
    assert len(told) == count
    assert told == sorted(told)
    assert told[0] == LEAST_DELAY_MS
    assert told[-1] - told[0] == pytest.approx(1000 * seconds, abs=1)
    most = max(1, round(count / RESTART_SPREAD_MAX_S / 1000), round(RESTART_SPREAD_PER_S / 1000))
    assert max(Counter(told).values()) <= most + 1


def test_nobody_is_there() -> None:
    """A server that nobody watches ends all the same."""
    assert _told(0) == []
