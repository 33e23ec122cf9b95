"""How much a socket may get wrong, and how fast it may talk, before it is closed."""

from server.hub.codes import Close
from server.hub.connection import Connection
from server.kernel.clock import Clock
from server.kernel.errors import Problem, TooMany
from server.kernel.limits import BAD_FRAMES, BAD_FRAMES_WINDOW_S, FRAMES_BURST, FRAMES_PER_S, RATE_REFUSALS
from server.kernel.pace import Allowance, Window


class Manners:
    """`is_limited` is off for load tests: then only bad frames count."""

    def __init__(self, connection: Connection, clock: Clock, is_limited: bool) -> None:
        self._connection, self._clock = connection, clock
        self._bad = Window(BAD_FRAMES, BAD_FRAMES_WINDOW_S)
        self._refused = Window(RATE_REFUSALS, BAD_FRAMES_WINDOW_S)
        self._allowance = Allowance(FRAMES_PER_S, FRAMES_BURST, clock.monotonic()) if is_limited else None

    def count_bad(self, problem: Problem) -> None:
        """A frame was wrong, and that was said; the fifth within ten seconds is the last."""
        if self._bad.hit(self._clock.monotonic()):
            self._connection.close(Close.BAD_FRAME, f"{BAD_FRAMES} bad frames; the last: {problem.detail}")

    def too_fast(self) -> TooMany | None:
        """Whether this frame comes too soon after the others; who does not listen to that is closed."""
        if self._allowance is None:
            return None
        now = self._clock.monotonic()
        late_by = self._allowance.take(now)
        if not late_by:
            return None
        if self._refused.hit(now):
            self._connection.close(Close.RATE, f"more than {FRAMES_PER_S:g} frames per second")
        return TooMany(
            f"At most {FRAMES_PER_S:g} frames per second, {FRAMES_BURST} at once",
            extra={"retry_after_ms": round(late_by * 1000)},
        )
