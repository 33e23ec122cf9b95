"""Settling a group: decide every command on its room's pending state, commit all of them at once, then answer."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from server.campaigns.claims import confirm
from server.campaigns.figures import Tally
from server.campaigns.foresight import Foresight
from server.campaigns.pending import Pending
from server.campaigns.room import Room, Submission
from server.campaigns.rooms import Rooms
from server.campaigns.store import Store
from server.campaigns.turn import Turn, Waiting, busy, changed_nothing, looks_back
from server.campaigns.writes import Write
from server.hub.source import Entry
from server.kernel.clock import Clock
from server.kernel.errors import Problem, Unavailable
from server.kernel.ids import NewId
from server.kernel.limits import COMMAND_RACES, MAX_BATCH, UNDO_REACH
from server.kernel.logs import get
from server.play.commands import Undo
from server.play.events import Event

log = get(__name__)


class Publisher(Protocol):
    """Who is told what was committed: the hub."""

    def publish(self, topic: str, entries: Sequence[Entry]) -> None:
        """In order, after the commit; waits for nobody."""
        ...


class Log(Protocol):
    """Where a group is committed."""

    async def append(self, writes: Sequence[Write]) -> set[str]:
        """One transaction. Gives the ids of campaigns that another process moved, or in which somebody lost a right: of
        those nothing was written.

        Raises Unavailable where the outcome is unknown, and whatever the database says of rows it refuses.
        """
        ...


class Settler:
    """Only one `settle` at a time: two would decide on the same rooms."""

    def __init__(self, rooms: Rooms, store: Store, log: Log, publisher: Publisher, clock: Clock, new_id: NewId) -> None:
        self._rooms = rooms
        self._store = store
        self._log = log
        self._publisher = publisher
        self._clock = clock
        self._new_id = new_id
        self._under_way: Mapping[str, Pending] | None = None
        self._untold: list[Turn] = []  # committed; whoever asked does not know it yet
        self.tally = Tally()
        self.began: Callable[[], None] = _nobody
        """Called when a transaction is on its way: from here on `foresight` has something to say."""

    async def settle(self, group: Sequence[Waiting], foresight: Foresight | None = None) -> None:
        """Commit them; `foresight` is what was already decided of this group. Those that were committed hear of it
        with `tell`, or while the next group is under way. Raises what the database says of a row, and what is our
        fault: then nobody is answered whose command was not committed."""
        left = list(group)
        turns = await self._foreseen(foresight) if foresight is not None else None
        for _ in range(COMMAND_RACES):
            left = await confirm(await self._commit(turns or await self._decide(left)))
            turns = None
            if not left:
                return
        for waiting in left:
            waiting.answer(busy("Others change this campaign faster than this command can be decided"))

    def tell(self) -> None:
        """Answer those whose commands are committed, each behind the events that it made."""
        untold, self._untold = self._untold, []
        for turn in untold:
            try:
                if turn.pending.logged:
                    self._publisher.publish(turn.pending.room.id, turn.entries())
            except Exception as error:  # it is in the log all the same, and everybody else has to hear of theirs
                log.error("publishing_failed", exc_info=error)
            for waiting, outcome in turn.outcomes:
                waiting.answer(outcome)

    def foresight(self) -> Foresight | None:
        """For the next group, while one is being committed."""
        if self._under_way is None:
            return None
        return Foresight(self._rooms, self._under_way, self._clock.now(), self._new_id)

    async def _foreseen(self, foresight: Foresight) -> list[Turn] | None:
        """None where what it was decided on has not come true: then it is decided again."""
        turns = foresight.turns()
        if not foresight.holds():
            return None
        await self._recall(turns)
        return turns

    async def _decide(self, group: Sequence[Waiting]) -> list[Turn]:
        self.tell()
        rooms = await self._open(group)
        present = [waiting for waiting in group if waiting.asked.campaign_id in rooms]
        histories = await self._histories(present)
        now = self._clock.now()
        turns = {key: Turn(Pending(room, now, self._new_id)) for key, room in rooms.items()}
        for waiting, history in zip(present, histories, strict=True):
            turns[waiting.asked.campaign_id].take(waiting, history)
        await self._recall(turns.values())
        return list(turns.values())

    async def _recall(self, turns: Iterable[Turn]) -> None:
        """One that is refused or changes nothing may have been carried out already, by a process that died before it
        could say so: a room's memory is short, the log's is not. One question for all of them."""
        doubtful = [
            (turn, at, (waiting.asked.campaign_id, waiting.asked.key))
            for turn in turns
            for at, (waiting, outcome) in enumerate(turn.outcomes)
            if waiting.asked.key is not None and changed_nothing(outcome)
        ]
        if not doubtful:
            return
        self.tell()
        known = await self._store.answers({place for _, _, place in doubtful})
        for turn, at, place in doubtful:
            if place in known:
                turn.recall(at, known[place])

    async def _open(self, group: Sequence[Waiting]) -> Mapping[str, Room]:
        wanted = {key: self._rooms.known(key) for key in {waiting.asked.campaign_id for waiting in group}}
        rooms = {key: room for key, room in wanted.items() if room is not None and not room.is_stale}
        for key in wanted.keys() - rooms.keys():
            try:
                rooms[key] = await self._rooms.get(key)
            except Problem as problem:
                for waiting in group:
                    if waiting.asked.campaign_id == key:
                        waiting.answer(problem)
        return rooms

    async def _histories(self, group: Sequence[Waiting]) -> list[list[Event] | None]:
        return [await self._history(waiting.asked) if looks_back(waiting.asked.command) else None for waiting in group]

    async def _history(self, asked: Submission) -> list[Event]:
        if isinstance(asked.command, Undo):
            return await self._since(asked.campaign_id, asked.command.seq)
        return await self._store.latest(asked.campaign_id, UNDO_REACH)

    async def _since(self, campaign_id: str, seq: int) -> list[Event]:
        room = self._rooms.known(campaign_id)
        if room is None or room.seq - seq >= UNDO_REACH:
            return []  # which the rules say is out of reach
        return await self._store.since_command(campaign_id, seq, UNDO_REACH + MAX_BATCH)

    async def _commit(self, turns: Sequence[Turn]) -> list[Waiting]:
        """Gives those that have to be decided again."""
        ready = [turn for turn in turns if not turn.is_outrun]
        try:
            lost = await self._append(ready)
        except Unavailable:
            self.tally.failures += 1
            _give_up(turns)
            return []
        won = [turn for turn in ready if turn.pending.room.id not in lost]
        for turn in won:
            turn.pending.commit()
        self._untold += won
        again = [turn for turn in turns if turn.is_outrun or turn.pending.room.id in lost]
        for turn in again:
            turn.pending.room.is_stale = True
        self._count(won, bool(again))
        return [waiting for turn in again for waiting, _ in turn.outcomes]

    def _count(self, won: Sequence[Turn], raced: bool) -> None:
        events = sum(len(turn.pending.logged) for turn in won)
        self.tally.groups += bool(events)
        self.tally.events += events
        self.tally.races += raced

    async def _append(self, turns: Sequence[Turn]) -> set[str]:
        """While the transaction is on its way those of the one before hear that theirs is committed: so the database
        does not wait for that."""
        writes = [turn.write() for turn in turns if turn.pending.logged]
        if not writes:
            return set()
        self._under_way = {turn.pending.room.id: turn.pending for turn in turns}
        self.began()
        try:
            if not self._untold:
                return await self._log.append(writes)
            appending = asyncio.ensure_future(self._log.append(writes))
            await asyncio.sleep(0)
            self.tell()
            return await appending
        finally:
            self._under_way = None


def _nobody() -> None:
    """Nobody waits to hear of it."""


def _give_up(turns: Sequence[Turn]) -> None:
    """Whether it was committed is not known: the rooms have to look, and whoever asked has to ask again."""
    for turn in turns:
        turn.pending.room.is_stale = True
        for waiting, _ in turn.outcomes:
            waiting.answer(busy("The record could not be written; the same command id asks again"))
