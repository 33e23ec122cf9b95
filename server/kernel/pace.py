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


class Turnstile:
    """`rate` per second for long, `burst` at once. Whoever comes too soon is told a time of their own."""

    __slots__ = ("_burst_s", "_each_s", "_free_at", "_promised")

    def __init__(self, rate: float, burst: int) -> None:
        self._each_s = 1 / rate
        self._burst_s = burst / rate
        self._free_at = self._promised = float("-inf")

    def is_open(self, now: float) -> bool:
        """Whether one more may pass; if so it has."""
        self._free_at = max(self._free_at, now - self._burst_s)
        if self._free_at + self._each_s > now:
            return False
        self._free_at += self._each_s
        return True

    def later(self, now: float) -> float:
        """Seconds until one that may not pass is expected: each after the one before, so that they come one by one."""
        self._promised = max(self._promised, now) + self._each_s
        return self._promised - now


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
