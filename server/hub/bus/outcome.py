"""Errors of other people's code, as values: three engines have three trees of them, and we import none."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def outcome(work: Coroutine[Any, Any, None]) -> BaseException | None:
    """Do it to its end, and give what went wrong, for whoever asked to hear. Cancelled with whoever waits."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # it is nobody's any more
    return None if task.cancelled() else task.exception()
