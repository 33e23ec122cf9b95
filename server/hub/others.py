"""The other processes: what they say on the bus goes to whoever in this process wants to hear it."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from server.hub.bus import Bus

GONE: Final = "gone"
"""News of a topic that was deleted. Nobody believes it: whoever hears it looks at the record."""
Listener = Callable[[str, Any], None]
"""Hears who says something, and what: JSON that nobody has checked."""


class Hinted(Protocol):
    """Who follows the logs: the hub."""

    def hint(self, topic: str, seq: int) -> None:
        """The log of a topic is said to stand at `seq`."""
        ...

    def deaf(self) -> None:
        """Hints may have been lost."""
        ...


class Others:
    """Implements the bus's `Ears`."""

    def __init__(self, bus: Bus, hub: Hinted) -> None:
        self.bus = bus
        self.each_hint: list[Callable[[str, int], None]] = []
        """Called with what other processes say of their logs."""
        self._hub = hub
        self._listeners: dict[str, list[Listener]] = {}

    @property
    def process(self) -> str:
        """This process's name on the bus."""
        return self.bus.process

    def listen(self, kind: str, listener: Listener) -> None:
        """Hear news of a kind from now on."""
        self._listeners.setdefault(kind, []).append(listener)

    def tell(self, kind: str, body: Any) -> None:
        """Say something, where there is anybody to hear it; it may get lost."""
        if self.bus.peers():
            self.bus.tell(kind, body)

    def hint(self, topic: str, seq: int) -> None:
        for heard in self.each_hint:
            heard(topic, seq)
        self._hub.hint(topic, seq)

    def deaf(self) -> None:
        self._hub.deaf()

    def news(self, sender: str, kind: str, body: Any) -> None:
        for listener in self._listeners.get(kind, ()):
            listener(sender, body)
