"""Many who come at the same moment; who is turned away comes again at the time that it was told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.guests import Guest, invite
from tests.chaos.world import World

CROWD_S = 120.0
"""Seconds in which everybody is in: two or three, but of a machine that is also busy with something else."""


@dataclass(slots=True)
class Arrival:
    """How one came in. `waits` are the milliseconds that it was told, each time that it was turned away."""

    guest: Guest
    waits: list[int] = field(default_factory=list)
    first_answer_s: float = 0.0
    """When it was greeted or turned away for the first time; `in_s` is when it was greeted."""
    in_s: float = 0.0


async def crowd(world: World, number: int, **subscribe: Any) -> list[Arrival]:
    """So many, spread evenly over the servers; returns when everybody is in. Who is refused for good fails this."""
    urls = [server.url for server in world.servers]
    coming = [asyncio.create_task(_come(urls[n % len(urls)], world.stage.campaign, subscribe)) for n in range(number)]
    try:
        async with asyncio.timeout(CROWD_S):
            return await asyncio.gather(*coming)
    finally:
        for task in coming:
            task.cancel()


async def _come(server: str, campaign: str, subscribe: dict[str, Any]) -> Arrival:
    loop = asyncio.get_running_loop()
    arrival: Arrival | None = None
    while True:
        guest = await invite(server, campaign, **subscribe)
        await guest.answered
        arrival = arrival or Arrival(guest, first_answer_s=loop.time())
        if guest.said("welcome"):
            arrival.guest, arrival.in_s = guest, loop.time()
            return arrival
        (bye,) = guest.said("bye")
        assert bye["reconnect"], f"refused for good: {bye}"
        arrival.waits.append(bye["retry_after_ms"])
        await asyncio.sleep(bye["retry_after_ms"] / 1000)


async def leave(arrivals: Sequence[Arrival]) -> None:
    """All of them, as somebody does who closes the page."""
    for arrival in arrivals:
        arrival.guest.transport.close()
    await asyncio.gather(*(arrival.guest.over for arrival in arrivals))
