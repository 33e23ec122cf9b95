"""How many uploads a campaign has left this hour. Kept in memory: a restart forgives, the quota stays."""

from collections import deque

from server.kernel.clock import Clock
from server.kernel.errors import TooMany
from server.kernel.limits import UPLOADS_PER_HOUR

_HOUR_S = 3_600.0


class Allowance:
    """A sliding hour per campaign. Campaigns that are quiet for an hour cost nothing."""

    def __init__(self, clock: Clock, most: int | None = UPLOADS_PER_HOUR) -> None:
        self._clock = clock
        self._most = most
        self._uploads: dict[str, deque[float]] = {}

    def take(self, campaign_id: str) -> None:
        """Count one upload. Raises TooMany, with the seconds until the next is possible."""
        if self._most is None:
            return
        now = self._clock.monotonic()
        self._forget(now - _HOUR_S)
        times = self._uploads.setdefault(campaign_id, deque())
        if len(times) >= self._most:
            wait = max(1, round(times[0] + _HOUR_S - now))
            raise TooMany(f"at most {self._most} images an hour", extra={"retry_after_ms": wait * 1000})
        times.append(now)

    def _forget(self, before: float) -> None:
        for campaign_id, times in list(self._uploads.items()):
            while times and times[0] <= before:
                times.popleft()
            if not times:
                del self._uploads[campaign_id]
