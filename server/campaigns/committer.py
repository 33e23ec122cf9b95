"""The writer: one task per process that takes every command that waits, and settles them together.

While one group is being committed the next one gathers and is decided, so the load itself makes the groups: a single
client has a transaction to itself, a hundred share one. Nobody is answered, and no room moves, before the commit.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from server.campaigns.foresight import Foresight
from server.campaigns.group import Settler
from server.campaigns.room import Answer, Submission
from server.campaigns.rooms import Rooms
from server.campaigns.store import Store
from server.campaigns.turn import Waiting, busy
from server.kernel.errors import AlreadyExists, CommandIdReused, FieldError
from server.kernel.limits import (
    COMMAND_CROWD,
    COMMAND_DEADLINE_S,
    COMMAND_GROUP,
    COMMAND_LOOKS,
    COMMAND_QUEUE,
    COMMAND_STEP,
)
from server.kernel.logs import get
from server.play.commands import UpdateCampaign

log = get(__name__)


class Committer:
    """Use `start`, then `submit` from any task of the same loop, then `stop`."""

    def __init__(self, rooms: Rooms, store: Store, settler: Settler, bound: int = COMMAND_QUEUE) -> None:
        self._rooms = rooms
        self._store = store
        self._settler = settler
        self._bound = bound
        self._queue: deque[Waiting] = deque()
        self._deadlines: deque[Waiting] = deque()  # all that were handed in, in order: the first one is due first
        self._alarm: asyncio.TimerHandle | None = None
        self._ahead: Foresight | None = None  # the next group, as far as it is decided
        self._under_way = 0  # commands in the group that is being committed
        self._wake = asyncio.Event()
        settler.began = self._wake.set
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """How many commands wait."""
        return len(self._queue) + (len(self._ahead.group) if self._ahead is not None else 0)

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="committer")

    async def stop(self) -> None:
        """Take nothing more, finish what waits, at most COMMAND_DEADLINE_S long."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=COMMAND_DEADLINE_S)
            self._task.cancel()
        for waiting in (*(self._ahead.group if self._ahead is not None else ()), *self._queue):
            waiting.answer(busy("The server is stopping"))
        self._queue.clear()
        if self._alarm is not None:
            self._alarm.cancel()

    async def submit(self, asked: Submission) -> Answer:
        """Decide and commit a command. The answer means that it is in the log and stays there.

        Raises what the rules raise, Conflict, CommandIdReused, AlreadyExists, NotFound, and Unavailable: then
        the same `key` asks again without doing it twice.
        """
        return await (await self.hand_in(asked))

    async def hand_in(self, asked: Submission) -> asyncio.Future[Answer]:
        """Give the command its turn; what comes of it is in the future, COMMAND_DEADLINE_S later at the latest.

        Waits only where the room is cold. Raises NotFound, Unavailable.
        """
        if asked.campaign_id not in self._rooms:
            await self._rooms.get(asked.campaign_id)  # a cold room is loaded here, not while others wait
        if self._closing or len(self._queue) >= self._bound:
            raise busy("The server is stopping" if self._closing else "Too many commands wait")
        loop = asyncio.get_running_loop()
        waiting = Waiting(asked, loop.create_future(), loop.time() + COMMAND_DEADLINE_S)
        self._queue.append(waiting)
        self._deadlines.append(waiting)
        self._wake.set()
        if self._alarm is None:
            self._alarm = loop.call_at(waiting.due, self._answer_overdue)
        return waiting.done

    def _answer_overdue(self) -> None:
        """One alarm for all: a timer for each command costs more than deciding it."""
        loop = asyncio.get_running_loop()
        self._forget_answered()
        while self._deadlines and self._deadlines[0].due <= loop.time():
            late = self._deadlines.popleft()
            late.answer(busy("The command was not settled in time; the same command id asks again"))
        first = self._deadlines[0] if self._deadlines else None
        self._alarm = None if first is None else loop.call_at(first.due, self._answer_overdue)

    def _forget_answered(self) -> None:
        while self._deadlines and self._deadlines[0].done.done():
            self._deadlines.popleft()

    async def _run(self) -> None:
        while self._ahead is not None or self._queue or not self._closing:
            if self._ahead is None and not self._queue:
                self._wake.clear()
                await self._wake.wait()
                await self._gather()
                continue
            foresight, self._ahead = self._ahead, None
            group = self._next_group() if foresight is None else foresight.group
            self._under_way = len(group)
            settling = asyncio.ensure_future(self._settle(group, foresight))
            await _fault(self._look_ahead(settling))  # what went wrong in it goes wrong again in its turn, and is said
            await settling
            if self._ahead is None:
                self._settler.tell()
                self._under_way = 0
            self._forget_answered()

    async def _gather(self) -> None:
        """Look at the sockets once more, and for as long as that brings more: what comes closely one behind the other
        is committed together, and reaches everybody in one write. A group that is left behind stays so: its senders
        go on when they are answered, always half a turn after the others."""
        held = 0
        for _ in range(COMMAND_LOOKS):
            if held == len(self._queue):
                break
            held = len(self._queue)
            await asyncio.sleep(0)

    def _next_group(self) -> list[Waiting]:
        size = min(len(self._queue), COMMAND_GROUP)  # decided in one go
        group = [self._queue.popleft() for _ in range(size)]
        return [waiting for waiting in group if not waiting.done.done()]

    async def _look_ahead(self, settling: asyncio.Task[None]) -> None:
        """Decide what waits while a group is committed, a few at a time: the sockets have their turn in between."""
        settling.add_done_callback(lambda _: self._wake.set())
        await asyncio.sleep(0)
        while not settling.done():
            self._wake.clear()
            if not self._foresee(COMMAND_STEP):
                await self._wake.wait()
            await asyncio.sleep(0)
        if self._ahead is not None and not self._ahead.group:
            self._ahead = None
        for _ in range(COMMAND_CROWD // COMMAND_STEP):
            if self._ahead is None or not self._foresee(COMMAND_STEP):
                break
            await asyncio.sleep(0)

    def _most(self) -> int:
        return group_size(len(self) + self._under_way)

    def _foresee(self, most: int) -> bool:
        """Take some into the next group. Whether it makes sense to ask for more at once."""
        self._ahead = ahead = self._ahead or self._settler.foresight()
        if ahead is None:
            return False
        for _ in range(min(most, self._most() - len(ahead.group))):
            if not self._queue:
                return False
            if not self._queue[0].done.done() and not ahead.take(self._queue[0]):
                return False
            self._queue.popleft()
        return len(ahead.group) < self._most()

    async def _settle(self, group: Sequence[Waiting], foresight: Foresight | None = None) -> None:
        """One that cannot be written does not fail its neighbours: the group is halved until it stands alone."""
        error = await _fault(self._settler.settle(group, foresight))
        if error is None:
            return
        self._settler.tell()  # who is answered is not asked again
        left = [waiting for waiting in group if not waiting.done.done()]
        if not left:
            log.error("settling_failed", exc_info=error)
        elif len(left) == 1:
            await self._explain(left[0], error)
        else:
            await self._settle(left[: len(left) // 2])
            await self._settle(left[len(left) // 2 :])

    async def _explain(self, waiting: Waiting, error: Exception) -> None:
        if isinstance(error, IntegrityError):
            error = await _fault(self._answer_known(waiting)) or error
        waiting.answer(error)

    async def _answer_known(self, waiting: Waiting) -> None:
        """What a unique row that exists already means for this command."""
        asked = waiting.asked
        place = (asked.campaign_id, asked.key or "")
        known = (await self._store.answers([place])).get(place) if asked.key else None
        if known is not None:
            waiting.answer(known if known.digest == asked.digest else CommandIdReused())
        elif isinstance(asked.command, UpdateCampaign) and asked.command.fields.slug is not None:
            raise AlreadyExists(errors=[FieldError("/data/fields/slug", "another campaign has it")])


def group_size(waiting: int) -> int:
    """How many of the commands that nobody has answered yet make a group: half of them, so that one half is decided
    while the other is committed."""
    return min(max(COMMAND_GROUP, waiting // 2), COMMAND_CROWD)


async def _fault(work: Coroutine[Any, Any, None]) -> Exception | None:
    """What went wrong, for whoever asked to hear; the writer goes on."""
    try:
        await work
    except Exception as error:
        log.debug("command_fault", exc_info=error)  # whoever it is told decides how loud it is
        return error
    return None
