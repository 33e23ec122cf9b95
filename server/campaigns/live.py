"""What all live sockets share: made once in `server.app`, passed to each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.campaigns.desk import Desk
from server.campaigns.places import Places
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
    """`is_limited` is off for load tests only. `origins` are those that may open sockets beside our own host."""

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


def make_live(
    hub: Hub,
    desk: Desk,
    clock: Clock,
    *,
    server: str,
    is_limited: bool = True,
    origins: frozenset[str] = frozenset(),
    takes_tokens_in_addresses: bool = False,
) -> Live:
    """Wire up what the sockets share with the hub's wheel."""
    expiries = Expiries(clock)
    hub.each_turn.append(expiries.turn)
    presence, places = Presence(hub, clock, told="gm"), Places(hub, clock)
    return Live(hub, desk, clock, presence, expiries, places, server, is_limited, origins, takes_tokens_in_addresses)
