"""What the actions of this capability are given: made once in `server.app`, started and stopped with it."""

import contextlib
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from server.accounts.service import Accounts
from server.campaigns.committer import Committer
from server.campaigns.figures import measuring
from server.campaigns.group import Publisher, Settler
from server.campaigns.log import DatabaseLog
from server.campaigns.record import Record
from server.kernel.kernel import Kernel


class Watched(Publisher, Protocol):
    """The hub, as far as it is needed here."""

    each_turn: list[Callable[[float], None]]
    """Called once a second with the monotonic time."""

    def end(self, topic: str) -> None:
        """This campaign was deleted: everyone who watches it is sent away."""
        ...


@dataclass(frozen=True, slots=True)
class Campaigns:
    """`record` reads, `committer` writes; every action takes this first."""

    kernel: Kernel
    accounts: Accounts
    record: Record
    committer: Committer
    hub: Watched

    async def cast(self, campaign_id: str) -> Collection[str]:
        """The ids of its characters. Raises NotFound."""
        return (await self.record.rooms.get(campaign_id)).state["characters"].keys()


def make_campaigns(kernel: Kernel, accounts: Accounts, record: Record, hub: Watched) -> Campaigns:
    """Wire the parts. `record` is made before the hub, which reads from it; the hub is told of what is written."""
    log = DatabaseLog(kernel.database)
    settler = Settler(record.rooms, record.store, log, hub, kernel.clock, kernel.new_id)
    committer = Committer(record.rooms, record.store, settler)

    def gauges() -> dict[str, int]:
        return {"commands_waiting": len(committer), "rooms_in_memory": len(record.rooms)}

    hub.each_turn += [record.rooms.sweep, measuring(kernel.metrics, settler.tally, gauges)]
    return Campaigns(kernel, accounts, record, committer, hub)


@contextlib.asynccontextmanager
async def writing(campaigns: Campaigns) -> AsyncIterator[None]:
    """Commands are taken inside this block; leaving it finishes those that wait."""
    campaigns.committer.start()
    try:
        yield
    finally:
        await campaigns.committer.stop()
