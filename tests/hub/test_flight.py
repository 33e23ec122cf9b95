"""Single flight."""

import asyncio

import pytest

from server.hub.flight import CalledOff, Flights


class _Work:
    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.times = 0
        self.failures: list[BaseException] = []
        self.flights = Flights(self.failures.append)

    async def make(self) -> int:
        self.times += 1
        await self.gate.wait()
        return self.times

    async def fail(self) -> int:
        raise ValueError("no")


async def test_made_once_for_all_who_ask() -> None:
    """Those who ask while it is under way get the same result; a later one makes it anew."""
    work = _Work()
    asking = [asyncio.ensure_future(work.flights.once("k", work.make)) for _ in range(5)]
    await asyncio.sleep(0)
    work.gate.set()
    assert await asyncio.gather(*asking) == [1] * 5
    assert await work.flights.once("k", work.make) == 2


async def test_giving_up_does_not_stop_the_others() -> None:
    """One who is cancelled leaves the work to the rest."""
    work = _Work()
    first = asyncio.ensure_future(work.flights.once("k", work.make))
    second = asyncio.ensure_future(work.flights.once("k", work.make))
    await asyncio.sleep(0)
    first.cancel()
    work.gate.set()
    assert await second == 1


async def test_failures_are_told() -> None:
    """Somebody hears of a failure also where nobody waited for it."""
    work = _Work()
    with pytest.raises(ValueError, match="no"):
        await work.flights.once("k", work.fail)
    work.flights.start("k", work.fail)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [str(error) for error in work.failures] == ["no", "no"]


async def test_calling_everything_off() -> None:
    """What is under way can be stopped: that is no failure, and whoever waits for it hears of it, uncancelled."""
    work = _Work()
    asking = asyncio.ensure_future(work.flights.once("k", work.make))
    await asyncio.sleep(0)
    work.flights.cancel()
    with pytest.raises(CalledOff):
        await asking
    assert work.failures == []


@pytest.mark.parametrize("is_called_off", [False, True])
async def test_one_who_is_cancelled_stays_so(is_called_off: bool) -> None:
    """Whoever is told to end does, also where the work ends in the same moment."""
    work = _Work()
    asking = asyncio.ensure_future(work.flights.once("k", work.make))
    await asyncio.sleep(0)
    if is_called_off:
        work.flights.cancel()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    work.flights.cancel()
