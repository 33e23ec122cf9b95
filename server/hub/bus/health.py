"""Whether the bus carries anything, for `/readyz`.

A dead bus makes a server slower, not wrong: it goes on, asks the record each second, and says so. Taking it out of
service would turn the end of a Redis into the end of the show. Only at its start a server waits for the bus a while.
"""

import asyncio
from collections.abc import Awaitable, Callable

from server.hub.bus import Bus
from server.hub.bus.outcome import outcome
from server.kernel.errors import Unavailable
from server.kernel.limits import BUS_CONNECT_S, BUS_SILENT_S

_TRIAL = "tablecast.doctor"
"""A channel that nobody else listens to."""


def bus_check(bus: Bus) -> Callable[[], Awaitable[str | None]]:
    """Raises Unavailable while a server that has just started does not hear itself yet."""

    async def check() -> str | None:
        if bus.is_live:
            return None
        silence = bus.silence()
        if silence <= BUS_SILENT_S:
            raise Unavailable("not heard yet")
        return f"degraded: silent for {round(silence)} s; the record is asked each second"

    return check


async def try_bus(url: str) -> BaseException | None:
    """Say something over it and hear it again: what went wrong. For `tablecast doctor`."""
    from server.hub.bus.engines import backend_of

    backend = backend_of(url)

    async def there_and_back() -> None:
        async with asyncio.timeout(BUS_CONNECT_S):
            await backend.connect()
            await backend.subscribe(_TRIAL)
            await backend.publish(_TRIAL, "hello")
            await backend.next_published()

    fault = await outcome(there_and_back())
    await outcome(backend.disconnect())
    return fault
