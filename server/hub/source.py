"""What the hub asks of those who keep the record. It never asks for anything else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a topic's log. Another `epoch` is another log; `seq` counts up by one per event, from 0."""

    epoch: str
    seq: int


class Entry(NamedTuple):
    """One event of the log: the finished text of its frame per audience, None where one gets nothing."""

    seq: int
    texts: Mapping[str, bytes | None]
    guests: bool | None = None
    """Whether guests may watch from here on; None where the event does not change that."""
    remark: bool = False
    """Whether no state tells of it (a roll, an announcement): who gets a state for its events gets it beside that."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The finished text of a snapshot frame, a JSON object, and the position that it is true at."""

    position: Position
    text: bytes


class Source(Protocol):
    """The record of every topic. Raises NotFound for an unknown topic, Unavailable where it cannot answer now."""

    async def position(self, topic: str) -> Position:
        """Where the log stands: at least every seq that this process has published."""
        ...

    async def positions(self, topics: Collection[str]) -> Mapping[str, Position]:
        """Where these logs stand; a topic that is unknown is left out."""
        ...

    async def replay(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        """The events after `after`, in order, without a gap, at most `limit`; empty where the log has none or
        no longer reaches back that far."""
        ...

    async def snapshot(self, topic: str, audience: str) -> Snapshot:
        """The present state, as that audience sees it."""
        ...
