"""Whatever the bus does, every reader of every process has the whole log, in order, once."""

import asyncio
from typing import Any

from hypothesis import given, settings, strategies as st

from server.hub.bus.channel import ChannelBus
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from server.kernel.limits import BUS_RETRY_MAX_S, BUS_SILENT_S, ROUND_S
from tests.hub.bus.air import Air
from tests.hub.doubles import TOPIC, MemoryConnection, MemorySource, joined

STEPS = ("commit here", "commit there", "turn", "beat", "break", "down", "up", "hold", "release", "garbage", "future")
FATES = st.sampled_from(["carry", "lose", "double", "hold", "swap"])


class _Liar:
    """Loses, doubles, holds back and reorders, as it is told; carries when it was told nothing more."""

    def __init__(self, fates: list[str]) -> None:
        self._fates = iter(fates)
        self._held: list[str] = []

    def __call__(self, message: str) -> list[str]:
        match next(self._fates, "carry"):
            case "lose":
                return []
            case "double":
                return [message, message]
            case "hold":
                self._held.append(message)
                return []
            case "swap":
                held, self._held = self._held, []
                return [message, *reversed(held)]
        return [message]


class _Process:
    """A hub with its own bus and one reader."""

    def __init__(self, name: str, air: Air, source: MemorySource, clock: ManualClock) -> None:
        self.bus: ChannelBus = air.bus(name, clock)
        self.hub = Hub(source, self.bus, clock)

    async def start(self) -> MemoryConnection:
        await self.bus.start(self.hub.others)
        return await joined(self.hub)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=40), st.lists(FATES, max_size=60))
def test_nobody_misses_anything_for_longer_than_a_round(steps: list[str], fates: list[str]) -> None:
    """A bus that loses, doubles, reorders, breaks and talks nonsense costs at most ROUND_S, and nothing for good."""
    asyncio.run(_play(steps, fates))


async def _play(steps: list[str], fates: list[str]) -> None:
    clock, source = ManualClock(), MemorySource(seq=3)
    air = Air(_Liar(fates))
    processes = [_Process(name, air, source, clock) for name in ("here", "there")]
    readers = [await process.start() for process in processes]
    for step in steps:
        await _step(step, air, source, processes, clock)
    await _round(processes, clock)
    for reader in readers:
        assert reader.seqs() == list(range(4, source.seq + 1))
        assert reader.is_open
    air.is_down = False
    for process in processes:
        await process.bus.stop()


async def _step(step: str, air: Air, source: MemorySource, processes: list[_Process], clock: ManualClock) -> None:
    match step:
        case "commit here" | "commit there":
            process = processes[step == "commit there"]
            process.hub.publish(TOPIC, [source.append()])
        case "turn":
            clock.advance(1)
            for process in processes:
                process.hub.turn(clock.monotonic())
        case "beat":
            clock.advance(BUS_SILENT_S)
        case "break":
            air.break_all()
        case "down" | "up":
            air.is_down = step == "down"
        case "hold" | "release":
            air.is_deaf = step == "hold"
        case "garbage":
            air.carry("tablecast.1", '{"from":"x","kind":"hints","body":{"nowhere":1}}')
        case _:
            air.carry("tablecast.1", f'{{"from":"x","kind":"hints","body":{{"{TOPIC}":{10**9}}}}}')
    await _settle()


async def _round(processes: list[_Process], clock: ManualClock) -> None:
    """As long as a reader may be behind: until the next round, bus or no bus."""
    for _ in range(round(ROUND_S)):
        clock.advance(1)
        for process in processes:
            process.hub.turn(clock.monotonic())
        await _settle()


async def _settle() -> None:
    for _ in range(60):
        await asyncio.sleep(0)


async def test_a_dead_bus_costs_one_second(source: MemorySource) -> None:
    """While the bus is known to be dead the record is asked on every turn."""
    clock, air = ManualClock(), Air()
    process = _Process("here", air, source, clock)
    air.is_down = True
    reader = await process.start()
    clock.advance(BUS_RETRY_MAX_S)
    process.hub.turn(clock.monotonic())
    await _settle()
    source.append()
    clock.advance(1)
    process.hub.turn(clock.monotonic())
    await _settle()
    assert reader.seqs() == [11]
    await process.bus.stop()


async def test_a_round_asks_once_for_all_rooms(source: MemorySource, hub: Hub) -> None:
    """Rooms are compared in one question, and a round that is asked for meanwhile follows it."""
    await joined(hub)
    source.gate.clear()
    before = len(_asked(source))
    hub.deaf()
    await _settle()
    for _ in range(5):
        hub.deaf()
    assert len(_asked(source)) == before + 1
    source.gate.set()
    await _settle()
    assert len(_asked(source)) == before + 2
    assert hub.rounds.checked == 2
    assert hub.rounds.behind == 0


def _asked(source: MemorySource) -> list[Any]:
    return [question for question in source.asked if question[0] == "positions"]


async def test_a_topic_that_is_gone_sends_its_readers_away(source: MemorySource, hub: Hub) -> None:
    """A campaign that another process deleted is noticed by the next round, whoever has told of it."""
    reader = await joined(hub)
    source.deleted = True
    hub.turn(ROUND_S)
    await _settle()
    assert reader.closed == (4404, None)
    assert hub.stats()["rooms"] == 0


async def test_a_record_that_was_replaced_sends_its_readers_for_a_snapshot(source: MemorySource, hub: Hub) -> None:
    """Another epoch is another log: everyone comes back."""
    reader = await joined(hub)
    source.epoch = "e2"
    hub.turn(ROUND_S)
    await _settle()
    assert reader.closed == (4010, None)


async def test_a_round_that_failed_is_made_on_the_next_turn(source: MemorySource, hub: Hub) -> None:
    """While the record is away nobody is sent away, and nothing waits for the next round."""
    reader = await joined(hub)
    source.down = True
    hub.turn(ROUND_S)
    await _settle()
    source.down = False
    source.append()
    hub.turn(ROUND_S + 1)
    await _settle()
    assert reader.seqs() == [11]
