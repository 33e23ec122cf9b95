"""Who is connected, said to those who run the table: at most once a second, and only when something changed.

Each process tells the others about its own clients, when they change and every PRESENCE_REFRESH_S.
"""

from itertools import takewhile
from typing import Any, Final

from server.hub.bus import JOINED, LEFT
from server.hub.connection import Connection
from server.hub.crowd import About, Crowd, Present
from server.hub.elsewhere import Client, Elsewhere, Told, read_told
from server.hub.member import Member
from server.hub.packing import packed
from server.hub.rooms import Hub
from server.hub.wire import finish_json
from server.kernel.clock import Clock
from server.kernel.limits import PRESENCE_LISTED, PRESENCE_REFRESH_S, PRESENCE_TOLD, STALE_S

PRESENT: Final = "present"
"""The kind of news that this is, on the bus."""


class Presence:
    """Members by topic, those of other processes included. `told` is the audience that hears of them."""

    def __init__(self, hub: Hub, clock: Clock, told: str) -> None:
        self._hub, self._clock, self._told = hub, clock, told
        self._topics: dict[str, Crowd] = {}
        self._present: dict[Connection, Present] = {}
        self._reporting: dict[Present, None] = {}  # who is not silent yet, the next to be so first
        self._doubtful: set[Present] = set()  # whom the next turn looks at: those that were slow, or speak again
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
        one = Present(f"{self._hub.others.process}-{self._count}", member, about, since=now, last_seen=now)
        self._present[member.connection] = one
        self._topics.setdefault(member.topic, Crowd()).add(one)
        self._changed.add(member.topic)

    def leave(self, member: Member) -> None:
        """A member is gone; twice is harmless."""
        one = self._present.pop(member.connection, None)
        if one is None:
            return
        self._reporting.pop(one, None)
        self._doubtful.discard(one)
        self._changed.add(member.topic)
        crowd = self._topics[member.topic]
        crowd.drop(one)
        if not crowd:
            del self._topics[member.topic]

    def report(self, member: Member, on_air: bool | None, lag_ms: int | None) -> None:
        """A member told how it is; what it leaves out stays as it was."""
        one = self._present.get(member.connection)
        if one is None:
            return
        before = (one.on_air, one.lag_ms)
        one.heard, one.last_seen = self._clock.monotonic(), self._time()
        one.on_air = one.on_air if on_air is None else on_air
        one.lag_ms = one.lag_ms if lag_ms is None else lag_ms
        if (one.on_air, one.lag_ms) != before:
            self._changed.add(member.topic)
        self._reporting.pop(one, None)
        self._reporting[one] = None
        self._topics[member.topic].note(one)
        if one.state == "stale":
            self._doubtful.add(one)

    def turn(self, now: float) -> None:
        """Look who fell silent or slow, and tell where something changed."""
        self._look(now)
        self._untold |= self._changed
        changed = self._changed | self._changed_there | self._elsewhere.expire(now)
        self._changed, self._changed_there = set(), set()
        for topic in changed:
            self._hub.tell(topic, self._told, finish_json(self.message(topic)))
        self._tell_others(now)

    def _look(self, now: float) -> None:
        """At those that may be in another state than before, and at nobody else."""
        readers = self._hub.slow.readers
        slow = (self._present.get(connection) for connection in readers.connections())
        doubtful = self._doubtful | {one for one in slow if one is not None} | self._silent(now)
        self._doubtful = set()
        for one in doubtful:
            wait = readers.wait(one.member.connection)
            if one.look(wait, now):
                self._changed.add(one.member.topic)
                self._topics[one.member.topic].note(one)
            if wait is not None:
                self._doubtful.add(one)  # that nothing waits any more is news, too

    def _silent(self, now: float) -> set[Present]:
        """Those whose last report is now STALE_S old: they are looked at once, and then when they report again."""
        found = set(takewhile(lambda one: one.heard is None or now - one.heard >= STALE_S, self._reporting))
        for one in found:
            del self._reporting[one]
        return found

    def message(self, topic: str) -> dict[str, Any]:
        """The frame: all of them counted, PRESENCE_LISTED of them named, those in trouble first."""
        total, clients = self._elsewhere.at(topic)
        here, mine = self._clients(topic, PRESENCE_LISTED)
        listed = sorted([*mine, *clients], key=lambda client: client["state"] == "live")[:PRESENCE_LISTED]
        return {"type": "presence", "total": total + here, "clients": listed}

    def _clients(self, topic: str, most: int) -> tuple[int, list[Client]]:
        """How many of this process's own there are, and the first of them: those in trouble, then those that report."""
        crowd = self._topics.get(topic)
        if crowd is None:
            return 0, []
        return len(crowd), [one.told(self._hub.others.process) for one in crowd.first(most)]

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
