"""One socket's rights may have changed: look at once, and once more where they change meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

from server.hub.codes import Close
from server.hub.connection import Connection
from server.hub.talk import BROKEN_OFF
from server.kernel.errors import Problem
from server.kernel.limits import DOUBT_S
from server.kernel.logs import get

log = get(__name__)


class Doubt:
    """`look` settles it; a Problem that it raises ends the socket. What takes longer than DOUBT_S ends it too: nobody
    goes on hearing what may not be theirs. `retry_ms` says when such a one may come again."""

    def __init__(
        self, look: Callable[[], Awaitable[None]], connection: Connection, retry_ms: Callable[[], int]
    ) -> None:
        self._look, self._connection, self._retry_ms = look, connection, retry_ms
        self._looking: asyncio.Task[None] | None = None
        self._again = False

    @property
    def is_open(self) -> bool:
        """Whether nobody knows at this moment what the socket may see."""
        return self._looking is not None

    async def settled(self) -> None:
        """Return once that is known, or the socket is closed."""
        while self._looking is not None:
            await asyncio.wait({self._looking})

    def arise(self) -> None:
        """Waits for nothing: called in the middle of an announcement. Nobody is there to doubt once it is closed."""
        if not self._connection.is_open:
            return
        self._again = True
        if self._looking is None:
            self._looking = asyncio.create_task(self._settle(), name="doubt")
            self._looking.add_done_callback(self._settled)

    async def _settle(self) -> None:
        while self._again and self._connection.is_open:
            self._again = False
            looking = asyncio.ensure_future(self._look())
            done, _ = await asyncio.wait({looking}, timeout=DOUBT_S)
            if not done:
                self._send_away("nobody can say now what you may see here")
            try:
                await looking  # a query is not cut off: that would leave a half-open connection
            except Problem as problem:
                self._end(problem)

    def _end(self, problem: Problem) -> None:
        if problem.retry:
            self._send_away(problem.detail)
        else:
            self._connection.close(Close.NOT_ALLOWED, "you may not look on here any more")

    def _send_away(self, reason: str) -> None:
        self._connection.close(Close.BUSY, reason, self._retry_ms())

    def _settled(self, looked: asyncio.Task[None]) -> None:
        self._looking = None
        if looked.cancelled():
            return
        if (error := looked.exception()) is not None:
            log.error("seating_failed", exc_info=error)
            self._connection.close(Close.FAILED, BROKEN_OFF)
        elif self._again:
            self.arise()
