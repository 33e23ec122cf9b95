"""Counting over time: how often something happened lately, and how often it may."""


class Window:
    """Whether something happened `most` times within `seconds`."""

    __slots__ = ("_most", "_seconds", "_times")

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._times: list[float] = []  # nearly always empty: a deque of nothing takes 700 bytes of every socket

    def hit(self, now: float) -> bool:
        """It happened again; True where that is once too often."""
        self._times.append(now)
        del self._times[: -self._most]
        return len(self._times) == self._most and now - self._times[0] <= self._seconds


class Allowance:
    """`rate` per second for long, `burst` at once (a token bucket)."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = float(burst), now

    def take(self, now: float) -> float:
        """Take one: 0, or the seconds until there is one to take."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._rate
