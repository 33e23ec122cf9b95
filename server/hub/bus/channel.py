"""A bus over broadcaster: one subscription for the whole process, made again for as long as the process lives.

Broadcaster loses concurrent first subscribers, does not notice when its listener dies, and queues without bound. So
there is one subscriber, its connection is watched, its own heartbeat has to come back, and whatever may have been
missed meanwhile is said to be missed: `Ears.deaf`.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from broadcaster import BroadcastBackend

from server.hub.bus import JOINED, LEFT, Ears
from server.hub.bus.figures import BusTally
from server.hub.bus.messages import BEAT, BYE, HINTS, Message, read_message
from server.hub.bus.outbox import Outbox
from server.hub.bus.outcome import outcome
from server.hub.bus.session import Session
from server.kernel.clock import Clock
from server.kernel.limits import BUS_PEERS, BUS_RETRY_MAX_S, BUS_RETRY_S, BUS_SEND_S, BUS_SILENT_S
from server.kernel.logs import get

log = get(__name__)


class ChannelBus:
    """`backend` makes a new connection to the engine each time it is called."""

    def __init__(
        self, backend: Callable[[], BroadcastBackend], process: str, clock: Clock, chance: Callable[[], float]
    ) -> None:
        self.process = process
        self.tally = BusTally()
        self._backend, self._clock, self._chance = backend, clock, chance
        self._outbox = Outbox(process, self.tally)
        self._ears: Ears | None = None
        self._session: Session | None = None
        self._peers: dict[str, float] = {}
        self._echo_at = clock.monotonic()
        self._heard_once = False
        self._task: asyncio.Task[None] | None = None

    @property
    def is_live(self) -> bool:
        return self._heard_once and self.silence() <= BUS_SILENT_S

    def peers(self) -> int:
        return len(self._peers)

    def silence(self) -> float:
        return self._clock.monotonic() - self._echo_at

    def announce(self, topic: str, seq: int) -> None:
        self._outbox.hint(topic, seq)

    def tell(self, kind: str, body: Any) -> None:
        self._outbox.tell(kind, body)

    async def start(self, ears: Ears) -> None:
        self._ears = ears
        self._task = asyncio.create_task(self._keep_listening(ears), name="bus")

    async def stop(self) -> None:
        if self._session is not None and self.is_live:
            await self._session.goodbye()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=3 * BUS_SEND_S)

    async def _keep_listening(self, ears: Ears) -> None:
        failures = 0
        while True:
            session = Session(self._backend(), self.process, self._clock, self._heard, ears.deaf)
            self._session = session
            error = session.why(await outcome(session.run(self._outbox)))
            self._session = None
            self.tally.lost += 1
            failures = 0 if session.echo_at is not None else failures + 1
            pause = self._chance() * min(BUS_RETRY_MAX_S, BUS_RETRY_S * 2**failures)
            log.warning("bus_lost", reason=_words(error), retry_in_s=round(pause, 2))
            await self._clock.sleep(pause)

    def _heard(self, text: str) -> None:
        self.tally.messages_received += 1
        message = read_message(text)
        if message is None:
            self.tally.foreign += 1
        elif message.sender != self.process:
            self._heard_other(message)
        elif message.kind == BEAT and self._session is not None:
            self._echo_at = self._session.echo_at = self._clock.monotonic()
            self._heard_once = True
            self._forget_silent()

    def _heard_other(self, message: Message) -> None:
        ears = self._ears
        if ears is None or not self._is_known(message, ears):
            return
        if message.kind == HINTS:
            self.tally.hints_received += len(message.body)
            for topic, seq in message.body.items():
                ears.hint(topic, seq)
        elif message.kind == BYE:
            self._forget(message.sender)
        elif message.kind != BEAT:
            ears.news(message.sender, message.kind, message.body)

    def _is_known(self, message: Message, ears: Ears) -> bool:
        """Whether the sender is counted among the others; a flood of made-up names is not."""
        if message.sender not in self._peers:
            if len(self._peers) >= BUS_PEERS:
                self.tally.foreign += 1
                return False
            ears.news(message.sender, JOINED, None)
        self._peers[message.sender] = self._clock.monotonic()
        return True

    def _forget_silent(self) -> None:
        now = self._clock.monotonic()
        for peer in [peer for peer, heard in self._peers.items() if now - heard > BUS_SILENT_S]:
            self._forget(peer)

    def _forget(self, peer: str) -> None:
        self._peers.pop(peer, None)
        if self._ears is not None:
            self._ears.news(peer, LEFT, None)


def _words(error: BaseException | None) -> str:
    return "ended" if error is None else f"{type(error).__name__}: {error}".strip()
