"""What this process has heard of the revocations, and what it has not: the table of `revocations`, read without a hole.

Rows are numbered when they are written and seen when they are committed, so one may appear behind another that has a
higher number. What is missing between two numbers is asked for again until nobody can be in the middle of writing it.
Whoever acts on rights asks the same question in their own transaction, so that they act on no less than what is known.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from server.kernel.clock import Clock
from server.kernel.limits import NEWS_KEPT, NEWS_LATE_S
from server.kernel.pipeline import Question

Row = tuple[int, str]
"""A row's number, and its subject."""
_AFTER: Final = {
    "sqlite": "SELECT seq, subject FROM revocations WHERE seq > ? ORDER BY seq",
    "postgresql": "SELECT seq, subject FROM revocations WHERE seq > %s ORDER BY seq",
}
"""As text: the writer asks it with every group of commands, and making a statement would cost more than the answer."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was heard at a moment: every row up to `floor` that is ever to come, and of those beyond it `above`."""

    floor: int = 0
    above: frozenset[int] = frozenset()

    def question(self, dialect: str) -> Question:
        """What to ask a database of that kind; `missing` makes sense of the answer."""
        return _AFTER[dialect], (self.floor,)

    def missing(self, found: Iterable[Sequence[Any]]) -> list[Row]:
        """What of the answer is not among them, in order: it was committed and not heard yet."""
        return [(seq, subject) for seq, subject in found if seq not in self.above]


class News:
    """`hear` is called with each subject. Somebody judged at one `turn` may be somebody else at a later one."""

    def __init__(self, clock: Clock, hear: Callable[[str], None]) -> None:
        self._clock, self._hear = clock, hear
        self._lately: deque[str] = deque(maxlen=NEWS_KEPT)
        self._heights: deque[tuple[float, int]] = deque()  # since when the rows up to there were being looked for
        self.known = Known()
        self.turn = 0
        """How many were heard."""

    def take(self, rows: Iterable[Row], over: int = 0) -> None:
        """Hear those that are new, of rows in order. Up to `over` there is nobody left who could write another one."""
        fresh = [(seq, subject) for seq, subject in rows if seq > self.known.floor and seq not in self.known.above]
        for _, subject in fresh:
            self.turn += 1
            self._lately.append(subject)
            self._hear(subject)
        self._settle([seq for seq, _ in fresh], over)

    def _settle(self, fresh: Collection[int], over: int) -> None:
        floor, now = max(self.known.floor, over), self._clock.monotonic()
        above = self.known.above.union(fresh)
        if fresh:
            self._heights.append((now, max(above)))
        while self._heights and self._heights[0][0] <= now - NEWS_LATE_S:
            floor = max(floor, self._heights.popleft()[1])
        while floor + 1 in above:
            floor += 1
        self.known = Known(floor, frozenset(seq for seq in above if seq > floor))
        if not self.known.above:
            self._heights.clear()

    def concerns(self, subjects: Collection[str], since: int) -> bool:
        """Whether one of them was heard after that turn; also where it is too long ago to say."""
        later = self.turn - since
        if later > len(self._lately):
            return True
        return any(subject in subjects for subject in islice(reversed(self._lately), later))
