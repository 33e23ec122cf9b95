"""What a socket costs that only listens."""

import asyncio

from tests.campaigns.live.table import Table
from tests.chaos.guests import Guest
from tests.hub.serving import serving, until

GUESTS = 20


def timers() -> int:
    """How many wait on the loop."""
    scheduled = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]  # the loop tells nobody
    return sum(not timer.cancelled() for timer in scheduled)


async def test_an_idle_socket_costs_no_task_and_no_timer(table: Table) -> None:
    """Heartbeats, deadlines and slow readers are one wheel's; messages wake a task that ends with them."""
    async with serving(table, "direct") as (_, port):
        before = (len(asyncio.all_tasks()), timers())
        loop, guests = asyncio.get_running_loop(), [Guest("/campaigns/c1/ws", {}) for _ in range(GUESTS)]
        for guest in guests:
            await loop.create_connection(lambda guest=guest: guest, "127.0.0.1", port)  # type: ignore[misc] # a default is the binding
        await until(lambda: all(guest.said("snapshot") for guest in guests))
        await asyncio.sleep(0)
        assert len(table.hub.members("c1")) == GUESTS
        assert (len(asyncio.all_tasks()), timers()) == before
        for guest in guests:
            guest.transport.close()
        await until(lambda: table.hub.stats()["sockets"] == 0)
