"""Who may come in: caps on open sockets, and the time that one has to say what it wants."""

from collections import Counter
from dataclasses import dataclass

from server.hub.codes import Close
from server.hub.connection import Connection
from server.kernel.limits import (
    ARRIVALS_BURST,
    ARRIVALS_PER_S,
    BUSY_RETRY_S,
    MAX_SOCKETS,
    MAX_SOCKETS_PER_IP,
    MAX_UNSUBSCRIBED_PER_IP,
    SUBSCRIBE_DEADLINE_S,
)
from server.kernel.pace import Turnstile


@dataclass(frozen=True, slots=True)
class Caps:
    """What is None is not counted: `per_address` and `unsubscribed` on the own machine, all three in load tests."""

    total: int = MAX_SOCKETS
    arrivals_per_s: float | None = ARRIVALS_PER_S
    per_address: int | None = MAX_SOCKETS_PER_IP
    unsubscribed: int | None = MAX_UNSUBSCRIBED_PER_IP


class Doors:
    """Counts connections by address. An address of None (the own machine) only counts towards the total."""

    def __init__(self, caps: Caps | None = None) -> None:
        self._caps = caps or Caps()
        self._turnstile = Turnstile(self._caps.arrivals_per_s or ARRIVALS_PER_S, ARRIVALS_BURST)
        self._inside: dict[Connection, str | None] = {}
        self._silent: dict[Connection, float] = {}  # in order of arrival, so the first one is due first
        self._by_address: Counter[str] = Counter()
        self._silent_by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._inside)

    def connections(self) -> list[Connection]:
        """Everyone inside, in order of arrival."""
        return list(self._inside)

    def address_of(self, connection: Connection) -> str | None:
        """The address it is counted under."""
        return self._inside.get(connection)

    def enter(self, connection: Connection, address: str | None, now: float) -> Close | None:
        """Let it in and start its subscribe deadline, or say why not."""
        refusal = self._refusal(address, now)
        if refusal is None:
            self._inside[connection] = address
            self._silent[connection] = now + SUBSCRIBE_DEADLINE_S
            if address is not None:
                self._by_address[address] += 1
                self._silent_by_address[address] += 1
        return refusal

    def retry_ms(self, now: float) -> int:
        """When one that was told BUSY at the door may come again; all have different times."""
        return self.later_ms(now, BUSY_RETRY_S if len(self._inside) >= self._caps.total else 0.0)

    def later_ms(self, now: float, least_s: float = BUSY_RETRY_S) -> int:
        """When one that nobody can serve now may come again: each after the one before, and none before `least_s`."""
        return round(1000 * (least_s + self._turnstile.later(now))) + 1

    def _refusal(self, address: str | None, now: float) -> Close | None:
        if len(self._inside) >= self._caps.total:
            return Close.BUSY
        if self._caps.arrivals_per_s is not None and not self._turnstile.is_open(now):
            return Close.BUSY
        if address is None:
            return None
        if self._caps.per_address is not None and self._by_address[address] >= self._caps.per_address:
            return Close.TOO_MANY
        if self._caps.unsubscribed is not None and self._silent_by_address[address] >= self._caps.unsubscribed:
            return Close.TOO_MANY
        return None

    def subscribed(self, connection: Connection) -> None:
        """It said what it wants: its deadline is off."""
        if self._silent.pop(connection, None) is not None:
            _release(self._silent_by_address, self._inside.get(connection))

    def leave(self, connection: Connection) -> None:
        """It is gone, for whatever reason; twice is harmless."""
        self.subscribed(connection)
        if connection in self._inside:
            _release(self._by_address, self._inside.pop(connection))

    def overdue(self, now: float) -> list[Connection]:
        """Those that said nothing in time."""
        late = []
        for connection, deadline in self._silent.items():
            if deadline > now:
                break
            late.append(connection)
        return late


def _release(counts: Counter[str], address: str | None) -> None:
    if address is None:
        return
    counts[address] -= 1
    if counts[address] <= 0:
        del counts[address]
