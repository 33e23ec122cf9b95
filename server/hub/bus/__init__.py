"""What processes tell each other: above all hints, `topic:seq`, that a log has grown.

Whatever travels here may be lost, doubled, late or out of order. Truth is in the record: a process that hears of
something it lacks reads it there, and one that may have missed something looks there by itself (`hub/rounds.py`).
"""

from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from server.hub.bus.figures import BusTally
from server.kernel.clock import Clock

SCHEMES = ("memory", "redis", "rediss", "postgres", "postgresql", "postgresql+psycopg", "nats")
JOINED, LEFT = "joined", "left"
"""News that the bus makes itself: a process is heard for the first time; it said goodbye or fell silent."""


class Ears(Protocol):
    """Who listens to the bus in this process. Called in the middle of reading: only take notes."""

    def hint(self, topic: str, seq: int) -> None:
        """Another process says that the log of `topic` stands at `seq`."""
        ...

    def deaf(self) -> None:
        """Hints may have been lost: every room must be checked against the record."""
        ...

    def news(self, sender: str, kind: str, body: Any) -> None:
        """Another process says something else; `body` is JSON that nobody has checked."""
        ...


class Bus(Protocol):
    """One subscription per process, made in `start`. What is said is queued, bounded, and never waited for."""

    process: str
    """This process's name on the bus."""
    tally: BusTally

    @property
    def is_live(self) -> bool:
        """Whether what is said now is likely to be heard."""
        ...

    def peers(self) -> int:
        """How many other processes were heard lately."""
        ...

    def silence(self) -> float:
        """Seconds since the bus was last known to carry what this process says."""
        ...

    def announce(self, topic: str, seq: int) -> None:
        """Tell the other processes that the log of `topic` stands at `seq`."""
        ...

    def tell(self, kind: str, body: Any) -> None:
        """Tell the other processes something else, as JSON of at most BUS_NEWS_BYTES."""
        ...

    async def start(self, ears: Ears) -> None:
        """Listen from now on."""
        ...

    async def stop(self) -> None:
        """Say goodbye, stop listening, and let go of everything."""
        ...


class MemoryBus:
    """Hubs of one process: none to tell where there is one, and the double of a real bus in tests."""

    def __init__(self, process: str = "only") -> None:
        self.process = process
        self.tally = BusTally()
        self._ears: list[Ears] = []

    @property
    def is_live(self) -> bool:
        return True

    def peers(self) -> int:
        return max(0, len(self._ears) - 1)

    def silence(self) -> float:
        return 0.0

    def announce(self, topic: str, seq: int) -> None:
        for ears in self._ears:
            ears.hint(topic, seq)

    def tell(self, kind: str, body: Any) -> None:
        """Heard by nobody: this process knows what it says."""

    async def start(self, ears: Ears) -> None:
        self._ears.append(ears)

    async def stop(self) -> None:
        self._ears.clear()


def check_bus_url(url: str) -> str:
    """The scheme of a bus there is. Raises ValueError, without the url: it may hold a password."""
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise ValueError(f"BUS_URL must be one of {known}; there is no bus for {scheme!r}")
    return scheme


def make_bus(url: str, process: str, clock: Clock, chance: Callable[[], float]) -> Bus:
    """The bus that BUS_URL names; nothing is contacted yet. `chance` gives numbers in [0, 1).

    Raises ValueError for one that does not exist.
    """
    if check_bus_url(url) == "memory":
        return MemoryBus(process)
    from server.hub.bus.channel import ChannelBus
    from server.hub.bus.engines import backend_of

    return ChannelBus(lambda: backend_of(url), process, clock, chance)
