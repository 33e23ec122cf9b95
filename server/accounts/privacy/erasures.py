"""What is still to be forgotten of people who left, worked off beside the requests and over restarts."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import Table, delete, select

from server.accounts.privacy.tables import ErasureRow
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.errors import Unavailable
from server.kernel.limits import ERASURES_EVERY_S
from server.kernel.logs import get

log = get(__name__)

_ROWS: Final = cast(Table, ErasureRow.__table__)


@dataclass(frozen=True, slots=True)
class Erasure:
    """`characters` are pairs of a campaign's and a character's id that they played; `campaigns` are nobody else's."""

    user_id: str
    characters: list[list[str]]
    campaigns: list[str]


Forget = Callable[[Erasure], Awaitable[None]]


class Erasures:
    """`wake` after a deletion, so that nobody waits ERASURES_EVERY_S for it."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def work(self, database: Database, clock: Clock, forget: Forget) -> None:
        """Until cancelled. Several processes may do the same at once: it does no harm twice."""
        while True:
            with contextlib.suppress(Unavailable):
                await work_off(database, forget)
            await _either(self._woken, clock)
            self._woken.clear()


async def _either(woken: asyncio.Event, clock: Clock) -> None:
    waiting = [asyncio.ensure_future(woken.wait()), asyncio.ensure_future(clock.sleep(ERASURES_EVERY_S))]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


async def work_off(database: Database, forget: Forget) -> None:
    """All that waits, the oldest first. Raises Unavailable; what was not finished is begun again."""
    async with database.read() as connection:
        query = select(*(_ROWS.c[name] for name in Erasure.__dataclass_fields__)).order_by(_ROWS.c.since)
        waiting = [Erasure(**row._mapping) for row in await connection.execute(query)]
    for erasure in waiting:
        await forget(erasure)
        async with database.write() as connection:
            await connection.execute(delete(_ROWS).where(_ROWS.c.user_id == erasure.user_id))
        log.info("person_forgotten", user_id=erasure.user_id)
