"""The last events of a room, as finished frames: what those who come back get without asking the log."""

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from server.hub.wire import Wire
from server.kernel.limits import RING_BYTES, RING_FRAMES

Wires = Mapping[str, Wire | None]
"""One event's finished frame per audience, None where one gets nothing."""


class _Held(NamedTuple):
    wires: Wires
    size: int
    remark: bool


class Ring:
    """Holds the events after `base`, without a gap, bounded by count and by bytes."""

    def __init__(self, base: int, frames: int = RING_FRAMES, size: int = RING_BYTES) -> None:
        self.base = base
        self.bytes = 0
        self._most, self._most_bytes = frames, size
        self._held: deque[_Held] = deque()

    def __len__(self) -> int:
        return len(self._held)

    @property
    def seq(self) -> int:
        """The last event that is in here, or was."""
        return self.base + len(self._held)

    def append(self, wires: Wires, *, remark: bool = False) -> None:
        """Take the event `seq + 1`, and let go of the oldest ones where it would be too much."""
        size = sum(map(len, filter(None, wires.values())))
        self._held.append(_Held(wires, size, remark))
        self.bytes += size
        while len(self._held) > self._most or self.bytes > self._most_bytes:
            self.bytes -= self._held.popleft().size
            self.base += 1

    def covers(self, seq: int) -> bool:
        """Whether every event after `seq` is here."""
        return self.base <= seq <= self.seq

    def after(self, seq: int, audience: str) -> list[Wire]:
        """What that audience gets of the events after `seq`; only where `covers(seq)`."""
        if not self.covers(seq):
            raise ValueError(f"the ring holds {self.base}..{self.seq}, not what follows {seq}")
        return [wire for _, held in self._tail(seq) if (wire := held.wires.get(audience)) is not None]

    def remarks(self, after: int, until: int, audience: str, size: int) -> list[Wire]:
        """What no state tells of the events after `after` up to `until`, as far as they are here: the newest of them,
        `size` bytes together at most."""
        found: deque[Wire] = deque()
        for seq, held in reversed(self._tail(max(after, self.base))):
            wire = held.wires.get(audience) if held.remark and seq <= until else None
            if wire is None:
                continue
            size -= len(wire)
            if size < 0:
                break
            found.appendleft(wire)
        return list(found)

    def _tail(self, after: int) -> list[tuple[int, _Held]]:
        newest = list(zip(range(self.seq, after, -1), reversed(self._held), strict=False))
        return newest[::-1]
