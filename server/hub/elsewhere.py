"""Who is connected to other processes, as those say it. What they stop saying is forgotten: no ghosts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from server.hub.bus.messages import is_topic
from server.kernel.limits import MAX_SHORT_TEXT, PRESENCE_ENTRY, PRESENCE_TOLD, PRESENCE_TOPICS, PRESENCE_TTL_S

Client = dict[str, Any]
"""One client as a presence frame names it."""

_TEXT: Final = (str,)
_MAYBE_TEXT: Final = (str, type(None))
_FIELDS: Final[Mapping[str, tuple[type, ...]]] = {
    "id": _TEXT,
    "process": _TEXT,
    "kind": _TEXT,
    "name": _MAYBE_TEXT,
    "version": _MAYBE_TEXT,
    "audience": _TEXT,
    "state": _TEXT,
    "on_air": (bool, type(None)),
    "lag_ms": (int, type(None)),
    "waiting_bytes": (int,),
    "still_s": (int,),
    "since": _TEXT,
    "last_seen": _TEXT,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one process says of one topic: how many are connected, and some of them by name. `version` counts up."""

    topic: str
    version: int
    total: int
    clients: Sequence[Client]

    def body(self) -> list[Any]:
        """As it travels, cut to what fits: those in trouble come first."""
        kept: list[Client] = []
        room = PRESENCE_ENTRY
        for client in self.clients[:PRESENCE_TOLD]:
            room -= len(orjson.dumps(client))
            if room < 0:
                break
            kept.append(client)
        return [self.topic, self.version, self.total, kept]


def read_told(body: object) -> Iterator[Told]:
    """What a message says, without the parts that nobody of ours would say."""
    for entry in body if isinstance(body, list) else ():
        if not isinstance(entry, list) or len(entry) != 4:
            continue
        topic, version, total, clients = entry
        if is_topic(topic) and _is_count(version) and _is_count(total) and _are_clients(clients):
            yield Told(topic, version, total, clients)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _are_clients(clients: object) -> bool:
    return isinstance(clients, list) and len(clients) <= PRESENCE_TOLD and all(map(_is_client, clients))


def _is_client(client: object) -> bool:
    if not isinstance(client, dict) or client.keys() != _FIELDS.keys():
        return False
    return all(_is_field(client[name], types) for name, types in _FIELDS.items())


def _is_field(value: object, types: tuple[type, ...]) -> bool:
    return isinstance(value, types) and not (isinstance(value, str) and len(value) > MAX_SHORT_TEXT)


class Elsewhere:
    """Everything that takes or gives topics names those whose picture has changed."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], tuple[Told, float]] = {}  # by topic and process; until when it counts
        self._processes: dict[str, set[str]] = {}  # by topic

    def hear(self, process: str, told: Told, now: float) -> bool:
        """Take what a process says; whether that is something new."""
        key = (told.topic, process)
        known = self._told.get(key)
        if known is not None and told.version < known[0].version:
            return False  # overtaken on its way
        if not told.total:
            return self._drop(key)
        if known is None and len(self._told) >= PRESENCE_TOPICS:
            return False
        self._told[key] = (told, now + PRESENCE_TTL_S)
        self._processes.setdefault(told.topic, set()).add(process)
        return known is None or (known[0].total, known[0].clients) != (told.total, told.clients)

    def at(self, topic: str) -> tuple[int, list[Client]]:
        """How many there are in all, and those that are named."""
        found = [self._told[topic, process][0] for process in sorted(self._processes.get(topic, ()))]
        return sum(told.total for told in found), [client for told in found for client in told.clients]

    def forget(self, process: str) -> set[str]:
        """A process is gone."""
        return {key[0] for key in list(self._told) if key[1] == process and self._drop(key)}

    def expire(self, now: float) -> set[str]:
        """Forget what was not said again in time."""
        return {key[0] for key, (_, until) in list(self._told.items()) if until <= now and self._drop(key)}

    def _drop(self, key: tuple[str, str]) -> bool:
        topic, process = key
        if self._told.pop(key, None) is None:
            return False
        self._processes[topic].discard(process)
        if not self._processes[topic]:
            del self._processes[topic]
        return True
