"""What all live sockets share: made once in `server.app`, passed to each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.accounts.throttling.connects import Connects
from server.accounts.throttling.rules import Counted
from server.campaigns.desk import Desk
from server.campaigns.places import Places
from server.hub.codes import Close
from server.hub.connection import Connection
from server.hub.presence import Presence
from server.hub.rooms import Hub
from server.kernel.clock import Clock
from server.kernel.limits import TOKEN_GRACE_S, TOKEN_WARNING_S

GRACE = timedelta(seconds=TOKEN_GRACE_S)
WARNING = timedelta(seconds=TOKEN_WARNING_S)


@dataclass(slots=True)
class _End:
    expires_at: datetime
    warn: Callable[[], None]
    end: Callable[[], None]
    is_warned: bool = False


class Expiries:
    """Warns what is about to outlive its credential, and ends it a grace time after; looked at once a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[object, _End] = {}

    def set(
        self, owner: object, expires_at: datetime | None, warn: Callable[[], None], end: Callable[[], None]
    ) -> None:
        """Call `warn` once and then `end` when their times have come; None is never."""
        self._ends.pop(owner, None)
        if expires_at is not None:
            self._ends[owner] = _End(expires_at, warn, end)

    def drop(self, owner: object) -> None:
        """It ended by itself."""
        self._ends.pop(owner, None)

    def turn(self, _now: float) -> None:
        """Warn and end those that are due."""
        now = self._clock.now()
        for owner, due in list(self._ends.items()):
            if due.expires_at + GRACE <= now:
                del self._ends[owner]
                due.end()
            elif due.expires_at - WARNING <= now and not due.is_warned:
                due.is_warned = True
                due.warn()


@dataclass(frozen=True, slots=True)
class Live:
    """`is_limited` is off for load tests only. `origins` are those that may open sockets beside our own host.
    `connects` counts who opens sockets; None counts nobody."""

    hub: Hub
    desk: Desk
    clock: Clock
    presence: Presence
    expiries: Expiries
    places: Places
    server: str
    is_limited: bool = True
    origins: frozenset[str] = frozenset()
    takes_tokens_in_addresses: bool = False
    """An overlay's, and no other."""
    connects: Connects | None = None

    def admits(self, connection: Connection, counted: Counted, value: str | None) -> bool:
        """Count one more socket; who opens too many is told when to come back."""
        wait_ms = None if self.connects is None else self.connects.come(counted, value)
        if wait_ms is not None:
            connection.close(Close.RATE, "too many connections within a minute", wait_ms)
        return wait_ms is None

    def excuse(self, connection: Connection) -> None:
        """A machine's token is held to the sockets that it has open: however often OBS reloads its sources, the address
        they come from does not pay for it."""
        if self.connects is not None:
            self.connects.give_back("address", self.hub.doors.address_of(connection))

    def dismiss(self, counted: Counted, value: str | None) -> None:
        """Its socket is over. Whoever is sent away because the server ends comes back at once, and is not to blame."""
        if self.connects is not None and self.hub.is_stopping:
            self.connects.give_back(counted, value)


def make_live(
    hub: Hub,
    desk: Desk,
    clock: Clock,
    *,
    server: str,
    is_limited: bool = True,
    origins: frozenset[str] = frozenset(),
    takes_tokens_in_addresses: bool = False,
    connects: Connects | None = None,
) -> Live:
    """Wire up what the sockets share with the hub's wheel."""
    expiries = Expiries(clock)
    hub.each_turn.append(expiries.turn)
    presence, places = Presence(hub, clock, told="gm"), Places(hub, clock)
    limits = (is_limited, origins, takes_tokens_in_addresses, connects)
    return Live(hub, desk, clock, presence, expiries, places, server, *limits)
