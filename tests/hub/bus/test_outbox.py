"""What waits to be said: never waited for, bounded, and the newest of each kind."""

import asyncio
import json

from server.hub.bus.figures import BusTally
from server.hub.bus.outbox import Outbox
from server.kernel.limits import BUS_HINTS, BUS_NEWS, BUS_NEWS_BYTES, BUS_TOPICS


class _Pipe:
    """Somewhere to publish to: `open` decides when a message is through."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.is_broken = False

    async def __call__(self, text: str) -> None:
        await self.open.wait()
        if self.is_broken:
            raise ConnectionError
        self.said.append(text)

    def hints(self) -> list[dict[str, int]]:
        return [message["body"] for message in map(json.loads, self.said) if message["kind"] == "hints"]


async def _poured(outbox: Outbox, pipe: _Pipe) -> None:
    """Pour until nothing more happens."""
    pouring = asyncio.ensure_future(outbox.pour(pipe))
    for _ in range(2_000):
        await asyncio.sleep(0)
    pouring.cancel()
    await asyncio.wait({pouring})


async def test_the_newest_hint_of_a_topic_is_the_one_that_is_said() -> None:
    """What was overtaken while it waited is not said at all, and an older one does not count."""
    outbox, pipe = Outbox("a", BusTally()), _Pipe()
    for seq in (5, 9, 7):
        outbox.hint("c1", seq)
    outbox.hint("c2", 1)
    await _poured(outbox, pipe)
    assert pipe.hints() == [{"c1": 9, "c2": 1}]


async def test_a_hint_that_comes_while_another_is_said_is_said_too() -> None:
    """Nothing gets lost between taking a hint and having said it."""
    outbox, pipe = Outbox("a", BusTally()), _Pipe()
    pipe.open.clear()
    outbox.hint("c1", 1)
    pouring = asyncio.ensure_future(outbox.pour(pipe))
    await asyncio.sleep(0)
    outbox.hint("c1", 2)
    pipe.open.set()
    for _ in range(10):
        await asyncio.sleep(0)
    pouring.cancel()
    assert pipe.hints() == [{"c1": 1}, {"c1": 2}]


async def test_what_could_not_be_said_is_said_the_next_time() -> None:
    """A connection that breaks in the middle keeps nothing."""
    outbox, pipe = Outbox("a", BusTally()), _Pipe()
    outbox.hint("c1", 1)
    outbox.tell("ended", ["x"])
    pipe.is_broken = True
    await asyncio.gather(outbox.pour(pipe), return_exceptions=True)
    pipe.is_broken = False
    await _poured(outbox, pipe)
    assert [json.loads(text)["kind"] for text in pipe.said] == ["ended", "hints"]


async def test_the_queue_is_bounded_and_says_what_it_dropped() -> None:
    """More topics and news than there is room for are dropped, counted, and waited for by nobody."""
    tally = BusTally()
    outbox, pipe = Outbox("a", tally), _Pipe()
    for n in range(BUS_TOPICS + 5):
        outbox.hint(f"c{n}", 1)
    outbox.hint("c1", 2)
    for n in range(BUS_NEWS + 3):
        outbox.tell("ended", [n])
    outbox.tell("ended", "x" * (BUS_NEWS_BYTES + 1_000))
    outbox.hint("not a topic\n", 1)
    assert tally.dropped == 5 + 3 + 1 + 1
    await _poured(outbox, pipe)
    assert sum(map(len, pipe.hints())) == BUS_TOPICS
    assert max(map(len, pipe.hints())) == BUS_HINTS
    assert tally.hints_sent == BUS_TOPICS
