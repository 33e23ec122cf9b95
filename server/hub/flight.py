"""Single flight: however many ask for the same thing at once, it is made once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class CalledOff(Exception):
    """The work was stopped before it was done: what it was for is over."""


class Flights:
    """Work under way, by key. Whoever gives up does not stop it for the others."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        """`failed` hears of every failure, whether somebody waits for the result or not."""
        self._failed = failed
        self._running: dict[Hashable, asyncio.Task[Any]] = {}

    async def once(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the running work of that key, or of a new one. Raises CalledOff where `cancel` stops it: to
        whoever waits that is no cancellation of their own."""
        try:
            return cast(T, await asyncio.shield(self.start(key, make)))
        except asyncio.CancelledError:
            asking = asyncio.current_task()
            if asking is None or asking.cancelling():
                raise
            raise CalledOff from None

    def start(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> Awaitable[T]:
        """Have it done without waiting for it."""
        task = self._running.get(key)
        if task is None or task.done():  # done, though its callback has not run yet: what it saw may be old
            task = asyncio.ensure_future(make())
            self._running[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        return task

    def _landed(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)

    def cancel(self) -> None:
        """Stop everything under way."""
        for task in list(self._running.values()):
            task.cancel()
