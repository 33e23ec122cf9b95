"""Whether the bus carries anything, for `/readyz`.

A dead bus makes a server slower, not wrong: it goes on, asks the record each second, and says so. Taking it out of
service would turn the end of a Redis into the end of the show. Only at its start a server waits for the bus a while.
"""

from collections.abc import Awaitable, Callable

from server.hub.bus import Bus
from server.kernel.errors import Unavailable
from server.kernel.limits import BUS_SILENT_S


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
