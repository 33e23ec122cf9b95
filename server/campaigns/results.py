"""The commands of one socket: carried out side by side, answered in the order they came."""

import asyncio
from collections.abc import Callable
from itertools import takewhile

from server.campaigns.room import Answer
from server.campaigns.texts import encode
from server.hub.wire import Wire, finish, finish_json
from server.kernel.errors import Internal, Problem, TooMany
from server.kernel.limits import MAX_PENDING_COMMANDS
from server.kernel.logs import get

log = get(__name__)


class Results:
    """Every command gets one result, whatever becomes of it. A client that left does not stop its commands."""

    def __init__(self, send: Callable[[Wire], None]) -> None:
        self._send = send
        self._waiting: list[tuple[str, asyncio.Future[Answer]]] = []

    def check_room(self) -> None:
        """Raises TooMany where too many wait already."""
        if len(self._waiting) >= MAX_PENDING_COMMANDS:
            raise TooMany(f"At most {MAX_PENDING_COMMANDS} commands may wait for their result")

    def expect(self, command_id: str, outcome: asyncio.Future[Answer]) -> None:
        """Answer a command that was handed in, in its turn."""
        self._waiting.append((command_id, outcome))
        if len(self._waiting) == 1:
            outcome.add_done_callback(self._answer)

    def refuse(self, command_id: str, problem: Problem) -> None:
        """Answer a command that is not even tried, in its turn."""
        if not self._waiting:
            self._send(_failed(command_id, problem))
            return
        refused: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        refused.set_exception(problem)
        self.expect(command_id, refused)

    def _answer(self, _done: asyncio.Future[Answer]) -> None:
        """Only the first that waits has this called: a group's commit settles many, and one write answers them."""
        ready = list(takewhile(_is_settled, self._waiting))
        del self._waiting[: len(ready)]
        if self._waiting:
            self._waiting[0][1].add_done_callback(self._answer)
        self._send(Wire(b"".join([_result(*asked) for asked in ready])))


def _is_settled(asked: tuple[str, asyncio.Future[Answer]]) -> bool:
    return asked[1].done()


def _result(command_id: str, done: asyncio.Future[Answer]) -> Wire:
    if done.cancelled():
        return _failed(command_id, Internal())
    match done.exception():
        case None:
            return finish(encode({"type": "result", "id": command_id, "ok": True, "seq": done.result().seq}))
        case Problem() as problem:
            return _failed(command_id, problem)
        case error:
            log.error("command_failed", command_id=command_id, exc_info=error)
            return _failed(command_id, Internal())


def _failed(command_id: str, problem: Problem) -> Wire:
    return finish_json({"type": "result", "id": command_id, "ok": False, "error": problem.body()})
