"""Reading a topic's record: every read with a deadline, and what comes of it provably without a gap."""

import asyncio
from collections.abc import Sequence

from server.hub.source import Entry, Position, Snapshot, Source
from server.kernel.limits import SOURCE_DEADLINE_S


class RecordReplaced(Exception):
    """The log is another one, or no longer reaches back to where a room stands: everyone starts afresh."""


class Reading:
    """One topic of a source. Raises what the source raises, and TimeoutError after SOURCE_DEADLINE_S."""

    def __init__(self, topic: str, source: Source) -> None:
        self._topic, self._source = topic, source

    async def position(self) -> Position:
        """Where the log stands."""
        async with asyncio.timeout(SOURCE_DEADLINE_S):
            return await self._source.position(self._topic)

    async def after(self, seq: int, limit: int) -> list[Entry]:
        """At most `limit` events that follow `seq`, each the next of the one before; empty where `seq + 1` is not
        there."""
        async with asyncio.timeout(SOURCE_DEADLINE_S):
            return _follow(await self._source.replay(self._topic, seq, limit), seq)

    async def snapshot(self, audience: str, epoch: str | None) -> Snapshot:
        """The present state. Raises RecordReplaced where it is one of another epoch."""
        async with asyncio.timeout(SOURCE_DEADLINE_S):
            snapshot = await self._source.snapshot(self._topic, audience)
        if snapshot.position.epoch != epoch:
            raise RecordReplaced(self._topic)
        return snapshot


def _follow(entries: Sequence[Entry], after: int) -> list[Entry]:
    """The entries up to the first gap."""
    found: list[Entry] = []
    for entry in entries:
        if entry.seq != after + 1 + len(found):
            break
        found.append(entry)
    return found
