"""Those who follow one topic here, as presence tells of them. The few to be named are found without asking everybody:
where twenty thousand look on, that would stop the show for a moment at each arrival."""

from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from server.hub.member import Member
from server.hub.readers import Wait
from server.kernel.limits import STALE_S


@dataclass(frozen=True, slots=True)
class About:
    """What a client says of itself."""

    kind: str = "other"
    name: str | None = None
    version: str | None = None


@dataclass(eq=False, slots=True)
class Present:
    """One client that is connected."""

    id: str
    member: Member
    about: About
    since: str
    last_seen: str
    heard: float | None = None
    """Monotonic time of the last report; None while it never sent one: then silence means nothing."""
    on_air: bool | None = None
    lag_ms: int | None = None
    state: str = "live"
    waiting_bytes: int = 0
    still_s: int = 0

    def look(self, wait: Wait | None, now: float) -> bool:
        """How it is, with what waits for it: whether that changes what the panel is told."""
        before = (self.state, self.waiting_bytes, self.still_s)
        is_stale = self.heard is not None and now - self.heard >= STALE_S
        self.state = "stale" if is_stale else "slow" if wait is not None else "live"
        self.waiting_bytes, self.still_s = (0, 0) if wait is None else (wait.size, int(wait.still_s))
        return before != (self.state, self.waiting_bytes, self.still_s)

    def told(self, process: str) -> dict[str, Any]:
        """As the panel is told of it."""
        return {
            "id": self.id,
            "process": process,
            "kind": self.about.kind,
            "name": self.about.name,
            "version": self.about.version,
            "audience": self.member.audience,
            "state": self.state,
            "on_air": self.on_air,
            "lag_ms": self.lag_ms,
            "waiting_bytes": self.waiting_bytes,
            "still_s": self.still_s,
            "since": self.since,
            "last_seen": self.last_seen,
        }


class Crowd:
    """All of them in the order they came, and beside that who is in trouble and who ever reported."""

    def __init__(self) -> None:
        self._all: dict[Present, None] = {}
        self._reporting: dict[Present, None] = {}
        self._troubled: dict[Present, None] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(self, one: Present) -> None:
        """It came."""
        self._all[one] = None

    def drop(self, one: Present) -> None:
        """It is gone."""
        for those in (self._all, self._reporting, self._troubled):
            those.pop(one, None)

    def note(self, one: Present) -> None:
        """It reported, or was looked at."""
        if one.heard is not None:
            self._reporting[one] = None
        if one.state == "live":
            self._troubled.pop(one, None)
        else:
            self._troubled[one] = None

    def first(self, most: int) -> list[Present]:
        """Those in trouble, then those that report, then the others: so many, and no more are looked at than three
        times that."""
        parts = (islice(those, most) for those in (self._troubled, self._reporting, self._all))
        return list(dict.fromkeys(chain.from_iterable(parts)))[:most]
