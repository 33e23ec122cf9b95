"""Who is slow: one list per process of the connections with bytes waiting, looked at once a second."""

from dataclasses import dataclass

from server.hub.connection import Connection
from server.kernel.limits import STALL_S


@dataclass(slots=True)
class _Progress:
    taken: int
    at: float


class Readers:
    """Only connections with a backlog are in here, so a thousand healthy ones cost nothing."""

    def __init__(self) -> None:
        self._slow: dict[Connection, _Progress | None] = {}

    def __len__(self) -> int:
        return len(self._slow)

    def waiting(self, connection: Connection) -> None:
        """Note that it has bytes waiting; its clock starts at the next look."""
        self._slow.setdefault(connection)

    def is_waiting(self, connection: Connection) -> bool:
        """Whether it had bytes waiting at the last look: what came since then may just be on its way."""
        return self._slow.get(connection) is not None

    def stalled(self, now: float) -> list[Connection]:
        """Those that took nothing for STALL_S; forgets those that caught up or are gone."""
        found = []
        for connection, progress in list(self._slow.items()):
            if connection.backlog() == 0:
                del self._slow[connection]
            elif progress is None or connection.taken() != progress.taken:
                self._slow[connection] = _Progress(connection.taken(), now)
            elif now - progress.at >= STALL_S:
                found.append(connection)
                self._slow[connection] = _Progress(connection.taken(), now)
        return found
