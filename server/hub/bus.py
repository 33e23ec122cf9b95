"""What processes tell each other: `topic:seq`, a hint that a log has grown. Hints may be lost, doubled or late;
truth is in the record, and a process that hears of something it lacks reads it there."""

from typing import Protocol
from urllib.parse import urlsplit

MAX_HINT: int = 256
"""Characters of a hint: a topic and a number; PostgreSQL's NOTIFY takes 8,000 bytes."""


class Ears(Protocol):
    """Who listens to the bus in this process."""

    def hint(self, topic: str, seq: int) -> None:
        """Another process says that the log of `topic` stands at `seq`."""
        ...

    def deaf(self) -> None:
        """Hints may have been lost: every room must be checked against the record."""
        ...


class Bus(Protocol):
    """One subscription per process, made in `start`; `announce` never waits."""

    def announce(self, topic: str, seq: int) -> None:
        """Tell the other processes that the log of `topic` stands at `seq`."""
        ...

    async def start(self, ears: Ears) -> None:
        """Listen from now on."""
        ...

    async def stop(self) -> None:
        """Stop listening, and let go of everything."""
        ...


class MemoryBus:
    """Hubs of one process: none to tell where there is one, and the double of a real bus in tests."""

    def __init__(self) -> None:
        self._ears: list[Ears] = []

    def announce(self, topic: str, seq: int) -> None:
        for ears in self._ears:
            ears.hint(topic, seq)

    async def start(self, ears: Ears) -> None:
        self._ears.append(ears)

    async def stop(self) -> None:
        self._ears.clear()


def make_bus(url: str) -> Bus:
    """The bus that BUS_URL names. Raises ValueError for one that does not exist."""
    scheme = urlsplit(url).scheme
    if scheme != "memory":
        raise ValueError(f"BUS_URL must be memory://; there is no bus for {scheme!r}")
    return MemoryBus()


def hint_text(topic: str, seq: int) -> str:
    """A hint as it travels."""
    return f"{topic}:{seq}"


def read_hint(text: str) -> tuple[str, int] | None:
    """The topic and seq of a hint, None where the message is not one of ours."""
    topic, colon, digits = text.rpartition(":")
    if len(text) > MAX_HINT or not colon or not topic or not digits.isascii() or not digits.isdecimal():
        return None
    return topic, int(digits)
