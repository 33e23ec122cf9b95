"""Who is slow: one list per process of the connections with bytes waiting, looked at once a second."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from server.hub.connection import Connection
from server.kernel.limits import STALL_S

NO_PROGRESS: Final = "no progress"
"""The reason for which a stalled reader is closed."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a reader is slow: how many bytes wait for it, and for how many seconds it has taken none of them."""

    size: int
    still_s: float


@dataclass(slots=True)
class _Progress:
    taken: int
    at: float
    due: float


class Readers:
    """Only connections with a backlog are in here, so a thousand healthy ones cost nothing."""

    def __init__(self) -> None:
        self._slow: dict[Connection, _Progress | None] = {}
        self._looked = 0.0

    def __len__(self) -> int:
        return len(self._slow)

    def waiting(self, connection: Connection) -> None:
        """Note that it has bytes waiting; its clock starts at the next look."""
        self._slow.setdefault(connection)

    def connections(self) -> Iterable[Connection]:
        """Those that bytes wait for, or waited a moment ago."""
        return self._slow

    def wait(self, connection: Connection) -> Wait | None:
        """What waited for it at the last look, if anything: what came since then may just be on its way."""
        progress = self._slow.get(connection)
        return None if progress is None else Wait(connection.backlog(), self._looked - progress.at)

    def said(self, connection: Connection) -> dict[str, int]:
        """The same, for the log."""
        wait = self.wait(connection)
        return {"backlog": connection.backlog(), "still_s": 0 if wait is None else round(wait.still_s)}

    def waits(self) -> list[Wait]:
        """Of all that are slow."""
        return [wait for connection in self._slow if (wait := self.wait(connection)) is not None]

    def stalled(self, now: float) -> list[Connection]:
        """Those that took nothing for STALL_S; forgets those that caught up or are gone."""
        self._looked = now
        found = []
        for connection, progress in list(self._slow.items()):
            if connection.backlog() == 0:
                del self._slow[connection]
            elif progress is None or connection.taken() != progress.taken:
                self._slow[connection] = _Progress(connection.taken(), at=now, due=now + STALL_S)
            elif now >= progress.due:
                found.append(connection)
                progress.due = now + STALL_S
        return found
