"""How many sockets a machine's token has open, in all processes together: more than a studio needs is a leaked link.

A process knows its own. Where one of its tokens opens another socket, it asks the others on the bus for theirs, and
counts only what is said after that: what a process said earlier may have died with it, and an overlay that comes back
from there must find its place. Where there are too many for PLACES_PATIENCE_S, the newest goes, in the process that
let it in. Over a bus that is dead, each process counts for itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from server.hub.bus.messages import is_topic
from server.hub.packing import packed
from server.hub.rooms import Hub
from server.kernel.clock import Clock
from server.kernel.errors import TooMany
from server.kernel.limits import BUS_PEERS, MAX_SOCKETS_PER_TOKEN, PLACES_PATIENCE_S

PLACES: Final = "places"
"""The kind of news that this is, on the bus: lists of [token's id, sockets, when the newest came, whether I ask]."""
REFUSAL: Final = f"A machine's token opens at most {MAX_SOCKETS_PER_TOKEN} sockets"


@dataclass(frozen=True, slots=True)
class _Told:
    """What another process has of a token; `newest` is in milliseconds since 1970."""

    sockets: int
    newest: int


class _Mine:
    """This process's sockets of one token, the oldest first, and what the others said since the newest came."""

    __slots__ = ("newest", "sockets", "told")

    def __init__(self) -> None:
        self.sockets: dict[object, Callable[[], None]] = {}
        self.told: dict[str, _Told] = {}
        self.newest = 0

    def excess(self, process: str) -> bool:
        """Whether one is too many, and it is for this process to let its newest go."""
        if len(self.sockets) + sum(told.sockets for told in self.told.values()) <= MAX_SOCKETS_PER_TOKEN:
            return False
        return all((self.newest, process) > (told.newest, name) for name, told in self.told.items())


class Places:
    """Counts the open sockets of each machine's token."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._others, self._clock = hub.others, clock
        self._mine: dict[str, _Mine] = {}
        self._asking: set[str] = set()
        self._crowded: dict[str, float] = {}  # since when there are too many
        hub.each_turn.append(self.turn)
        self._others.listen(PLACES, self._hear)

    def take(self, token_id: str, owner: object, close: Callable[[], None]) -> None:
        """One more. `close` is called where the others turn out to have them all. Raises TooMany."""
        mine = self._mine.setdefault(token_id, _Mine())
        if len(mine.sockets) >= MAX_SOCKETS_PER_TOKEN:
            raise TooMany(REFUSAL)
        mine.sockets[owner] = close
        mine.newest = int(self._clock.now().timestamp() * 1000)
        self._asking.add(token_id)

    def give_back(self, token_id: str, owner: object) -> None:
        """One less; twice is harmless."""
        mine = self._mine.get(token_id)
        if mine is not None and mine.sockets.pop(owner, None) is not None and not mine.sockets:
            del self._mine[token_id]

    def turn(self, _now: float) -> None:
        """Ask about the tokens that opened a socket since the last time, and those that have too many."""
        for token_id in list(self._crowded):
            if not self._is_crowded(token_id):
                del self._crowded[token_id]
        asking, self._asking = self._asking | self._crowded.keys(), set()
        for token_id in asking & self._mine.keys():
            self._mine[token_id].told.clear()
        self._tell(asking, asks=True)

    def _is_crowded(self, token_id: str) -> bool:
        mine = self._mine.get(token_id)
        return mine is not None and mine.excess(self._others.process)

    def _tell(self, token_ids: Iterable[str], *, asks: bool) -> None:
        known = [(token_id, self._mine[token_id]) for token_id in token_ids if token_id in self._mine]
        for entries in packed([token_id, len(mine.sockets), mine.newest, asks] for token_id, mine in known):
            self._others.tell(PLACES, entries)

    def _hear(self, process: str, body: Any) -> None:
        answers: list[str] = []
        for entry in body if isinstance(body, list) else ():
            if not _is_entry(entry) or (mine := self._mine.get(entry[0])) is None:
                continue
            if process in mine.told or len(mine.told) < BUS_PEERS:
                mine.told[process] = _Told(entry[1], entry[2])
            if entry[3]:
                answers.append(entry[0])
            if mine.excess(self._others.process):
                self._let_go(entry[0], mine)
        self._tell(answers, asks=False)

    def _let_go(self, token_id: str, mine: _Mine) -> None:
        """The newest, where this is not the moment at which a socket moves from one process to another."""
        now = self._clock.monotonic()
        if now - self._crowded.setdefault(token_id, now) < PLACES_PATIENCE_S:
            return
        owner, close = list(mine.sockets.items())[-1]
        self.give_back(token_id, owner)
        close()


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, list) or len(entry) != 4:
        return False
    token_id, sockets, newest, asks = entry
    return is_topic(token_id) and type(sockets) is int and sockets >= 0 and type(newest) is int and type(asks) is bool
