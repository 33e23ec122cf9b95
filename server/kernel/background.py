"""Work that goes on beside the requests for as long as the server runs, and is not allowed to die quietly."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from server.kernel.clock import Clock
from server.kernel.logs import get

log = get(__name__)

PAUSE_S: Final = 1.0
"""Seconds before work that failed is begun again: a fault that stays must not fill the log."""

Work = Callable[[], Awaitable[None]]


@contextlib.asynccontextmanager
async def working(name: str, work: Work, clock: Clock) -> AsyncIterator[None]:
    """`work` runs inside this block; where it fails that is logged and it begins again."""
    task = asyncio.create_task(_keep_going(name, work, clock), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _keep_going(name: str, work: Work, clock: Clock) -> None:
    while True:
        attempt = asyncio.ensure_future(work())
        try:
            await asyncio.wait({attempt})
        finally:
            if not attempt.done():
                attempt.cancel()
                await asyncio.wait({attempt})
        if attempt.cancelled() or (error := attempt.exception()) is None:
            return
        log.error("background_work_failed", work=name, exc_info=error)
        await clock.sleep(PAUSE_S)
