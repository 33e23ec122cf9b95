"""Background work: begun again when it fails, ended with its block."""

import asyncio

from server.kernel.background import PAUSE_S, working
from server.kernel.clock import ManualClock


async def test_work_that_fails_begins_again() -> None:
    """After a pause; and what ended by itself stays ended."""
    clock, begun, failed = ManualClock(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        if not failed.is_set():
            failed.set()
            raise LookupError
        begun.set()

    async with working("test", work, clock):
        async with asyncio.timeout(5):
            await failed.wait()
            while not begun.is_set():
                clock.advance(PAUSE_S)
                await asyncio.sleep(0)
    assert begun.is_set()


async def test_work_ends_with_its_block() -> None:
    """It is cancelled where it waits, and has let go before the block is left."""
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with working("test", work, ManualClock()):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert ended.is_set()
