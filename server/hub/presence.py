"""Who is connected, said to those who run the table: at most once a second, and only when something changed.

Each process tells the others about its own clients, when they change and every PRESENCE_REFRESH_S.
"""

from dataclasses import dataclass
from typing import Any, Final

from server.hub.bus import JOINED, LEFT
from server.hub.elsewhere import Client, Elsewhere, Told, read_told
from server.hub.packing import packed
from server.hub.room import Member
from server.hub.rooms import Hub
from server.hub.wire import finish_json
from server.kernel.clock import Clock
from server.kernel.limits import PRESENCE_LISTED, PRESENCE_REFRESH_S, PRESENCE_TOLD, STALE_S

PRESENT: Final = "present"
"""The kind of news that this is, on the bus."""


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
    waiting_bytes: int = 0
    still_s: int = 0


class Presence:
    """Members by topic, those of other processes included. `told` is the audience that hears of them."""

    def __init__(self, hub: Hub, clock: Clock, told: str) -> None:
        self._hub, self._clock, self._told = hub, clock, told
        self._topics: dict[str, dict[Member, _Present]] = {}
        self._changed: set[str] = set()
        self._changed_there: set[str] = set()
        self._elsewhere = Elsewhere()
        self._untold: set[str] = set()  # topics that the other processes have not heard of as they are now
        self._count = self._version = 0
        self._refreshed = clock.monotonic()
        hub.each_turn.append(self.turn)
        hub.others.listen(PRESENT, self._hear)
        hub.others.listen(JOINED, self._joined)
        hub.others.listen(LEFT, self._left)

    def arrive(self, member: Member, about: About) -> None:
        """A member joined."""
        self._count += 1
        now = self._time()
        present = _Present(f"{self._hub.others.process}-{self._count}", about, since=now, last_seen=now)
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
                if self._looks_different(member, one, now):
                    self._changed.add(topic)
        self._untold |= self._changed
        changed = self._changed | self._changed_there | self._elsewhere.expire(now)
        self._changed, self._changed_there = set(), set()
        for topic in changed:
            self._hub.tell(topic, self._told, finish_json(self.message(topic)))
        self._tell_others(now)

    def _looks_different(self, member: Member, one: _Present, now: float) -> bool:
        """Look at it: whether that changes what the panel is told."""
        before = (one.state, one.waiting_bytes, one.still_s)
        wait = self._hub.readers.wait(member.connection)
        is_stale = one.heard is not None and now - one.heard >= STALE_S
        one.state = "stale" if is_stale else "slow" if wait is not None else "live"
        one.waiting_bytes, one.still_s = (0, 0) if wait is None else (wait.size, int(wait.still_s))
        return before != (one.state, one.waiting_bytes, one.still_s)

    def message(self, topic: str) -> dict[str, Any]:
        """The frame: all of them counted, PRESENCE_LISTED of them named, those in trouble first."""
        total, clients = self._elsewhere.at(topic)
        here, mine = self._clients(topic, PRESENCE_LISTED)
        listed = sorted([*mine, *clients], key=lambda client: client["state"] == "live")[:PRESENCE_LISTED]
        return {"type": "presence", "total": total + here, "clients": listed}

    def _clients(self, topic: str, most: int) -> tuple[int, list[Client]]:
        """How many of this process's own there are, and the first of them: those in trouble, then those that report."""
        present = self._topics.get(topic, {})
        order = sorted(present.items(), key=lambda item: (item[1].state == "live", item[1].heard is None))
        return len(order), [_told_of(self._hub.others.process, member, one) for member, one in order[:most]]

    def _time(self) -> str:
        return self._clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")

    # between processes

    def _tell_others(self, now: float) -> None:
        if now - self._refreshed >= PRESENCE_REFRESH_S:
            self._refreshed = now
            self._untold |= self._topics.keys()
        untold, self._untold = self._untold, set()
        for entries in packed(self._told_others(topic) for topic in untold):
            self._hub.others.tell(PRESENT, entries)

    def _told_others(self, topic: str) -> list[Any]:
        self._version += 1
        return Told(topic, self._version, *self._clients(topic, PRESENCE_TOLD)).body()

    def _hear(self, process: str, body: Any) -> None:
        now = self._clock.monotonic()
        heard = [told for told in read_told(body) if self._elsewhere.hear(process, told, now)]
        self._changed_there.update(told.topic for told in heard)

    def _joined(self, _process: str, _body: Any) -> None:
        self._untold |= self._topics.keys()

    def _left(self, process: str, _body: Any) -> None:
        self._changed_there |= self._elsewhere.forget(process)


def _told_of(process: str, member: Member, one: _Present) -> Client:
    return {
        "id": one.id,
        "process": process,
        "kind": one.about.kind,
        "name": one.about.name,
        "version": one.about.version,
        "audience": member.audience,
        "state": one.state,
        "on_air": one.on_air,
        "lag_ms": one.lag_ms,
        "waiting_bytes": one.waiting_bytes,
        "still_s": one.still_s,
        "since": one.since,
        "last_seen": one.last_seen,
    }
