"""A record on a real database, of either kind, with a campaign and two characters in it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from server.accounts.principal import SERVER_ADMIN
from server.app import Services
from server.campaigns import actions, lives
from server.campaigns.actions import NewCampaign
from server.campaigns.committer import Committer
from server.campaigns.group import Log, Publisher, Settler
from server.campaigns.log import DatabaseLog
from server.campaigns.room import Answer, Submission
from server.campaigns.rooms import Rooms
from server.campaigns.service import Campaigns
from server.campaigns.store import CampaignRecord, Store
from server.hub.source import Entry
from server.kernel.clock import ManualClock
from server.kernel.database import Database, open_database
from server.kernel.ids import Ids
from server.kernel.limits import COMMAND_QUEUE
from server.play.parse import parse_command
from server.play.state import Audience

ACTOR: Any = {"kind": "gm", "id": "tok_1", "name": "The game master"}


@dataclass
class Heard:
    """A publisher that remembers."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)

    def publish(self, topic: str, entries: Sequence[Entry]) -> None:
        self.entries.setdefault(topic, []).extend(entries)


@dataclass
class Desk:
    """One process's write path, and short words for using it."""

    url: str
    database: Database
    store: Store
    rooms: Rooms
    committer: Committer
    heard: Heard
    ids: Ids
    clock: ManualClock

    async def campaign(self, slug: str = "ember") -> str:
        campaign_id = self.ids()
        campaign: Any = {"id": campaign_id, "slug": slug, "name": "Ember", "description": None}
        campaign |= {"ruleset": "5e-2014", "public": True}
        await lives.begin(self.database, campaign, ACTOR, self.clock.now(), self.ids)
        return campaign_id

    async def end(self, campaign_id: str) -> None:
        await lives.end(self.database, campaign_id)

    async def cast(self, campaign_id: str, **sheets: dict[str, Any]) -> list[str]:
        made = []
        for name, fields in sheets.items():
            made.append(self.ids())
            sheet = {"name": name, "stats": {"hp": {"max": 40}}, **fields}
            await self.do(campaign_id, "create_character", {"id": made[-1], "fields": sheet})
        return made

    async def do(
        self,
        campaign_id: str,
        name: str,
        data: dict[str, Any],
        *,
        key: str | None = None,
        digest: str | None = None,
        expect_seq: int | None = None,
        audience: Audience = "gm",
    ) -> Answer:
        command = parse_command(name, data, internal=True)
        return await self.committer.submit(
            Submission(campaign_id, command, ACTOR, audience, key, digest or (key and name), expect_seq)
        )


async def open_desk(
    url: str, log: Log | None = None, bound: int = COMMAND_QUEUE, publisher: Publisher | None = None
) -> Desk:
    database = open_database(url)
    store, clock, heard = Store(database), ManualClock(), Heard()
    rooms, ids = Rooms(store, clock), Ids(ManualClock())
    settler = Settler(rooms, store, log or DatabaseLog(database), publisher or heard, clock, ids)
    committer = Committer(rooms, store, settler, bound)
    committer.start()
    return Desk(url, database, store, rooms, committer, heard, ids, clock)


async def close_desk(desk: Desk) -> None:
    await desk.committer.stop()
    await desk.database.close()


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    desk = await open_desk(database_url)
    yield desk
    await close_desk(desk)


@pytest.fixture
async def second_desk(database_url: str) -> AsyncIterator[Desk]:
    """Another process on the same database."""
    desk = await open_desk(database_url)
    yield desk
    await close_desk(desk)


@pytest.fixture
def house(services: Services) -> Campaigns:
    return services.campaigns


@pytest_asyncio.fixture
async def ember(house: Campaigns) -> CampaignRecord:
    """A public campaign."""
    record, _ = await actions.create_campaign(house, SERVER_ADMIN, NewCampaign("ember", "Ember"))
    return record


@pytest_asyncio.fixture
async def hidden(house: Campaigns) -> CampaignRecord:
    """A private campaign."""
    new = NewCampaign("hidden", "Hidden", public=False)
    record, _ = await actions.create_campaign(house, SERVER_ADMIN, new)
    return record
