"""Who is connected, said to those who run the table: at most once a second, and only when something changed."""

from dataclasses import dataclass
from typing import Any

from server.hub.room import Member
from server.hub.rooms import Hub
from server.hub.wire import finish_json
from server.kernel.clock import Clock
from server.kernel.limits import PRESENCE_LISTED, STALE_S


@dataclass(frozen=True, slots=True)
class About:
    """What a client says of itself."""

    kind: str = "other"
    name: str | None = None
    version: str | None = None


@dataclass(slots=True)
class _Present:
    id: str
    about: About
    since: str
    last_seen: str
    heard: float | None = None
    """Monotonic time of the last report; None while it never sent one: then silence means nothing."""
    on_air: bool | None = None
    lag_ms: int | None = None
    state: str = "live"


class Presence:
    """Members of this process by topic. `told` is the audience that hears of them."""

    def __init__(self, hub: Hub, clock: Clock, told: str) -> None:
        self._hub, self._clock, self._told = hub, clock, told
        self._topics: dict[str, dict[Member, _Present]] = {}
        self._changed: set[str] = set()
        self._count = 0
        hub.each_turn.append(self.turn)

    def arrive(self, member: Member, about: About) -> None:
        """A member joined."""
        self._count += 1
        now = self._time()
        present = _Present(str(self._count), about, since=now, last_seen=now)
        self._topics.setdefault(member.topic, {})[member] = present
        self._changed.add(member.topic)

    def leave(self, member: Member) -> None:
        """A member is gone; twice is harmless."""
        present = self._topics.get(member.topic, {})
        if present.pop(member, None) is not None:
            self._changed.add(member.topic)
        if not present:
            self._topics.pop(member.topic, None)

    def report(self, member: Member, on_air: bool | None, lag_ms: int | None) -> None:
        """A member told how it is; what it leaves out stays as it was."""
        present = self._topics.get(member.topic, {}).get(member)
        if present is None:
            return
        before = (present.on_air, present.lag_ms)
        present.heard, present.last_seen = self._clock.monotonic(), self._time()
        present.on_air = present.on_air if on_air is None else on_air
        present.lag_ms = present.lag_ms if lag_ms is None else lag_ms
        if (present.on_air, present.lag_ms) != before:
            self._changed.add(member.topic)

    def turn(self, now: float) -> None:
        """Look who fell silent or slow, and tell where something changed."""
        for topic, present in self._topics.items():
            for member, one in present.items():
                state = self._state(member, one, now)
                if state != one.state:
                    one.state = state
                    self._changed.add(topic)
        changed, self._changed = self._changed, set()
        for topic in changed:
            self._hub.tell(topic, self._told, finish_json(self.message(topic)))

    def _state(self, member: Member, one: _Present, now: float) -> str:
        if one.heard is not None and now - one.heard >= STALE_S:
            return "stale"
        return "slow" if self._hub.readers.is_waiting(member.connection) else "live"

    def message(self, topic: str) -> dict[str, Any]:
        """The frame: all of them counted, PRESENCE_LISTED of them named, those in trouble first."""
        present = self._topics.get(topic, {})
        order = sorted(present.items(), key=lambda item: (item[1].state == "live", item[1].heard is None))
        clients = [_told_of(member, one) for member, one in order[:PRESENCE_LISTED]]
        return {"type": "presence", "total": len(present), "clients": clients}

    def _time(self) -> str:
        return self._clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")


def _told_of(member: Member, one: _Present) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.about.kind,
        "name": one.about.name,
        "version": one.about.version,
        "audience": member.audience,
        "state": one.state,
        "on_air": one.on_air,
        "lag_ms": one.lag_ms,
        "since": one.since,
        "last_seen": one.last_seen,
    }
