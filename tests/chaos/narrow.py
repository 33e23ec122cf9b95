"""A server whose doors let few in at a time, so that a crowd of hundreds meets what thousands meet at real ones."""

import asyncio
from typing import Final

from server.app import Services
from server.hub.doors import Doors
from server.kernel.limits import ARRIVALS_BURST, ARRIVALS_PER_S
from server.kernel.pace import Turnstile
from tests.chaos.program import serve

NARROW: Final = ("-m", "tests.chaos.narrow")
"""What Python is told to run."""
PER_S: Final = 25.0
"""Less than any machine greets, however busy it is with something else: else nobody would have to wait."""
BURST: Final = round(PER_S * ARRIVALS_BURST / ARRIVALS_PER_S)
"""As many seconds' worth as usual."""


class NarrowDoors(Doors):
    """The usual ones, all limits on, with another pace."""

    def __init__(self) -> None:
        super().__init__()
        self._turnstile = Turnstile(PER_S, BURST)


def narrow(services: Services) -> None:
    """Put them in."""
    services.hub.doors = NarrowDoors()


if __name__ == "__main__":
    asyncio.run(serve(change=narrow))
