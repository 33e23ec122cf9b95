"""The clocks: one that runs and one that obeys."""

import asyncio
from datetime import UTC, timedelta

from server.kernel.clock import ManualClock, SystemClock


async def test_the_system_clock_is_aware_and_goes_on() -> None:
    """Wall time is UTC and monotonic time does not go back."""
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() >= before


async def test_a_manual_clock_wakes_those_whose_time_has_come() -> None:
    """Advancing wakes exactly the sleepers whose hour was reached."""
    clock = ManualClock()
    start = clock.now()
    short, long = asyncio.ensure_future(clock.sleep(5)), asyncio.ensure_future(clock.sleep(50))
    await asyncio.sleep(0)
    clock.advance(10)
    await short
    assert not long.done()
    assert clock.now() - start == timedelta(seconds=10)
    long.cancel()
    clock.advance(100)
