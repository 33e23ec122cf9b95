"""The rooms in memory: loaded on first use, brought up to the log when they are behind, bounded in number."""

import asyncio
from collections import OrderedDict

from server.campaigns.room import Room
from server.campaigns.store import Store
from server.hub.source import Position
from server.kernel.clock import Clock
from server.kernel.errors import NotFound
from server.kernel.limits import EVENTS_PAGE, ROOM_IDLE_S, ROOMS_IN_MEMORY


class Rooms:
    """Dropping a room is always safe: the next to ask loads it again."""

    def __init__(self, store: Store, clock: Clock, bound: int = ROOMS_IN_MEMORY) -> None:
        self._store = store
        self._clock = clock
        self._bound = bound
        self._rooms: OrderedDict[str, Room] = OrderedDict()  # least recently used first
        self._slugs: dict[str, str] = {}  # as they were when the room was loaded
        self._called: dict[str, str] = {}  # the same, by campaign
        self._loading: dict[str, asyncio.Task[Room]] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def __contains__(self, campaign_id: object) -> bool:
        return campaign_id in self._rooms

    def known(self, campaign_id: str) -> Room | None:
        """The room, where it is in memory; it may be behind another process."""
        room = self._rooms.get(campaign_id)
        if room is not None:
            room.used_at = self._clock.monotonic()
            self._rooms.move_to_end(campaign_id)
        return room

    def named(self, slug: str) -> Room | None:
        """The room of the campaign that is called so now, where it is in memory and known to be up to date."""
        room = self.known(self._slugs.get(slug, ""))
        if room is None or room.is_stale or room.state["campaign"]["slug"] != slug:
            return None
        return room

    async def get(self, campaign_id: str) -> Room:
        """The room, loaded once for all who ask at the same time; at least what this process committed.

        Raises NotFound, Unavailable.
        """
        room = self.known(campaign_id)
        if room is None:
            return await self._loaded(campaign_id)
        if room.is_stale:
            await self.catch_up(room)
        return room

    async def fresh(self, campaign_id: str) -> Room:
        """The room as the log is now, whichever process wrote it. Raises NotFound, Unavailable."""
        room = self.known(campaign_id)
        if room is None:
            return await self._loaded(campaign_id)
        return await self.catch_up(room)

    async def catch_up(self, room: Room) -> Room:
        """Follow the log to its end. Gives the room to go on with: another one where the log was replaced."""
        position = await self._position(room.id)
        while room.epoch == position.epoch and room.seq < position.seq:
            missed = await self._store.after(room.id, room.seq, EVENTS_PAGE)
            if not missed:
                break
            for logged in missed:
                room.follow(logged)
        if room.epoch != position.epoch or room.seq < position.seq:
            self.drop(room.id)
            return await self._loaded(room.id)
        room.is_stale = False
        return room

    def hint(self, campaign_id: str, seq: int) -> None:
        """Another process says that the log stands at `seq`: whoever uses the room next reads what it lacks first."""
        room = self._rooms.get(campaign_id)
        if room is not None and seq > room.seq:
            room.is_stale = True

    def drop(self, campaign_id: str) -> None:
        """Forget a room: its campaign was deleted, or it cannot be trusted."""
        self._rooms.pop(campaign_id, None)
        slug = self._called.pop(campaign_id, None)
        if slug is not None and self._slugs.get(slug) == campaign_id:  # another may be called so by now
            del self._slugs[slug]

    def sweep(self, now: float) -> None:
        """Forget the rooms that nobody used for ROOM_IDLE_S; `now` is the clock's monotonic time."""
        while self._rooms:
            campaign_id, room = next(iter(self._rooms.items()))
            if now - room.used_at < ROOM_IDLE_S:
                return
            self.drop(campaign_id)

    async def _position(self, campaign_id: str) -> Position:
        try:
            return await self._store.position(campaign_id)
        except NotFound:
            self.drop(campaign_id)
            raise

    async def _loaded(self, campaign_id: str) -> Room:
        loading = self._loading.get(campaign_id)
        if loading is None:
            loading = asyncio.create_task(self._load(campaign_id))
            self._loading[campaign_id] = loading
        return await asyncio.shield(loading)  # one asker that gives up does not take it from the others

    async def _load(self, campaign_id: str) -> Room:
        try:
            room = await self._store.load(campaign_id)
        finally:
            del self._loading[campaign_id]
        room.used_at = self._clock.monotonic()
        self._rooms[campaign_id] = room
        slug = self._called[campaign_id] = room.state["campaign"]["slug"]
        self._slugs[slug] = campaign_id
        while len(self._rooms) > self._bound:
            self.drop(next(iter(self._rooms)))
        return room
