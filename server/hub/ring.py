"""The last events of a room, as finished frames: what those who come back get without asking the log."""

from collections import deque
from collections.abc import Iterator, Mapping

from server.hub.wire import Wire
from server.kernel.limits import RING_BYTES, RING_FRAMES

Wires = Mapping[str, Wire | None]
"""One event's finished frame per audience, None where one gets nothing."""


class Ring:
    """Holds the events after `base`, without a gap, bounded by count and by bytes."""

    def __init__(self, base: int, frames: int = RING_FRAMES, size: int = RING_BYTES) -> None:
        self.base = base
        self.bytes = 0
        self._most, self._most_bytes = frames, size
        self._held: deque[tuple[Wires, int]] = deque()

    def __len__(self) -> int:
        return len(self._held)

    @property
    def seq(self) -> int:
        """The last event that is in here, or was."""
        return self.base + len(self._held)

    def append(self, wires: Wires) -> None:
        """Take the event `seq + 1`, and let go of the oldest ones where it would be too much."""
        size = sum(len(wire) for wire in wires.values() if wire is not None)
        self._held.append((wires, size))
        self.bytes += size
        while len(self._held) > self._most or self.bytes > self._most_bytes:
            _, gone = self._held.popleft()
            self.bytes -= gone
            self.base += 1

    def covers(self, seq: int) -> bool:
        """Whether every event after `seq` is here."""
        return self.base <= seq <= self.seq

    def after(self, seq: int, audience: str) -> list[Wire]:
        """What that audience gets of the events after `seq`; only where `covers(seq)`."""
        return [wire for wires in self._tail(seq) if (wire := wires.get(audience)) is not None]

    def _tail(self, seq: int) -> Iterator[Wires]:
        if not self.covers(seq):
            raise ValueError(f"the ring holds {self.base}..{self.seq}, not what follows {seq}")
        wanted = self.seq - seq
        newest = [wires for wires, _ in zip(self._newest(), range(wanted), strict=False)]
        return reversed(newest)

    def _newest(self) -> Iterator[Wires]:
        return (wires for wires, _ in reversed(self._held))
